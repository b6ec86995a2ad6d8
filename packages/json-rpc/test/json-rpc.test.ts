import { type ByteLayer, ByteWriter, stack } from "@framewright/codec";
import {
	ExactId,
	idKey,
	type JsonRpcOptions,
	jsonRpc,
	jsonRpcText,
	type Message,
	type OutgoingMessage,
	RawJson,
	type RawMessage,
} from "@framewright/json-rpc";
import { lengthPrefixed } from "@framewright/length-prefixed";
import { describe, expect, test } from "vitest";
import {
	batch,
	invalid,
	invalidResponse,
	notification,
	request,
	success,
} from "./messages.ts";

const utf8 = new TextEncoder();

/** Decodes by both codecs, which must agree. */
function decode(text: string, options: JsonRpcOptions = {}): Message {
	const message = jsonRpcText(options).decode(text);
	expect(jsonRpc(options).decode(utf8.encode(text))).toStrictEqual(message);
	return message;
}

/** Encodes by both codecs, which must agree, and must decode what they wrote to the same again. */
function encode(
	message: OutgoingMessage,
	options: JsonRpcOptions = {},
): string {
	const text = jsonRpcText(options).encode(message);
	expect(jsonRpc(options).encode(message)).toEqual(utf8.encode(text));
	return text;
}

/** Expects both encoders to refuse, and to leave nothing behind. */
function refuses(
	message: OutgoingMessage,
	error: typeof RangeError | typeof TypeError,
	options: JsonRpcOptions = {},
): void {
	expect(() => jsonRpcText(options).encode(message)).toThrow(error);
	const codec = jsonRpc(options);
	expect(() => codec.encode(message)).toThrow(error);
	const writer = new ByteWriter();
	expect(() => codec.encodeInto(message, writer)).toThrow(error);
	expect(writer.length).toBe(0);
	const next = notification("m");
	expect(codec.encode(next)).toEqual(jsonRpc().encode(next));
}

const nested = (levels: number, inner = ""): string =>
	"[".repeat(levels) + inner + "]".repeat(levels);
const nestedValue = (levels: number): unknown => JSON.parse(nested(levels));
const nestedParams = (levels: number): readonly unknown[] =>
	nestedValue(levels) as readonly unknown[];

describe("bytes", () => {
	test.each([
		["a byte that never occurs", [0x22, 0xff, 0x22]],
		["an overlong slash", [0x22, 0xc0, 0xaf, 0x22]],
		["a surrogate", [0x22, 0xed, 0xa0, 0x80, 0x22]],
		["a character cut short", [0x22, 0xc3]],
	])("that are not UTF-8 are answered with a parse error: %s", (_, bytes) => {
		expect(jsonRpc().decode(Uint8Array.from(bytes))).toStrictEqual(
			invalid(-32700, "The bytes are not UTF-8"),
		);
	});

	test("after a fault do not suffer from it", () => {
		const codec = jsonRpc();
		codec.decode(Uint8Array.of(0xc3));
		expect(codec.decode(utf8.encode('{"jsonrpc":"2.0","method":"é"}'))).toEqual(
			notification("é"),
		);
	});

	test("hold no line feed, so that lines can frame them", () => {
		expect(encode(success(1, "a\nb\r\n"))).toBe(
			'{"jsonrpc":"2.0","id":1,"result":"a\\nb\\r\\n"}',
		);
	});
});

describe("text that is not JSON", () => {
	test.each([
		["", "end at position 0"],
		["  ", "end at position 2"],
		['{"jsonrpc":"2.0" "id":1}', '"\\"" at position 17'],
		['{"jsonrpc":"2.0","id"', "end at position 21"],
		['{"jsonrpc":"2.0",}', '"}" at position 17'],
		['{"jsonrpc";"2.0"}', '";" at position 10'],
		['{"jsonrpc":"2.0","id":[1,"]}', "end at position 28"],
		['{"jsonrpc":"2.0","id":}', '"}" at position 22'],
		['{"jsonrpc":"2.0"}\u{1f600}', '"\u{1f600}" at position 17'],
		['{"jsonrpc":"2.0"}\ud83d', '"\\ud83d" at position 17'],
		["[{}", "end at position 3"],
		["[{} {}]", '"{" at position 4'],
		["[]]", '"]" at position 2'],
	])("is told where it is none: %s", (text, what) => {
		expect(jsonRpcText().decode(text)).toStrictEqual(
			invalid(-32700, `The text is not JSON: Unexpected ${what}`),
		);
	});
});

describe("maxLength", () => {
	const message = notification("€".repeat(100));
	const text = encode(message);
	const length = utf8.encode(text).length;

	test("counts bytes, not characters, and lets as many pass", () => {
		expect(length).toBe(text.length + 200);
		expect(decode(text, { maxLength: length })).toEqual(message);
		expect(encode(message, { maxLength: length })).toBe(text);
	});

	test("makes a longer message invalid, and refuses to write it", () => {
		const options = { maxLength: length - 1 };
		expect(decode(text, options)).toStrictEqual(
			invalid(-32700, `A message may have ${length - 1} bytes at most`),
		);
		refuses(message, RangeError, options);
	});

	test("is judged before the text is parsed", () => {
		expect(decode("{".repeat(50), { maxLength: 49 })).toStrictEqual(
			invalid(-32700, "A message may have 49 bytes at most"),
		);
	});

	test("is 8 MiB by default", () => {
		const most = 8 * 1024 * 1024;
		const around = encode(success(1, "")).length;
		const largest = success(1, "a".repeat(most - around));
		expect(decode(encode(largest))).toEqual(largest);
		refuses(success(1, "a".repeat(most - around + 1)), RangeError);
		expect(jsonRpc().decode(new Uint8Array(most + 1))).toStrictEqual(
			invalid(-32700, `A message may have ${most} bytes at most`),
		);
	});
});

describe("maxDepth", () => {
	const tooDeep = invalid(
		-32700,
		"JSON may be nested 1000 levels deep at most",
	);
	const carrying = (result: string): string =>
		`{"jsonrpc":"2.0","id":1,"result":${result}}`;

	test("counts the message itself", () => {
		const message = success(1, nestedValue(999));
		expect(decode(carrying(nested(999)))).toEqual(message);
		expect(encode(message)).toBe(carrying(nested(999)));

		expect(decode(carrying(nested(1000)))).toStrictEqual(tooDeep);
		refuses(success(1, nestedValue(1000)), RangeError);
	});

	test("counts nothing but brackets", () => {
		expect(decode(nested(1000))).toMatchObject({ kind: "batch" });
		expect(decode(nested(1001))).toStrictEqual(tooDeep);
	});

	test("counts the array of a batch", () => {
		const message = batch(notification("m", nestedParams(998)));
		expect(decode(encode(message))).toEqual(message);
		const deeper = batch(notification("m", nestedParams(999)));
		refuses(deeper, RangeError);
		expect(
			decode(JSON.stringify([{ params: nestedValue(999) }])),
		).toStrictEqual(tooDeep);
	});

	test("counts the error around its data", () => {
		const error = { code: 1, message: "", data: nestedValue(998) };
		const message: Message = { kind: "error", id: 1, error };
		expect(decode(encode(message))).toEqual(message);
		refuses(
			{ ...message, error: { ...error, data: nestedValue(999) } },
			RangeError,
		);
	});

	test("does not count brackets in strings, nor brackets side by side", () => {
		const text = carrying(
			`["${"[{".repeat(5000)}",${nested(2, "[]")}${",[{}]".repeat(5000)}]`,
		);
		expect(decode(text)).toEqual(success(1, JSON.parse(text).result));
	});

	test.each([
		["arrays", nested(1_000_000)],
		["objects", `${'{"":'.repeat(1_000_000)}0${"}".repeat(1_000_000)}`],
		["arrays in a message", carrying(nested(1_000_000))],
	])("holds at a million levels, without a stack overflow: %s", (_, text) => {
		expect(decode(text)).toStrictEqual(tooDeep);
	});

	test("is judged before anything is parsed, whether or not the levels are closed", () => {
		expect(decode("[".repeat(200_000))).toStrictEqual(tooDeep);
		expect(decode(carrying("[".repeat(200_000)))).toStrictEqual(tooDeep);
	});

	test("refuses values that JSON.stringify cannot descend into", () => {
		let value: unknown = 0;
		for (let i = 0; i < 20_000; i++) value = [value];
		refuses(success(1, value), RangeError);
	});

	test("counts what toJSON() returns, and not what it hides", () => {
		const hiding = { deep: nestedValue(2000), toJSON: () => "a".repeat(2000) };
		expect(encode(success(1, hiding))).toBe(carrying(`"${"a".repeat(2000)}"`));
		const growing = { toJSON: () => nestedValue(1000) };
		refuses(success(1, growing), RangeError);
	});
});

describe("maxBatch", () => {
	const messages = (count: number) =>
		batch(...Array.from({ length: count }, () => notification("m")));
	const text = (count: number): string =>
		JSON.stringify(new Array(count).fill({ jsonrpc: "2.0", method: "m" }));

	test("is 1,000 messages by default", () => {
		expect(decode(text(1000))).toEqual(messages(1000));
		expect(encode(messages(1000))).toBe(text(1000));
	});

	test("makes a larger batch one invalid message, and refuses to write it", () => {
		expect(decode(text(1001))).toStrictEqual(
			invalid(-32600, "A batch may have 1000 messages at most"),
		);
		refuses(messages(1001), RangeError);
		expect(decode(text(3), { maxBatch: 2 })).toStrictEqual(
			invalid(-32600, "A batch may have 2 messages at most"),
		);
	});
});

describe("echoId", () => {
	test.each([
		["a readable id", '{"jsonrpc":"2.0","id":"7","method":1}', "7"],
		["an id of 0", '{"jsonrpc":"2.0","id":0,"method":"m","params":1}', 0],
		["the id of another version", '{"jsonrpc":"1.0","id":7,"method":"m"}', 7],
		["the id of something without a method", '{"jsonrpc":"2.0","id":7}', 7],
	])("sends back %s", (_, text, id) => {
		expect(decode(text, { echoId: true })).toMatchObject({ reply: { id } });
		expect(decode(text)).toMatchObject({ reply: { id: null } });
	});

	test.each([
		["is none", '{"jsonrpc":"2.0","id":[7],"method":"m"}'],
		["is there twice", '{"jsonrpc":"2.0","id":7,"id":7,"method":"m"}'],
		["belongs to a response", '{"jsonrpc":"2.0","id":7,"result":1,"error":2}'],
		["belongs to both", '{"jsonrpc":"2.0","id":7,"method":"m","error":2}'],
		["is not there", '{"jsonrpc":"2.0","method":1}'],
	])("does not send back an id that %s", (_, text) => {
		expect(decode(text, { echoId: true })).toMatchObject({
			kind: "invalid",
			reply: { id: null },
		});
	});

	test("sends back an id byte for byte", () => {
		for (const id of ["9007199254740993", "1.0", '"\\u0031"'])
			expect(
				encode(decode(`{"id":${id},"method":"m"}`, { echoId: true })),
			).toBe(
				`{"jsonrpc":"2.0","id":${id},"error":{"code":-32600,"message":"Invalid Request"}}`,
			);
	});

	test("works in a batch, message by message", () => {
		const text = '[{"jsonrpc":"2.0","id":7,"method":1},7]';
		expect(encode(decode(text, { echoId: true }))).toBe(
			'[{"jsonrpc":"2.0","id":7,"error":{"code":-32600,"message":"Invalid Request"}},{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid Request"}}]',
		);
	});
});

describe("a polluted Object.prototype", () => {
	function polluted(members: Record<string, unknown>, act: () => void): void {
		Object.assign(Object.prototype, members);
		try {
			act();
		} finally {
			for (const name of Object.keys(members))
				Reflect.deleteProperty(Object.prototype, name);
		}
	}

	test("supplies no member to what is decoded", () => {
		const codec = jsonRpcText();
		const found: Message[] = [];
		polluted(
			{ jsonrpc: "2.0", id: 6, method: "evil", params: [6], result: 6 },
			() => {
				found.push(codec.decode("{}"));
				found.push(codec.decode('{"jsonrpc":"2.0","method":"m"}'));
				found.push(codec.decode('{"jsonrpc":"2.0","id":1}'));
				found.push(codec.decode('[{"jsonrpc":"2.0","id":1,"error":{}}]'));
			},
		);
		expect(found).toStrictEqual([
			invalid(-32600, '"jsonrpc" must be "2.0"; found nothing'),
			notification("m"),
			invalid(-32600, 'A message must have "method", "result" or "error"'),
			batch(invalidResponse('"error.code" must be an integer; found nothing')),
		]);
	});

	test("supplies no member to an error", () => {
		const codec = jsonRpcText();
		let found: Message | undefined;
		polluted({ code: 6, message: "evil", data: 6, error: {} }, () => {
			found = codec.decode(
				'{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"m"}}',
			);
		});
		expect(found).toStrictEqual({
			kind: "error",
			id: 1,
			error: { code: 1, message: "m" },
		});
	});

	test.each([
		["jsonrpc", { jsonrpc: "2.0" }, '{"id":1,"method":"m"}'],
		["id", { id: 1 }, '{"jsonrpc":"2.0","method":"m"}'],
		["method", { method: "m" }, '{"jsonrpc":"2.0","id":1}'],
		["params", { params: [1] }, '{"jsonrpc":"2.0","method":"m"}'],
		["result", { result: 1 }, '{"jsonrpc":"2.0","id":1}'],
		["error", { error: 1 }, '{"jsonrpc":"2.0","id":1,"result":1}'],
		["code", { code: 1 }, '{"jsonrpc":"2.0","id":1,"error":{"message":""}}'],
		["message", { message: "" }, '{"jsonrpc":"2.0","id":1,"error":{"code":1}}'],
		[
			"data",
			{ data: 1 },
			'{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}',
		],
	])("has no say on its own: %s", (_, members, text) => {
		const codec = jsonRpcText();
		let found: Message | undefined;
		polluted(members, () => {
			found = codec.decode(text);
		});
		expect(found).toStrictEqual(codec.decode(text));
	});

	test("does not make JSON look deep", () => {
		const codec = jsonRpcText({ maxDepth: 2 });
		let found: Message | undefined;
		polluted({ deep: [[[[]]]], toJSON: () => 1 }, () => {
			found = codec.decode('{"jsonrpc":"2.0","method":"m","params":{}}');
		});
		expect(found).toStrictEqual(notification("m", {}));
	});

	test("adds nothing to what is encoded", () => {
		const codec = jsonRpcText();
		const found: string[] = [];
		polluted({ params: [6], data: 6 }, () => {
			found.push(codec.encode(notification("m")));
			const error = { code: 1, message: "m" };
			found.push(codec.encode({ kind: "error", id: 1, error }));
		});
		expect(found).toEqual([
			'{"jsonrpc":"2.0","method":"m"}',
			'{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"m"}}',
		]);
	});
});

test("A member __proto__ of params is an ordinary member, decoded and encoded", () => {
	const text =
		'{"jsonrpc":"2.0","method":"m","params":{"__proto__":{"admin":true}}}';
	const message = decode(text);
	expect(message).not.toHaveProperty("params.admin");
	expect(encode(message)).toBe(text);
});

test("An id of a million digits is echoed, in linear time", () => {
	const id = `1.${"0".repeat(1_000_000)}1`;
	const text = `{"jsonrpc":"2.0","id":${id},"method":"m"}`;
	expect(decode(text)).toStrictEqual(request(new ExactId(id), "m"));
	expect(encode(decode(text))).toBe(text);
});

describe("idKey", () => {
	test("tells apart what is told apart on the wire", () => {
		const ids = [
			1,
			"1",
			null,
			"null",
			1.5,
			new ExactId("1.0"),
			new ExactId("1e0"),
			"",
			"1.0",
			new ExactId("9007199254740993"),
			9007199254740992,
		];
		expect(new Set(ids.map(idKey)).size).toBe(ids.length);
	});

	test("is the same for a string, however it was escaped", () => {
		expect(idKey(new ExactId('"\\u0031"'))).toBe(idKey("1"));
		expect(idKey(new ExactId('"a\\/b"'))).toBe(idKey("a/b"));
	});
});

describe("raw values", () => {
	const numbers = "[1.0, 12345678901234567890, 1e400]";
	const raw = (text: string) => {
		const message = jsonRpcText({ raw: true }).decode(text);
		expect(jsonRpc({ raw: true }).decode(utf8.encode(text))).toStrictEqual(
			message,
		);
		message satisfies RawMessage;
		return message;
	};

	test.each([
		["params", `{"jsonrpc":"2.0","id":1,"method":"m","params":${numbers}}`],
		["a result", `{"jsonrpc":"2.0","id":1,"result":${numbers}}`],
		[
			"the data of an error",
			`{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"m","data":${numbers}}}`,
		],
		["a batch", `[{"jsonrpc":"2.0","method":"m","params":${numbers}}]`],
	])("are text, and are written as they came: %s", (_, text) => {
		const message = raw(text);
		expect(JSON.stringify(message)).not.toContain("12345678901234567890");
		expect(encode(message)).toBe(text);
	});

	test("leave the white space around them behind", () => {
		const message = raw(' {"jsonrpc" : "2.0", "id":1, "result" : [ 1 ] }\n');
		expect(message).toStrictEqual(success(1, new RawJson("[ 1 ]")));
	});

	test("parse when they are asked to", () => {
		const message = raw('{"jsonrpc":"2.0","id":1,"result":{"a":[1]}}');
		expect(message).toStrictEqual(success(1, new RawJson('{"a":[1]}')));
		if (message.kind === "success")
			expect(message.result.parse()).toEqual({ a: [1] });
	});

	test.each(["tru", "[1,]", '{"a"}', "01", '"\n"', "[1}"])(
		"are checked to be JSON: %s",
		(value) => {
			expect(raw(`{"jsonrpc":"2.0","id":1,"result":${value}}`)).toStrictEqual(
				invalid(-32700, /^The text is not JSON: /),
			);
		},
	);

	test("keep to one line: a line break between tokens becomes a space", () => {
		const pretty = new RawJson('{\n\t"a": "\\n",\r\n\t"b": 1\n}');
		expect(encode(success(1, pretty))).toBe(
			'{"jsonrpc":"2.0","id":1,"result":{ \t"a": "\\n",  \t"b": 1 }}',
		);
	});

	test.each(['1,"id":2', "1}", "", " ", "[1", '"a', "1 2", "[1]]"])(
		"cannot smuggle in another member: %s",
		(text) => refuses(success(1, new RawJson(text)), TypeError),
	);

	test("that are no array or object cannot be params", () => {
		refuses(
			{ kind: "notification", method: "m", params: new RawJson("1") },
			TypeError,
		);
	});

	test("count towards the limits", () => {
		refuses(success(1, new RawJson(nested(1000))), RangeError);
		refuses(success(1, new RawJson(`"${"a".repeat(100)}"`)), RangeError, {
			maxLength: 100,
		});
	});
});

describe("a parser and writer of the user's own", () => {
	const json = {
		parse: (text: string): unknown =>
			JSON.parse(text, (_, value, context?: { source?: string }) =>
				typeof value === "number" && !Number.isSafeInteger(value)
					? BigInt(context?.source ?? value)
					: value,
			),
		stringify: (value: unknown): string =>
			typeof value === "bigint" ? `${value}` : JSON.stringify(value),
	};

	test("sees the values, and nothing else of a message", () => {
		const seen: string[] = [];
		const options = {
			json: {
				parse: (text: string) => seen.push(text),
				stringify: (value: unknown) => `"${seen.push(String(value))}"`,
			},
		};
		const text =
			'[{"jsonrpc":"2.0","id":1,"result":[1]},{"jsonrpc":"2.0","method":"m","params":{}},{"jsonrpc":"2.0","id":2,"error":{"code":1,"message":"","data":2}}]';
		expect(jsonRpcText(options).decode(text)).toEqual(
			batch(success(1, 1), notification("m", 2 as never), {
				kind: "error",
				id: 2,
				error: { code: 1, message: "", data: 3 },
			}),
		);
		expect(seen).toEqual(["[1]", "{}", "2"]);
		expect(jsonRpcText(options).encode(success("id", "value"))).toBe(
			'{"jsonrpc":"2.0","id":"id","result":"4"}',
		);
	});

	test("carries all digits of a number", () => {
		const text = '{"jsonrpc":"2.0","id":1,"result":12345678901234567890}';
		const message = jsonRpcText({ json }).decode(text);
		expect(message).toEqual(success(1, 12345678901234567890n));
		expect(jsonRpcText({ json }).encode(message)).toBe(text);
	});

	test("that fails makes a parse error", () => {
		const failing = {
			json: {
				...json,
				parse: () => {
					throw new Error("I do not like it");
				},
			},
		};
		expect(
			jsonRpcText(failing).decode('{"jsonrpc":"2.0","id":1,"result":1}'),
		).toStrictEqual(invalid(-32700, "The text is not JSON: I do not like it"));
	});

	test("cannot be given where values are raw", () => {
		expect(() => jsonRpc({ json, raw: true })).toThrow(RangeError);
	});
});

describe("the encoder refuses", () => {
	const cycle: unknown[] = [];
	cycle.push(cycle);
	/** What the types forbid, and JavaScript does not. */
	const untyped = (message: unknown): Message => message as Message;

	test.each<[string, Message, typeof RangeError | typeof TypeError]>([
		["an empty batch", batch(), RangeError],
		["a result of undefined", success(1, undefined), TypeError],
		["a function as result", success(1, () => 1), TypeError],
		["a BigInt", success(1, 1n), TypeError],
		[
			"a BigInt inside a batch",
			batch(notification("m"), success(1, [1n])),
			TypeError,
		],
		["a cycle", notification("m", cycle), TypeError],
		["an id of NaN", request(Number.NaN, "m"), RangeError],
		["an infinite id", success(Number.POSITIVE_INFINITY, 1), RangeError],
		["an absent id", untyped({ kind: "request", method: "m" }), TypeError],
		[
			"an object as id",
			untyped({ kind: "success", id: {}, result: 1 }),
			TypeError,
		],
		[
			"a number as method",
			untyped({ kind: "notification", method: 1 }),
			TypeError,
		],
		[
			"null as params",
			untyped({ kind: "notification", method: "m", params: null }),
			TypeError,
		],
		[
			"a string as params",
			untyped({ kind: "notification", method: "m", params: "p" }),
			TypeError,
		],
		[
			"params that toJSON() turns into a string",
			untyped({ kind: "notification", method: "m", params: new Date(0) }),
			TypeError,
		],
		[
			"a fraction as error code",
			{ kind: "error", id: 1, error: { code: 1.5, message: "" } },
			RangeError,
		],
		[
			"an error without a message",
			untyped({ kind: "error", id: 1, error: { code: 1 } }),
			TypeError,
		],
		[
			"data that JSON does not have",
			{
				kind: "error",
				id: 1,
				error: { code: 1, message: "", data: Symbol.iterator },
			},
			TypeError,
		],
		[
			"a batch in a batch",
			batch(untyped(batch(notification("m"))) as never),
			TypeError,
		],
		["another kind", untyped({ kind: "response" }), TypeError],
	])("%s", (_, message, error) => {
		refuses(message, error);
	});

	test("nothing that is merely undefined and optional", () => {
		expect(
			encode({ kind: "notification", method: "m", params: undefined } as never),
		).toBe('{"jsonrpc":"2.0","method":"m"}');
		const error = { code: 1, message: "", data: undefined };
		expect(encode({ kind: "error", id: null, error } as never)).toBe(
			'{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":""}}',
		);
	});
});

describe("as a layer", () => {
	const call = request(1, "m");
	const hello = '{"jsonrpc":"2.0","id":1,"method":"m"}';

	test("it stacks on a framing, and goes on after a fault", () => {
		const layer: ByteLayer<Message> = stack(lengthPrefixed(), jsonRpc());
		const frames = lengthPrefixed().encoder();
		const decoder = layer.decoder();
		decoder.push(frames.encode(utf8.encode("nonsense")));
		decoder.push(layer.encoder().encode(call));
		decoder.end();
		expect(decoder.pull()).toStrictEqual(
			invalid(-32700, /^The text is not JSON: /),
		);
		expect(decoder.pull()).toEqual(call);
		expect(decoder.pull()).toBeUndefined();
	});

	test("it writes into the memory of the framing below", () => {
		const frame = stack(lengthPrefixed(), jsonRpc()).encoder().encode(call);
		expect([...frame.subarray(0, 4)]).toEqual([0, 0, 0, hello.length]);
		expect(frame.subarray(4)).toEqual(utf8.encode(hello));
	});

	test("its text flavour stacks on strings", () => {
		const layer = stack(jsonRpcText());
		const decoder = layer.decoder();
		decoder.push(layer.encoder().encode(call));
		decoder.push("");
		expect(decoder.pull()).toEqual(call);
		expect(decoder.pull()).toMatchObject({ kind: "invalid" });
		expect(decoder.pull()).toBeUndefined();
	});
});

test.each([
	{ maxLength: 0 },
	{ maxLength: 1.5 },
	{ maxDepth: Number.NaN },
	{ maxBatch: Number.POSITIVE_INFINITY },
	{ maxBatch: -1 },
])("An option out of its range throws at once: %o", (options) => {
	const [name] = Object.keys(options);
	expect(() => jsonRpc(options)).toThrow(RangeError);
	expect(() => jsonRpcText(options)).toThrow(
		`${name} must be a whole number of 1 or more`,
	);
});
