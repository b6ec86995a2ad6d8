import {
	ExactId,
	jsonRpc,
	jsonRpcText,
	type Message,
} from "@framewright/json-rpc";
import { describe, expect, test } from "vitest";
import {
	batch,
	invalid,
	invalidResponse,
	notification,
	request,
	success,
} from "./messages.ts";

/** A sentence, the text that arrives, what it means, and what that message is written as; default: the text itself. */
type Vector = [
	sentence: string,
	text: string,
	message: Message,
	written?: string,
];

const PARSE_ERROR =
	'{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}';
const INVALID_REQUEST =
	'{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid Request"}}';

const examples: Vector[] = [
	[
		"a call with positional parameters",
		'{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}',
		request(1, "subtract", [42, 23]),
		'{"jsonrpc":"2.0","id":1,"method":"subtract","params":[42,23]}',
	],
	[
		"its result",
		'{"jsonrpc": "2.0", "result": 19, "id": 1}',
		success(1, 19),
		'{"jsonrpc":"2.0","id":1,"result":19}',
	],
	[
		"a call with named parameters",
		'{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}',
		request(3, "subtract", { subtrahend: 23, minuend: 42 }),
		'{"jsonrpc":"2.0","id":3,"method":"subtract","params":{"subtrahend":23,"minuend":42}}',
	],
	[
		"a notification",
		'{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}',
		notification("update", [1, 2, 3, 4, 5]),
		'{"jsonrpc":"2.0","method":"update","params":[1,2,3,4,5]}',
	],
	[
		"a notification without parameters",
		'{"jsonrpc": "2.0", "method": "foobar"}',
		notification("foobar"),
		'{"jsonrpc":"2.0","method":"foobar"}',
	],
	[
		"the answer to a method that does not exist",
		'{"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": "1"}',
		{
			kind: "error",
			id: "1",
			error: { code: -32601, message: "Method not found" },
		},
		'{"jsonrpc":"2.0","id":"1","error":{"code":-32601,"message":"Method not found"}}',
	],
	[
		"a call that is not JSON",
		'{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]',
		invalid(-32700, /^The text is not JSON: /),
		PARSE_ERROR,
	],
	[
		"a call that is not a request",
		'{"jsonrpc": "2.0", "method": 1, "params": "bar"}',
		invalid(-32600, '"method" must be a string; found 1'),
		INVALID_REQUEST,
	],
	[
		"a batch that is not JSON",
		'[{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"}, {"jsonrpc": "2.0", "method"]',
		invalid(-32700, /^The text is not JSON: /),
		PARSE_ERROR,
	],
	[
		"an empty array: one object answers, not an array",
		"[]",
		invalid(-32600, "A batch must have one message at the least"),
		INVALID_REQUEST,
	],
	[
		"an invalid batch that is not empty: an array of one answers",
		"[1]",
		batch(invalid(-32600, "A message must be an object; found 1")),
		`[${INVALID_REQUEST}]`,
	],
	[
		"an invalid batch",
		"[1,2,3]",
		batch(
			invalid(-32600, "A message must be an object; found 1"),
			invalid(-32600, "A message must be an object; found 2"),
			invalid(-32600, "A message must be an object; found 3"),
		),
		`[${INVALID_REQUEST},${INVALID_REQUEST},${INVALID_REQUEST}]`,
	],
	[
		"a batch of requests, a notification and something else",
		`[
			{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
			{"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},
			{"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},
			{"foo": "boo"},
			{"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
			{"jsonrpc": "2.0", "method": "get_data", "id": "9"}
		]`,
		batch(
			request("1", "sum", [1, 2, 4]),
			notification("notify_hello", [7]),
			request("2", "subtract", [42, 23]),
			invalid(-32600, '"jsonrpc" must be "2.0"; found nothing'),
			request("5", "foo.get", { name: "myself" }),
			request("9", "get_data"),
		),
		`[{"jsonrpc":"2.0","id":"1","method":"sum","params":[1,2,4]},{"jsonrpc":"2.0","method":"notify_hello","params":[7]},{"jsonrpc":"2.0","id":"2","method":"subtract","params":[42,23]},${INVALID_REQUEST},{"jsonrpc":"2.0","id":"5","method":"foo.get","params":{"name":"myself"}},{"jsonrpc":"2.0","id":"9","method":"get_data"}]`,
	],
	[
		"a batch of answers",
		`[
			{"jsonrpc": "2.0", "result": 7, "id": "1"},
			{"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null},
			{"jsonrpc": "2.0", "result": ["hello", 5], "id": "9"}
		]`,
		batch(
			success("1", 7),
			{
				kind: "error",
				id: null,
				error: { code: -32600, message: "Invalid Request" },
			},
			success("9", ["hello", 5]),
		),
		`[{"jsonrpc":"2.0","id":"1","result":7},${INVALID_REQUEST},{"jsonrpc":"2.0","id":"9","result":["hello",5]}]`,
	],
	[
		"a batch of notifications",
		`[
			{"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},
			{"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}
		]`,
		batch(
			notification("notify_sum", [1, 2, 4]),
			notification("notify_hello", [7]),
		),
		'[{"jsonrpc":"2.0","method":"notify_sum","params":[1,2,4]},{"jsonrpc":"2.0","method":"notify_hello","params":[7]}]',
	],
];

/** Faults of one message: the members that follow `"jsonrpc":"2.0"`, and the reason. */
const faults: [sentence: string, members: string, reason: string][] = [
	[
		"an object as id",
		'"id":{},"method":"m"',
		'"id" must be a string, a number or null; found an object',
	],
	[
		"a boolean as id",
		'"id":true,"method":"m"',
		'"id" must be a string, a number or null; found true',
	],
	[
		"no method, result or error",
		'"id":7',
		'A message must have "method", "result" or "error"',
	],
	[
		"null as method",
		'"id":1,"method":null',
		'"method" must be a string; found null',
	],
	[
		"a string as params",
		'"id":1,"method":"m","params":"bar"',
		'"params" must be an array or an object; found "bar"',
	],
	[
		"null as params",
		'"method":"m","params":null',
		'"params" must be an array or an object; found null',
	],
	[
		"a method in capitals, for members are case-sensitive",
		'"id":1,"Method":"m"',
		'A message must have "method", "result" or "error"',
	],
	[
		"a request that is a response as well",
		'"id":1,"method":"m","result":1',
		'A message with "method" must not have "result" or "error"',
	],
	[
		"both a result and an error",
		'"id":1,"result":1,"error":{"code":1,"message":""}',
		'A response must not have both "result" and "error"',
	],
	[
		"a result and an error of null, as in JSON-RPC 1.0",
		'"id":1,"result":1,"error":null',
		'A response must not have both "result" and "error"',
	],
	["a result without an id", '"result":1', 'A response must have "id"'],
	[
		"an error without an id",
		'"error":{"code":1,"message":""}',
		'A response must have "id"',
	],
	[
		"an error that is a string",
		'"id":1,"error":"no"',
		'"error" must be an object; found "no"',
	],
	[
		"an error that is an array",
		'"id":1,"error":[1,""]',
		'"error" must be an object; found an array',
	],
	[
		"an error without a code",
		'"id":1,"error":{"message":""}',
		'"error.code" must be an integer; found nothing',
	],
	[
		"a fraction as error code",
		'"id":1,"error":{"code":1.5,"message":""}',
		'"error.code" must be an integer; found 1.5',
	],
	[
		"a string as error code",
		'"id":1,"error":{"code":"1","message":""}',
		'"error.code" must be an integer; found "1"',
	],
	[
		"an error without a message",
		'"id":1,"error":{"code":1}',
		'"error.message" must be a string; found nothing',
	],
	...["jsonrpc", "id", "method", "params", "result", "error"].map(
		(name): (typeof faults)[number] => [
			`${name} twice, of which readers would take one or the other`,
			`"method":"m","id":1,"params":[],"${name}":0,"${name}":1`,
			`"${name}" must not be there twice`,
		],
	),
	[
		"the same member with escapes",
		'"method":"m","id":1,"\\u0069d":1',
		'"id" must not be there twice',
	],
	[
		"an error with two codes",
		'"id":1,"error":{"code":1,"message":"","code":2}',
		'"error" must not have "code" twice',
	],
	[
		"members that __proto__ supplies",
		'"__proto__":{"method":"m"}',
		'A message must have "method", "result" or "error"',
	],
];

const corners: Vector[] = [
	...faults.map(
		([sentence, members, reason]): Vector => [
			sentence,
			`{"jsonrpc":"2.0",${members}}`,
			/"(result|error)"/.test(members)
				? invalidResponse(reason)
				: invalid(-32600, reason),
			INVALID_REQUEST,
		],
	),
	[
		"version 1.0",
		'{"jsonrpc":"1.0","id":1,"method":"m"}',
		invalid(-32600, '"jsonrpc" must be "2.0"; found "1.0"'),
		INVALID_REQUEST,
	],
	[
		"version 2.0 as a number",
		'{"jsonrpc":2.0,"id":1,"method":"m"}',
		invalid(-32600, '"jsonrpc" must be "2.0"; found 2'),
		INVALID_REQUEST,
	],
	[
		"a version that is long",
		`{"jsonrpc":"${"2".repeat(1000)}","id":1,"method":"m"}`,
		invalid(
			-32600,
			'"jsonrpc" must be "2.0"; found a string of 1000 characters',
		),
		INVALID_REQUEST,
	],
	[
		"no text at all",
		"",
		invalid(-32700, /^The text is not JSON: /),
		PARSE_ERROR,
	],
	[
		"two messages in one text",
		'{"jsonrpc":"2.0","method":"m"}{"jsonrpc":"2.0","method":"m"}',
		invalid(-32700, /^The text is not JSON: /),
		PARSE_ERROR,
	],
	[
		"a byte order mark, which JSON does not allow",
		'\ufeff{"jsonrpc":"2.0","method":"m"}',
		invalid(-32700, /^The text is not JSON: /),
		PARSE_ERROR,
	],
	[
		"null",
		"null",
		invalid(-32600, "A message must be an object; found null"),
		INVALID_REQUEST,
	],
	[
		"a string",
		'"method"',
		invalid(-32600, 'A message must be an object; found "method"'),
		INVALID_REQUEST,
	],
	[
		"an array in a batch, which is not a batch of its own",
		"[[]]",
		batch(invalid(-32600, "A message must be an object; found an array")),
		`[${INVALID_REQUEST}]`,
	],
	[
		"null in a batch",
		"[null]",
		batch(invalid(-32600, "A message must be an object; found null")),
		`[${INVALID_REQUEST}]`,
	],
	[
		"a batch of one stays a batch",
		'[{"jsonrpc":"2.0","method":"m"}]',
		batch(notification("m")),
	],
	[
		"a batch of requests and responses at once",
		'[{"jsonrpc":"2.0","id":1,"method":"m"},{"jsonrpc":"2.0","id":1,"result":null}]',
		batch(request(1, "m"), success(1, null)),
	],
	[
		"ids that a double would make the same",
		'[{"jsonrpc":"2.0","id":9007199254740993,"method":"m"},{"jsonrpc":"2.0","id":9007199254740992,"method":"m"}]',
		batch(
			request(new ExactId("9007199254740993"), "m"),
			request(9007199254740992, "m"),
		),
	],
	[
		"an id of null is a request, not a notification",
		'{"jsonrpc":"2.0","id":null,"method":"m"}',
		request(null, "m"),
	],
	["an id of 0", '{"jsonrpc":"2.0","id":0,"method":"m"}', request(0, "m")],
	["an empty id", '{"jsonrpc":"2.0","id":"","method":"m"}', request("", "m")],
	[
		'an id of 1 and an id of "1" in one batch',
		'[{"jsonrpc":"2.0","id":1,"method":"m"},{"jsonrpc":"2.0","id":"1","method":"m"}]',
		batch(request(1, "m"), request("1", "m")),
	],
	[
		"a fraction as id",
		'{"jsonrpc":"2.0","id":0.30000000000000004,"method":"m"}',
		request(0.30000000000000004, "m"),
	],
	["a negative id", '{"jsonrpc":"2.0","id":-1,"method":"m"}', request(-1, "m")],
	...[
		"1.0",
		"1200E-2",
		"-0",
		"9007199254740993",
		"1.0000000000000000001",
		"-1e-400",
		"1e400",
		'"\\u0031"',
		'"a\\/b"',
	].map(
		(token): Vector => [
			`${token} as id, which comes back as it was written`,
			`{"jsonrpc":"2.0","id":${token},"method":"m"}`,
			request(new ExactId(token), "m"),
		],
	),
	[
		"an exact id under a name with escapes",
		'{"jsonrpc":"2.0","\\u0069\\u0064":1.0,"result":1}',
		success(new ExactId("1.0"), 1),
		'{"jsonrpc":"2.0","id":1.0,"result":1}',
	],
	[
		"a large id that a double can hold",
		'{"jsonrpc":"2.0","id":1e+300,"method":"m"}',
		request(1e300, "m"),
	],
	[
		"an id inside params, which is no id of ours and may be rounded",
		'{"jsonrpc":"2.0","id":9007199254740992,"method":"m","params":{"id":9007199254740993}}',
		request(9007199254740992, "m", { id: 9007199254740992 }),
		'{"jsonrpc":"2.0","id":9007199254740992,"method":"m","params":{"id":9007199254740992}}',
	],
	[
		"a string that looks like a rounded id",
		'{"jsonrpc":"2.0","id":1,"method":"\\"id\\":9007199254740993"}',
		request(1, '"id":9007199254740993'),
	],
	[
		"a reserved method name, which is for extensions to use",
		'{"jsonrpc":"2.0","id":1,"method":"rpc.discover"}',
		request(1, "rpc.discover"),
	],
	["an empty method name", '{"jsonrpc":"2.0","method":""}', notification("")],
	[
		"a method that objects inherit",
		'{"jsonrpc":"2.0","id":"toString","method":"toString"}',
		request("toString", "toString"),
	],
	[
		"empty params",
		'[{"jsonrpc":"2.0","method":"m","params":[]},{"jsonrpc":"2.0","method":"m","params":{}}]',
		batch(notification("m", []), notification("m", {})),
	],
	[
		"members that the specification does not know",
		'{"jsonrpc":"2.0","method":"m","id":1,"traceparent":"00-0af7"}',
		request(1, "m"),
		'{"jsonrpc":"2.0","id":1,"method":"m"}',
	],
	[
		"an error with data",
		'{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"é","data":null}}',
		{
			kind: "error",
			id: 1,
			error: { code: -32000, message: "é", data: null },
		},
	],
	[
		"an id of null on a result",
		'{"jsonrpc":"2.0","id":null,"result":false}',
		success(null, false),
	],
	[
		"a lone surrogate, which JSON can only escape",
		'{"jsonrpc":"2.0","method":"\\ud800","params":["\\udc00\u2028é🎵\\u0000"]}',
		notification("\ud800", ["\udc00\u2028é🎵\0"]),
	],
];

const utf8 = new TextEncoder();
const text = jsonRpcText();
const bytes = jsonRpc();

describe.each([
	["an example of section 7", examples],
	["a corner of the specification", corners],
] as const)("%s:", (_, vectors) => {
	test.each(vectors)("%s", (_, input, message, written = input) => {
		const decoded = text.decode(input);
		expect(decoded).toStrictEqual(message);
		expect(text.encode(decoded)).toBe(written);
		expect(bytes.decode(utf8.encode(input))).toStrictEqual(decoded);
		expect(bytes.encode(decoded)).toEqual(utf8.encode(written));
	});
});
