import { DecodeError } from "@framewright/codec";
import { marshal } from "@framewright/dbus-marshal";
import type { Bodies } from "./bodies.ts";
import { type FieldKey, fields, keys, required, types } from "./fields.ts";
import { FIXED, readFixed } from "./fixed-header.ts";
import type { Message, Received } from "./message.ts";
import type { Settings } from "./options.ts";

// Entries: of a field that nobody knows, nothing is lost.
const header = marshal("a(yv)", {
	name: "header",
	bytes: "view",
	dict: "entries",
});

/** What the fields of a header are gathered in. */
interface Gathered extends Partial<Record<FieldKey, unknown>> {
	readonly type: string | number;
	signature: string;
	unixFds: number;
	body: unknown;
}

/** Reads one message. Throws a `DecodeError` with an offset from its start. */
export function decodeMessage(
	bytes: Uint8Array,
	settings: Settings,
	bodies: Bodies,
): Message<unknown> {
	if (bytes.length < FIXED) throw truncated(bytes.length, FIXED);
	const fixed = readFixed(bytes, 0, settings.maxLength);
	const { endianness, flags, serial, bodyStart, end } = fixed;
	if (bytes.length < end) throw truncated(bytes.length, end);
	if (bytes.length > end)
		throw new DecodeError(
			"invalid-length",
			`${bytes.length - end} bytes are left over behind the message`,
			end,
		);
	const type = types[fixed.type] ?? fixed.type;
	const message: Gathered & Omit<Received<unknown>, keyof Gathered> = {
		type,
		endianness,
		flags,
		serial,
		signature: "",
		body: undefined,
		unixFds: 0,
	};
	readFields(bytes, fixed, message);
	for (const key of required[type] ?? [])
		if (message[key] === undefined)
			throw new DecodeError(
				"invalid-value",
				`A message of type ${type} must have the field ${fields[key].name}`,
				12,
			);
	const body = bytes.subarray(bodyStart);
	message.body =
		settings.body === "bytes"
			? body
			: bodies
					.of(message.signature)
					.decode(body, { endianness, position: bodyStart });
	return message as unknown as Message<unknown>;
}

function readFields(
	bytes: Uint8Array,
	{ endianness, fieldsEnd, bodyStart }: ReturnType<typeof readFixed>,
	message: Gathered,
): void {
	const wire = { endianness, position: 12 };
	const found = header.decode(bytes.subarray(12, fieldsEnd), wire);
	let seen = 0;
	for (const [index, [code, { signature, value }]] of found.entries()) {
		const fault = (reason: string): DecodeError => {
			// What lies before the field takes as much when it is written again: there is one way to write it.
			const before = header.encode(found.slice(0, index), wire).length;
			const offset = Math.ceil((12 + before) / 8) * 8;
			const part = `header[${index}]`;
			return new DecodeError("invalid-value", `${part}: ${reason}`, offset, {
				part,
			});
		};
		if (code === 0) throw fault("the code of a field is never 0");
		const key = keys[code];
		// Fields that are not known are to be ignored.
		if (key === undefined) continue;
		const field = fields[key];
		if (signature !== field.signature)
			throw fault(
				`${field.name} must be of type ${field.signature}, not ${signature}`,
			);
		if ((seen & (1 << code)) !== 0)
			throw fault(`${field.name} must not be there twice`);
		seen |= 1 << code;
		const wrong = field.fault(value as string | number);
		if (wrong !== undefined) throw fault(`${field.name}: ${wrong}`);
		(message as Partial<Record<FieldKey, unknown>>)[key] = value;
	}
	for (let at = fieldsEnd; at < bodyStart; at++)
		if (bytes[at] !== 0)
			throw new DecodeError(
				"invalid-syntax",
				`The padding before a body must be zero, not ${bytes[at]}`,
				at,
			);
}

function truncated(have: number, need: number): DecodeError {
	return new DecodeError(
		"truncated",
		`The input ended ${have} bytes into a message of ${need}`,
		have,
		{ part: "message", have, need },
	);
}
