import {
	ByteWriter,
	codecLayer,
	type DecodeError,
	type Layer,
	stack,
} from "@framewright/codec";
import {
	type BodyEnd,
	type HttpChunkedOptions,
	httpChunked,
	type Trailer,
} from "@framewright/http-chunked";
import { describe, expect, test, vi } from "vitest";
import { joined } from "./adapters.ts";
import { latin1 } from "./wires.ts";

const end = (...trailers: Trailer[]): BodyEnd => ({ kind: "end", trailers });
const text = (bytes: Uint8Array): string =>
	Buffer.from(bytes).toString("latin1");

/** Decodes a wire in one chunk; returns the fault. */
function faultOf(wire: string, options?: HttpChunkedOptions): DecodeError {
	const decoder = httpChunked(options).decoder();
	decoder.push(latin1(wire));
	decoder.end();
	try {
		while (decoder.pull() !== undefined);
	} catch (fault) {
		return fault as DecodeError;
	}
	throw new Error("No fault was found");
}

describe("bad options throw when the layer is made", () => {
	const refused: [HttpChunkedOptions, RegExp][] = [
		[{ maxLength: -1 }, /maxLength must be a whole number of bytes, not -1/],
		[{ maxLength: Number.POSITIVE_INFINITY }, /maxLength .* not Infinity/],
		[{ maxExtensionLength: 1.5 }, /maxExtensionLength must be/],
		[{ maxTrailerLength: Number.NaN }, /maxTrailerLength must be/],
		[{ maxTrailerLength: "1" as never }, /maxTrailerLength must be/],
		[{ forbiddenTrailers: "drop" as never }, /"fail" or "keep", not drop/],
	];
	test.each(refused)("%j", (options, message) => {
		expect(() => httpChunked(options)).toThrow(RangeError);
		expect(() => httpChunked(options)).toThrow(message);
	});
});

describe("data", () => {
	test("is handed over as it arrives, as a view of what arrived", () => {
		const decoder = httpChunked().decoder();
		const first = latin1("a\r\n0123");
		decoder.push(first);
		const item = decoder.pull() as Uint8Array;
		expect(text(item)).toBe("0123");
		expect(item.buffer).toBe(first.buffer);
		expect(decoder.itemOffset).toBe(3);
		expect(decoder.pull()).toBeUndefined();
		decoder.push(latin1("456789\r\n1"));
		expect(text(decoder.pull() as Uint8Array)).toBe("456789");
		expect(decoder.itemOffset).toBe(7);
		expect(decoder.pull()).toBeUndefined();
	});

	test("has memory of its own with `copy`", () => {
		const decoder = httpChunked({ copy: true }).decoder();
		const input = latin1("2\r\nab\r\n0\r\n\r\n");
		decoder.push(input);
		const item = decoder.pull() as Uint8Array;
		input.fill(0);
		expect(text(item)).toBe("ab");
	});

	test("of a chunk larger than memory comes out all the same, and none of it is held", () => {
		const decoder = httpChunked().decoder();
		decoder.push(latin1("1fffffffffffff\r\n"));
		const piece = new Uint8Array(65_536);
		let received = 0;
		for (let i = 0; i < 1000; i++) {
			decoder.push(piece);
			received += (decoder.pull() as Uint8Array).length;
			expect(decoder.pull()).toBeUndefined();
			expect(decoder.bytesHeld).toBe(0);
		}
		expect(received).toBe(65_536_000);
	});

	test("can be read without a view, by next()", () => {
		const decoder = httpChunked().decoder();
		decoder.push(latin1("2\r\nab\r\n0\r\nc: d\r\n\r\n"));
		expect(decoder.next()).toBe(true);
		const { frameBytes, frameStart, frameEnd } = decoder;
		expect(text(frameBytes.subarray(frameStart, frameEnd))).toBe("ab");
		expect(decoder.other).toBeUndefined();
		expect(decoder.next()).toBe(true);
		expect(decoder.other).toEqual(end(["c", "d"]));
		expect(decoder.itemOffset).toBe(7);
		expect(decoder.next()).toBe(false);
	});
});

describe("what is held", () => {
	test("in chunks of one byte, is never more than a trailer section that is not complete (ws issue 2331)", () => {
		const wire = latin1(
			`${"1;extension=value\r\nx\r\n".repeat(400)}0;e\r\n${"a: b\r\n".repeat(100)}\r\n`,
		);
		const trailers = wire.length - 602;
		const decoder = httpChunked().decoder();
		const allocated = vi.spyOn(Uint8Array.prototype, "set");
		let data = 0;
		let last: unknown;
		for (let at = 0; at < wire.length; at++) {
			decoder.push(wire.slice(at, at + 1));
			for (
				let item = decoder.pull();
				item !== undefined;
				item = decoder.pull()
			) {
				if (item instanceof Uint8Array) data += item.length;
				else last = item;
			}
			expect(decoder.bytesHeld).toBeLessThanOrEqual(
				at < trailers ? 0 : 4 * (at + 1 - trailers) + 1024,
			);
		}
		const copied = allocated.mock.calls.reduce(
			(sum, [bytes]) => sum + bytes.length,
			0,
		);
		allocated.mockRestore();
		expect(data).toBe(400);
		expect((last as BodyEnd).trailers.length).toBe(100);
		expect(decoder.bytesHeld).toBe(0);
		expect(copied).toBeLessThanOrEqual(3 * 602);
	});

	test("of what follows a body, is nothing that its trailers needed", () => {
		const decoder = httpChunked().decoder();
		decoder.push(latin1("0\r\na: "));
		expect(decoder.pull()).toBeUndefined();
		const set = vi.spyOn(Uint8Array.prototype, "set");
		decoder.push(latin1(`b\r\n\r\n${"x".repeat(100_000)}`));
		expect(decoder.pull()).toEqual(end(["a", "b"]));
		const copied = set.mock.calls.reduce((sum, [from]) => sum + from.length, 0);
		set.mockRestore();
		expect(copied).toBeLessThan(32);
		expect(decoder.rest().length).toBe(100_000);
	});
});

describe("behind a body", () => {
	test("rest() hands over what follows: the next message", () => {
		const decoder = httpChunked().decoder();
		decoder.push(latin1("1\r\na\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n"));
		decoder.pull();
		expect(decoder.pull()).toEqual(end());
		expect(text(decoder.rest())).toBe("HTTP/1.1 200 OK\r\n");
		expect(decoder.bytesHeld).toBe(0);
		expect(decoder.pull()).toBeUndefined();
	});

	test("pulling on decodes another body", () => {
		const decoder = httpChunked().decoder();
		decoder.push(latin1("0\r\n\r\nHTTP/1.1 200 OK\r\n"));
		expect(decoder.pull()).toEqual(end());
		expect(() => decoder.pull()).toThrow(
			"A chunk-size must be hexadecimal digits, up to a CRLF or a ;, not 0x48",
		);
	});

	test("after rest() inside a body, what is pushed next is the start of another", () => {
		for (const begun of [
			"1",
			"9;a",
			"9\r\nab",
			"1\r\na",
			"1\r\na\r",
			"0\r\nb: c",
		]) {
			const decoder = httpChunked({ maxLength: 9 }).decoder();
			decoder.push(latin1(begun));
			while (decoder.pull() !== undefined);
			decoder.rest();
			decoder.push(latin1("9\r\n123456789\r\n0\r\n\r\n"));
			expect(text(decoder.pull() as Uint8Array)).toBe("123456789");
			expect(decoder.pull()).toEqual(end());
			decoder.end();
			expect(decoder.pull()).toBeUndefined();
		}
	});
});

describe("faults", () => {
	test("say what was expected, and what was found where", () => {
		const told: [string, string][] = [
			[
				"+1\r\n",
				"A chunk-size must be hexadecimal digits, up to a CRLF or a ;, not 0x2b",
			],
			[
				"1\n",
				"A chunk-size must be hexadecimal digits, up to a CRLF or a ;, not 0x0a",
			],
			[
				"1;a\n",
				'A chunk extension must be ;name, ;name=token or ;name="quoted", up to a CRLF, not 0x0a',
			],
			[
				"1\r\naXX",
				"Chunk-data must end with CRLF where its chunk-size says, not 0x58",
			],
			[
				"1\r\na\r\r",
				"Chunk-data must end with CRLF where its chunk-size says, not 0x0d",
			],
			["1\r1", "A CR must be followed by LF, not 0x31"],
			[
				"0\r\n: a",
				"A trailer field must be a token, a colon and a value, not 0x3a",
			],
			[
				"0\r\na b",
				"A trailer field must be a token, a colon and a value, not 0x20",
			],
			[
				"0\r\na:\n",
				"The value of a trailer field must be text, up to a CRLF, not 0x0a",
			],
			["0\r\na:\r\r", "A CR must be followed by LF, not 0x0d"],
			["0\r\n\r1", "A CR must be followed by LF, not 0x31"],
			[
				"0".repeat(17),
				"A chunk-size may have 16 digits, leading zeros included",
			],
			[
				"0\r\nHOST: a\r\n\r\n",
				"The field HOST must not be in a trailer section",
			],
		];
		for (const [wire, message] of told)
			expect(faultOf(wire).message).toBe(message);
	});

	test("over a limit have the figures", () => {
		expect(faultOf("1\r\na\r\n5\r\n", { maxLength: 5 })).toMatchObject({
			code: "too-large",
			message: "A body may have 5 bytes, not 6",
			offset: 6,
			length: 6,
			limit: 5,
		});
		expect(faultOf("f".repeat(17))).toMatchObject({
			code: "too-large",
			message: `A body may have ${2 ** 53 - 1} bytes, not Infinity`,
			offset: 0,
			length: Number.POSITIVE_INFINITY,
			limit: 2 ** 53 - 1,
		});
		expect(faultOf("1;abc", { maxExtensionLength: 2 })).toMatchObject({
			code: "too-large",
			message: "Chunk extensions ahead of their data may have 2 bytes",
			offset: 3,
			limit: 2,
		});
		expect(
			faultOf("0\r\na:bcd\r\n\r\n", { maxTrailerLength: 5 }),
		).toMatchObject({
			code: "too-large",
			message: "A trailer section may have 5 bytes",
			offset: 8,
			limit: 5,
		});
	});

	test("at the end of input say in which part of a body it fell", () => {
		const told: [string, string, number, number?][] = [
			["1", "chunk-size line", 1],
			["0001;ab\r", "chunk-size line", 8],
			["1\r\na\r\n", "chunk-size line", 0],
			["1\r\na\r\n2;", "chunk-size line", 2],
			["a\r\n", "chunk-data", 0, 10],
			["a\r\n1234", "chunk-data", 4, 10],
			["1\r\na", "CRLF", 0, 2],
			["1\r\na\r", "CRLF", 1, 2],
			["0\r\n", "trailer section", 0],
			["1\r\na\r\n0\r\nb: c\r\n\r", "trailer section", 7],
		];
		for (const [wire, part, have, need] of told) {
			const fault = faultOf(wire);
			expect(fault).toMatchObject({
				code: "truncated",
				offset: wire.length,
				part,
				have,
				...(need === undefined ? {} : { need }),
			});
			expect(fault.message).toBe(
				`The input ended ${have} bytes into a ${part}${need === undefined ? "" : ` of ${need}`}`,
			);
		}
	});

	test("tell of no more bytes needed for an item than are", () => {
		const decoder = httpChunked().decoder();
		decoder.push(latin1("a\r\n12"));
		expect(text(decoder.pull() as Uint8Array)).toBe("12");
		expect(decoder.pull()).toBeUndefined();
		expect(decoder.bytesNeeded).toBe(1);
		decoder.push(latin1("3"));
		expect(text(decoder.pull() as Uint8Array)).toBe("3");
	});
});

describe("extensions", () => {
	test("may have 16 KiB more than the data before them", () => {
		const chunk = `1;${"e".repeat(1023)}\r\na\r\n`;
		// 1024 bytes of extension against one of data, 16 times: 16 bytes are left.
		const good = `${chunk.repeat(16)}1;${"e".repeat(15)}`;
		const fault = faultOf(`${good}e\r\na\r\n`);
		expect(fault).toMatchObject({ code: "too-large", offset: good.length });
		expect(faultOf(`${good}\r\na`).code).toBe("truncated");
	});

	test("of any number pass while the data outweighs them", () => {
		const signature = `;chunk-signature=${"f".repeat(64)}`;
		const wire = latin1(`400${signature}\r\n${"x".repeat(1024)}\r\n`);
		const decoder = httpChunked().decoder();
		for (let i = 0; i < 1000; i++) {
			decoder.push(wire);
			expect((decoder.pull() as Uint8Array).length).toBe(1024);
			expect(decoder.pull()).toBeUndefined();
		}
	});
});

describe("fields that must not be in a trailer section", () => {
	const forbidden = [
		...["Transfer-Encoding", "content-length", "HOST", "Trailer", "TE"],
		...["Connection", "Keep-Alive", "Upgrade", "Authorization", "Cookie"],
		...["Proxy-Authorization", "Proxy-Authenticate", "WWW-Authenticate"],
		...["Set-Cookie", "Content-Encoding", "Content-Type", "Content-Range"],
		...["Cache-Control", "Expect", "Max-Forwards", "Pragma", "Range"],
		...["If-Match", "if-none-match", "If-Modified-Since", "Proxy-Connection"],
	];

	test.each(forbidden)("%s", (name) => {
		const wire = `1\r\na\r\n0\r\nOk: 1\r\n${name}: x\r\n\r\n`;
		expect(faultOf(wire)).toMatchObject({ code: "invalid-value", offset: 16 });
		const field: Trailer = [name, "x"];
		expect(() => httpChunked().encoder().encode(end(field))).toThrow(
			`The field ${name} must not be in a trailer section`,
		);

		const lenient = httpChunked({ forbiddenTrailers: "keep" });
		const decoder = lenient.decoder();
		decoder.push(lenient.encoder().encode(end(field)));
		expect(decoder.pull()).toEqual(end(field));
	});

	test.each([
		"Digest",
		"ETag",
		"Server-Timing",
		"grpc-status",
		"X-Host",
		"Hosts",
		"Authentication-Info",
		"Proxy-Authentication-Info",
	])("others may be: %s", (name) => {
		const layer = httpChunked();
		const decoder = layer.decoder();
		decoder.push(layer.encoder().encode(end([name, "x"])));
		expect(decoder.pull()).toEqual(end([name, "x"]));
	});
});

describe("an encoder", () => {
	test("makes one chunk of all it is given", () => {
		const encoder = httpChunked().encoder();
		expect(text(encoder.encode(latin1("hello")))).toBe("5\r\nhello\r\n");
		expect(text(encoder.encode(new Uint8Array(0xabc)))).toMatch(
			/^abc\r\n\0+\r\n$/,
		);
		expect(text(encoder.encode(end()))).toBe("0\r\n\r\n");
		expect(text(encoder.encode(end(["A", "b"], ["c", ""])))).toBe(
			"0\r\nA: b\r\nc: \r\n\r\n",
		);
	});

	test("refuses data without bytes, which would end the body", () => {
		const encoder = httpChunked().encoder();
		expect(() => encoder.encode(new Uint8Array(0))).toThrow(RangeError);
		expect(() => encoder.wrap?.([], 0)).toThrow("would end the body");
		const writer = new ByteWriter();
		const start = encoder.begin(writer);
		expect(() => encoder.finish(writer, start)).toThrow("would end the body");
	});

	test("refuses trailers that would be read as something else", () => {
		const refused: [string, string][] = [
			["a", "b\r\nInjected: c"],
			["a", "b\n"],
			["a", "b\r"],
			["a", "b\0"],
			["a", "\x7f"],
			["a", " b"],
			["a", "b\t"],
			["a", " "],
			["a", "\u0100"],
			["a", "\ud83c\udfb5"],
			["", "b"],
			["a b", "c"],
			["a:", "b"],
			["a\r\nInjected", "b"],
			["a\n", "b"],
			["é", "b"],
		];
		const encoder = httpChunked().encoder();
		for (const field of refused) {
			const writer = new ByteWriter();
			expect(() => writer.append(encoder, end(["ok", "1"], field))).toThrow(
				RangeError,
			);
			expect(writer.length).toBe(0);
		}
		expect(() => encoder.encode(end(["a", "b\n"]))).toThrow(
			'A trailer field must be a token, and text of bytes without control characters or white space around it, not ["a","b\\n"]',
		);
	});

	test("checks values in linear time", () => {
		const layer = httpChunked({ maxTrailerLength: 10_000_000 });
		const value = `a${" ".repeat(2_000_000)}b`;
		const decoder = layer.decoder();
		decoder.push(layer.encoder().encode(end(["a", value])));
		expect((decoder.pull() as BodyEnd).trailers[0]?.[1].length).toBe(2_000_002);
		expect(() => layer.encoder().encode(end(["a", `${value} `]))).toThrow(
			"and text of bytes",
		);
	});

	test("keeps to the limits of the decoder", () => {
		const options = { maxLength: 5, maxTrailerLength: 7 };
		const encoder = httpChunked(options).encoder();
		encoder.encode(latin1("abc"));
		expect(() => encoder.encode(latin1("def"))).toThrow(
			"A body may have 5 bytes, not 6",
		);
		expect(() => encoder.wrap?.([latin1("def")], 3)).toThrow(RangeError);
		encoder.encode(latin1("de"));
		expect(() => encoder.encode(end(["a", "bcd"]))).toThrow(
			"A trailer section may have 7 bytes, not 8",
		);
		encoder.encode(end(["a", "bc"]));
		encoder.encode(latin1("abcde"));
	});

	test("hands on large data without a copy, between a chunk-size and a CRLF", () => {
		const encoder = httpChunked({ maxLength: 300_000 }).encoder();
		const data = new Uint8Array(200_000);
		const pieces = encoder.encodeByReference?.(data);
		expect(pieces?.[1]).toBe(data);
		expect(text(joined(pieces ?? []))).toBe(
			text(httpChunked().encoder().encode(data)),
		);
		expect(encoder.encodeByReference?.(new Uint8Array(100))).toBeUndefined();
		expect(encoder.encodeByReference?.(end())).toBeUndefined();
		// It counts.
		expect(() => encoder.encode(data)).toThrow(RangeError);
	});

	test("writes the shortest chunk-size around a payload of any length that is written in place", () => {
		const encoder = httpChunked().encoder();
		const writer = new ByteWriter();
		const lengths = [1, 15, 16, 255, 256, 15, 70_000, 4096, 1, 65_535, 65_536];
		let expected = "";
		for (const length of lengths) {
			const data = Uint8Array.from({ length }, (_, i) => i);
			expected += `${length.toString(16)}\r\n${text(data)}\r\n`;
			const start = encoder.begin(writer);
			writer.write(data);
			encoder.finish(writer, start);
		}
		expect(text(writer.take())).toBe(expected);
	});
});

describe("in a stack", () => {
	/** Lines of text over a body: what a layer above has to know is that bodies end. */
	type Line = string | BodyEnd;
	const upper: Layer<Line, Uint8Array | BodyEnd> = codecLayer<
		Line,
		Uint8Array | BodyEnd
	>({
		encode: (line) => (typeof line === "string" ? latin1(line) : line),
		decode: (item) => (item instanceof Uint8Array ? text(item) : item),
	});

	test("data and ends go up and down", () => {
		const layer = stack(httpChunked(), upper);
		const encoder = layer.encoder();
		const wire = joined([
			encoder.encode("abc"),
			encoder.encode(end(["d", "e"])),
		]);
		expect(text(wire)).toBe("3\r\nabc\r\n0\r\nd: e\r\n\r\n");
		const decoder = layer.decoder();
		decoder.push(wire);
		expect(decoder.pull()).toBe("abc");
		expect(decoder.pull()).toEqual(end(["d", "e"]));
	});
});
