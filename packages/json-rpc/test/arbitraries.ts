import { anyText } from "@framewright/codec-laws/parts";
import type {
	ErrorObject,
	Id,
	Message,
	Params,
	SingleMessage,
} from "@framewright/json-rpc";
import fc, { type Arbitrary } from "fast-check";

/** Text with what is special in JSON, in UTF-8 and on objects. */
const text: Arbitrary<string> = fc.oneof(
	fc.string({ maxLength: 12 }),
	anyText({ maxLength: 12 }),
	fc.constantFrom("", "__proto__", "toString", "id", '"id":1', "\ud800", "\n"),
);

/**
 * Whether JSON is safe to parse. V8 of Node 24 and 26 takes any name that begins with an escape for a lone backslash,
 * once it has read an object of the same shape with that name there: {"\\":1} makes {"\n":1} come out as {"\\":1}.
 */
export const isSafeToParse = (json: string): boolean =>
	!json.includes(String.raw`"\\":`);
const isSafe = (value: unknown): boolean =>
	isSafeToParse(JSON.stringify(value));

/** Values as JSON gives them back: written once, so that -0 is 0. */
const json: Arbitrary<unknown> = fc
	.jsonValue({ maxDepth: 3 })
	.filter(isSafe)
	.map((value) => JSON.parse(JSON.stringify(value)));

const id: Arbitrary<Id> = fc.oneof(
	fc.integer(),
	fc.maxSafeInteger(),
	fc
		.double({ noNaN: true, noDefaultInfinity: true })
		.filter((number) => !Object.is(number, -0)),
	text,
	fc.constant(null),
);

const params: Arbitrary<Params> = fc.oneof(
	fc.array(json, { maxLength: 4 }),
	fc
		.dictionary(text, json, { maxKeys: 4, noNullPrototype: true })
		.filter(isSafe),
);

const error: Arbitrary<ErrorObject> = fc.record(
	{ code: fc.integer(), message: text, data: json },
	{ requiredKeys: ["code", "message"], noNullPrototype: true },
);

const single: Arbitrary<SingleMessage> = fc.oneof(
	fc.record(
		{ kind: fc.constant("request" as const), id, method: text, params },
		{ requiredKeys: ["kind", "id", "method"], noNullPrototype: true },
	),
	fc.record(
		{ kind: fc.constant("notification" as const), method: text, params },
		{ requiredKeys: ["kind", "method"], noNullPrototype: true },
	),
	fc.record(
		{ kind: fc.constant("success" as const), id, result: json },
		{ noNullPrototype: true },
	),
	fc.record(
		{ kind: fc.constant("error" as const), id, error },
		{ noNullPrototype: true },
	),
);

/** Messages of every kind but `invalid`, which is written as the error that it carries and comes back as that. */
export const message: Arbitrary<Message> = fc.oneof(
	{ weight: 4, arbitrary: single },
	{
		weight: 1,
		arbitrary: fc
			.array(single, { minLength: 1, maxLength: 4 })
			.map((items) => ({ kind: "batch" as const, items })),
	},
);

/** JSON that is almost a message: the members of the envelope with any values. */
export const nearMessage: Arbitrary<unknown> = fc.oneof(
	{ weight: 4, arbitrary: envelope() },
	{ weight: 1, arbitrary: fc.array(envelope(), { maxLength: 4 }) },
	{ weight: 1, arbitrary: json },
);

function envelope(): Arbitrary<unknown> {
	const mostly = <T>(usual: Arbitrary<T>): Arbitrary<unknown> =>
		fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: json });
	return fc.record(
		{
			jsonrpc: mostly(fc.constant("2.0")),
			id: mostly(id),
			method: mostly(text),
			params: mostly(params),
			result: json,
			error: mostly(error),
		},
		{ requiredKeys: [], noNullPrototype: true },
	);
}
