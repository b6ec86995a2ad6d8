import { expect, test } from "vitest";
import { parseStack } from "../src/stack-expression.ts";

function decodeAll(expression: string, ...bytes: number[]): unknown[] {
	const decoder = parseStack(expression).layer.decoder();
	decoder.push(Uint8Array.from(bytes));
	decoder.end();
	const items: unknown[] = [];
	for (let item = decoder.pull(); item !== undefined; item = decoder.pull())
		items.push(item instanceof Uint8Array ? [...item] : item);
	return items;
}

test.each([
	["length-prefixed", [0, 0, 0, 1, 97], [[97]]],
	["length-prefixed(width=2,endian=le)", [1, 0, 97], [[97]]],
	[" length-prefixed ( width = varint ) ", [1, 97], [[97]]],
	["length-prefixed()", [0, 0, 0, 1, 97], [[97]]],
	[
		"length-prefixed(width=1,includesPrefix=true,header=keep)",
		[2, 97],
		[[2, 97]],
	],
	["length-prefixed(width=1,adjustment=-1)", [2, 97], [[97]]],
	["length-prefixed(width=1,offset=1)", [9, 1, 97], [[97]]],
	["newline(delimiter=crlf)", [97, 10, 13, 10], [[97, 10]]],
	["newline(delimiter=x00FF)", [97, 0, 255], [[97]]],
	[
		"newline(delimiter=either,keepDelimiter=true)",
		[97, 13, 10],
		[[97, 13, 10]],
	],
	["lines(unterminated=emit)", [97], ["a"]],
	["newline(unterminated=discard,maxLength=1KiB)", [97], []],
	["length-prefixed(width=1),newline", [2, 97, 10, 1, 98, 1, 10], [[97], [98]]],
	[
		"length-prefixed(width=decimal,separator=:,terminator=x2c)",
		[49, 58, 97, 44],
		[[97]],
	],
	["netstrings", [49, 58, 97, 44], [[97]]],
	["octet-counting(maxLength=1)", [49, 32, 97], [[97]]],
	["grpc-messages", [0, 0, 0, 0, 1, 97], [[0, 0, 0, 0, 1, 97]]],
	["postgres-messages", [90, 0, 0, 0, 5, 73], [[90, 0, 0, 0, 5, 73]]],
	["onc-rpc-records", [0, 0, 0, 1, 97, 128, 0, 0, 1, 98], [[97, 98]]],
	["kafka-messages", [0, 0, 0, 1, 97], [[97]]],
	["thrift-framed", [0, 0, 0, 1, 97], [[97]]],
	["varint-delimited", [1, 97], [[97]]],
	["slip", [0xc0, 97, 0xdb, 0xdc, 0xc0], [[97, 0xc0]]],
	["cobs", [2, 97, 2, 98, 0], [[97, 0, 98]]],
	[
		"json-lines(unterminated=emit)",
		[...Buffer.from('{"a":1}\n[2]')],
		[{ a: 1 }, [2]],
	],
	["json-text-sequence", [0x1e, 49, 10], [1]],
	["content-length", [...Buffer.from("Content-Length: 1\r\n\r\na")], [[97]]],
	[
		"dbus-message(maxLength=1KiB)",
		[...Buffer.from("6c0200010000000002000000080000000501750001000000", "hex")],
		[
			{
				type: "method_return",
				endianness: "little",
				flags: 0,
				serial: 2,
				signature: "",
				body: [],
				unixFds: 0,
				replySerial: 1,
			},
		],
	],
	[
		"http-chunked",
		[...Buffer.from("1\r\na\r\n0\r\nx: y\r\n\r\n")],
		[[97], { kind: "end", trailers: [["x", "y"]] }],
	],
])("%s is read as written", (expression, bytes, items) => {
	expect(decodeAll(expression, ...bytes)).toEqual(items);
});

test.each([
	["", /^--stack: expected name or name\(option=value,\.\.\.\) at ""$/],
	["newline,", /expected name .* at "newline,"$/],
	["newline(delimiter=lf", /expected name .* at "newline\(delimiter=lf"$/],
	["newline)", /expected name/],
	["new line", /expected name/],
	[
		"newlines",
		/there is no layer "newlines"; known: length-prefixed, .*newline, lines, .*json-rpc$/,
	],
	["toString", /there is no layer "toString"/],
	[
		"newline(constructor=1)",
		/newline has no option "constructor"; known: delimiter, /,
	],
	["newline(delimiter)", /newline: expected option=value, not "delimiter"$/],
	["newline(delimiter=lf,delimiter=lf)", /newline: delimiter is given twice$/],
	[
		"newline(delimiter=x0)",
		/delimiter must be lf, crlf, either, or bytes in hex after an x.*, not "x0"$/,
	],
	[
		"newline(keepDelimiter=yes)",
		/keepDelimiter must be true or false, not "yes"$/,
	],
	[
		"length-prefixed(width=9)",
		/width must be 1, 2, .*8, varint or decimal, not "9"$/,
	],
	["length-prefixed(offset=1.5)", /offset must be an integer, not "1.5"$/],
	[
		"length-prefixed(maxLength=8MB)",
		/maxLength must be a number of bytes, .*, not "8MB"$/,
	],
	["length-prefixed(width=varint,endian=le)", /endian cannot be le in /],
	["length-prefixed(width=1,maxLength=1MiB)", /maxLength cannot be 1048576 in/],
	[
		"json-rpc",
		/json-rpc needs a framing below it, as in length-prefixed,json-rpc$/,
	],
	["json-rpc,length-prefixed", /json-rpc needs a framing below it/],
	[
		"newline(oversize=pieces),json-rpc",
		/json-rpc reads bytes, but newline before it gives lines in pieces; /,
	],
	[
		"newline,json-rpc,length-prefixed",
		/length-prefixed reads bytes, but json-rpc before it gives messages; /,
	],
	["lines,json-rpc", /json-rpc reads bytes, but lines before it gives text; /],
])("%s is refused in one line", (expression, complaint) => {
	expect(() => parseStack(expression)).toThrow(complaint);
});
