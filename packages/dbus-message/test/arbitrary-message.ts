import type { Message } from "@framewright/dbus-message";
import fc from "fast-check";
import { body } from "../../dbus-marshal/test/arbitrary-value.ts";

const element = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,9}$/);
const dotted = fc
	.array(element, { minLength: 2, maxLength: 4 })
	.map((elements) => elements.join("."));
const path = fc
	.array(fc.stringMatching(/^[A-Za-z0-9_]{1,9}$/), { maxLength: 4 })
	.map((elements) => `/${elements.join("/")}`);
const busName = fc.oneof(
	fc.stringMatching(/^:[0-9]{1,3}\.[0-9]{1,5}$/),
	fc.stringMatching(/^[a-z-][a-z0-9-]{0,6}\.[a-z-][a-z0-9-]{0,6}$/),
);
const uint32 = fc.nat({ max: 0xffff_ffff });
const serial = fc.integer({ min: 1, max: 0xffff_ffff });

/** The fields, of which some are there: `key: value`, or nothing. */
function some(
	fields: Readonly<Record<string, fc.Arbitrary<unknown>>>,
): fc.Arbitrary<object> {
	return fc.record(fields, { requiredKeys: [] });
}

const optional = some({
	path,
	interface: dotted,
	member: element,
	errorName: dotted,
	replySerial: serial,
	destination: busName,
	sender: busName,
});

const byType: fc.Arbitrary<object> = fc.oneof(
	fc.record({ type: fc.constant("method_call"), path, member: element }),
	fc.record({ type: fc.constant("method_return"), replySerial: serial }),
	fc.record({
		type: fc.constant("error"),
		errorName: dotted,
		replySerial: serial,
	}),
	fc.record({
		type: fc.constant("signal"),
		path,
		interface: dotted,
		member: element,
	}),
	fc.record({ type: fc.integer({ min: 5, max: 255 }) }),
);

/** Any message, as it is received with `dict: "entries"`. */
export const message: fc.Arbitrary<Message> = fc
	.tuple(
		byType,
		optional,
		body,
		fc.record({
			endianness: fc.constantFrom("little", "big"),
			flags: fc.integer({ min: 0, max: 255 }),
			serial,
			unixFds: fc.oneof(fc.constant(0), uint32),
		}),
	)
	.map(
		([byType, optional, { signature, values }, fixed]) =>
			({
				...optional,
				...byType,
				...fixed,
				signature,
				body: values,
			}) as Message,
	);
