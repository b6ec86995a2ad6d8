import {
	ByteWriter,
	codecLayer,
	DecodeError,
	Skipped,
	stack,
} from "@framewright/codec";
import {
	type ContentLength,
	type ContentLengthOptions,
	contentLength,
	type ResyncingContentLength,
} from "@framewright/content-length";
import { describe, expect, test, vi } from "vitest";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const string = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Pulls until there is nothing more: what came out, and the fault, if there is one. */
function drain<T>(decoder: { pull(): T | undefined }): {
	items: T[];
	fault?: unknown;
} {
	const items: T[] = [];
	try {
		for (let item = decoder.pull(); item !== undefined; item = decoder.pull())
			items.push(item);
		return { items };
	} catch (fault) {
		return { items, fault };
	}
}

/** Decodes an input to its end, in one chunk. */
function decode(wire: string, options: ContentLengthOptions = {}) {
	const decoder = contentLength(options).decoder();
	decoder.push(text(wire));
	decoder.end();
	return drain(decoder);
}

describe("bad options throw when the layer is made", () => {
	const refused: [ContentLengthOptions, string][] = [
		[{ maxLength: -1 }, "maxLength must be a whole number of 0 bytes or more"],
		[{ maxLength: 1.5 }, "maxLength must be"],
		[{ maxLength: Number.POSITIVE_INFINITY }, "maxLength must be"],
		[{ maxLength: "9" as unknown as number }, "maxLength must be"],
		[{ maxHeaderLength: Number.NaN }, "maxHeaderLength must be"],
		[
			{ maxHeaderLength: 26 },
			"maxHeaderLength must be a whole number of 27 bytes or more, not 26",
		],
		[
			{ maxLength: 9, maxHeaderLength: 20 },
			"maxHeaderLength must be a whole number of 21 bytes or more, not 20",
		],
	];
	for (const [options, message] of refused)
		test(JSON.stringify(options), () => {
			expect(() => contentLength(options)).toThrow(RangeError);
			expect(() => contentLength(options)).toThrow(
				`contentLength(): ${message}`,
			);
		});

	test("the least header length takes the longest header that is written", () => {
		const layer = contentLength({ maxLength: 10, maxHeaderLength: 22 });
		const decoder = layer.decoder();
		decoder.push(layer.encoder().encode(text("0123456789")));
		expect(decoder.pull()).toEqual(text("0123456789"));
	});
});

describe("the default limits", () => {
	test("are 8 MiB of body on both sides", () => {
		const encoder = contentLength().encoder();
		const most = new Uint8Array(8_388_608);
		expect(encoder.encode(most).length).toBe(8_388_608 + 27);
		expect(() => encoder.encode(new Uint8Array(8_388_609))).toThrow(
			"A body may have 8388608 bytes at most, not 8388609",
		);
		expect(decode("Content-Length: 8388608\r\n\r\n").fault).toMatchObject({
			code: "truncated",
		});
		expect(decode("Content-Length: 8388609\r\n\r\n").fault).toMatchObject({
			name: "DecodeError",
			code: "too-large",
			offset: 16,
			length: 8_388_609,
			limit: 8_388_608,
			message:
				"A body may have 8388608 bytes at most; the header announces 8388609",
		});
	});

	test("are 4096 bytes of header", () => {
		const header = (size: number) =>
			`Content-Length: 0\r\nX: ${"x".repeat(size - 26)}\r\n\r\n`;
		expect(header(4096).length).toBe(4096);
		expect(decode(header(4096)).items).toEqual([text("")]);
		expect(decode(header(4097)).fault).toMatchObject({
			code: "too-large",
			offset: 4096,
			limit: 4096,
			message: "A header may have 4096 bytes at most; it did not end by then",
		});
	});
});

describe("faults say", () => {
	test("what was expected, and what was found", () => {
		const message = (wire: string): string =>
			(decode(wire).fault as DecodeError).message;
		expect(message("{}")).toBe(`A field's name must be a token; found "{"`);
		expect(message("Content-Length: 7abc")).toBe(
			'A Content-Length must be digits; found "a"',
		);
		expect(message("X: a\n")).toBe(
			`A field's value must be ASCII text up to CR LF; found "\\n"`,
		);
		expect(message("X: a\rb")).toBe('LF must follow CR; found "b"');
		expect(message("X: a\r\n\r\n")).toBe("A header must have a Content-Length");
		expect(message("Content-Length: 1\r\nContent-Length: 2\r\n")).toBe(
			"A header must have one Content-Length; found 1 and 2",
		);
		expect(message(`Content-Length: ${"9".repeat(20)}\r\n`)).toBe(
			"A Content-Length must be below 2^53",
		);
		expect(
			message("Content-Length: 1\r\nContent-Type: a/b; charset=x\r\n\r\n"),
		).toBe(
			'A Content-Type must be a media type in UTF-8, not "a/b; charset=x"',
		);
	});

	test("in which part the input ended, and how much of that is there", () => {
		expect(decode("Content-Len").fault).toMatchObject({
			code: "truncated",
			offset: 11,
			part: "header",
			have: 11,
			message: "The input ended 11 bytes into a header",
		});
		expect(decode("Content-Length: 7\r\n\r\n{}").fault).toMatchObject({
			code: "truncated",
			offset: 23,
			part: "body",
			have: 2,
			need: 7,
			message: "The input ended 2 bytes into a body of 7",
		});
	});

	test("the same again, for ever, whatever is pushed", () => {
		for (const wire of [
			"{",
			"X".repeat(5000),
			"Content-Length: 9999999\r\n\r\n",
		]) {
			const decoder = contentLength({ maxLength: 9 }).decoder();
			decoder.push(text(wire));
			const { fault } = drain(decoder);
			expect(fault).toBeInstanceOf(DecodeError);
			decoder.push(text("Content-Length: 2\r\n\r\n{}"));
			expect(drain(decoder).fault).toBe(fault);
			decoder.end();
			expect(drain(decoder).fault).toBe(fault);
			expect(decoder.bytesHeld).toBe(0);
		}
	});

	test("that a header is none as soon as one byte tells", () => {
		const decoder = contentLength().decoder();
		decoder.push(text("Content-Length: 7a"));
		expect(drain(decoder).fault).toMatchObject({ offset: 17 });
	});
});

describe("what people install today gets these wrong", () => {
	const good = "Content-Length: 2\r\n\r\n{}";

	test("vscode-jsonrpc: `Content-Length: 7abc` is read as 7", () => {
		expect(decode("Content-Length: 7abc\r\n\r\n1234567")).toMatchObject({
			items: [],
			fault: { code: "invalid-syntax", offset: 17 },
		});
	});

	test("vscode-jsonrpc: a negative length shifts what follows", () => {
		expect(decode(`${good}Content-Length: -5\r\n\r\n${good}`)).toMatchObject({
			items: [text("{}")],
			fault: { code: "invalid-syntax", offset: 39 },
		});
	});

	test("vscode-jsonrpc: a stray line loses both messages behind it", () => {
		const { items } = decode(`Starting up...\n${good}${good}`, {
			resync: true,
		});
		expect(items).toEqual([
			new Skipped(
				"invalid-syntax",
				`A field's name must be a token; found " "`,
				0,
				{ bytes: text("Starting up...\n") },
			),
			text("{}"),
			text("{}"),
		]);
	});

	test("vscode-jsonrpc: a header that never ends, in chunks of one byte, is copied and searched again for each", () => {
		const size = 32_768;
		const decoder = contentLength({ maxHeaderLength: 2 * size }).decoder();
		const set = vi.spyOn(Uint8Array.prototype, "set");
		for (let i = 0; i < size; i++) {
			decoder.push(Uint8Array.of(120));
			expect(decoder.next()).toBe(false);
		}
		const copied = set.mock.calls.reduce((sum, [from]) => sum + from.length, 0);
		set.mockRestore();
		expect(copied).toBeLessThanOrEqual(4 * size);
	});

	test("vscode-jsonrpc: nothing stops a header that never ends", () => {
		const decoder = contentLength().decoder();
		let pushed = 0;
		let fault: unknown;
		while (fault === undefined && pushed < 10_000) {
			decoder.push(text("x".repeat(7)));
			pushed += 7;
			({ fault } = drain(decoder));
		}
		expect(fault).toMatchObject({ code: "too-large", offset: 4096 });
		expect(pushed).toBe(4102);
	});

	test("a header that announces 1 GiB holds no more memory than what arrived", () => {
		const decoder = contentLength({ maxLength: 2 ** 31 }).decoder();
		decoder.push(text("Content-Length: 1073741824\r\n\r\nab"));
		expect(decoder.pull()).toBeUndefined();
		expect(decoder.bytesHeld).toBeLessThanOrEqual(128);
		expect(decoder.bytesNeeded).toBe(1_073_741_822);
	});

	test("one body of 8 MiB in chunks of 1,460 bytes: every byte is copied at most twice", () => {
		const layer = contentLength();
		const wire = layer.encoder().encode(new Uint8Array(8 * 1024 * 1024));
		const decoder = layer.decoder();
		const set = vi.spyOn(Uint8Array.prototype, "set");
		let body: Uint8Array | undefined;
		for (let at = 0; at < wire.length; at += 1460) {
			decoder.push(wire.subarray(at, at + 1460));
			body = decoder.pull();
		}
		const copied = set.mock.calls.reduce((sum, [from]) => sum + from.length, 0);
		set.mockRestore();
		expect(body?.length).toBe(8 * 1024 * 1024);
		expect(copied).toBeLessThanOrEqual(2.1 * wire.length);
	});
});

describe("resync", () => {
	const layer = contentLength({ resync: true, maxLength: 100 });
	const good = "Content-Length: 2\r\n\r\n{}";

	test("tells of a line as soon as it has ended, and of a message as soon as it is there", () => {
		const decoder = layer.decoder();
		decoder.push(text("one line"));
		expect(decoder.pull()).toBeUndefined();
		decoder.push(text("\n"));
		expect(decoder.pull()).toMatchObject({
			offset: 0,
			bytes: text("one line\n"),
		});
		expect(decoder.itemOffset).toBe(0);
		decoder.push(text(`abc\n${good}`));
		expect(decoder.pull()).toMatchObject({ offset: 9, bytes: text("abc\n") });
		expect(decoder.itemOffset).toBe(9);
		expect(decoder.pull()).toEqual(text("{}"));
		expect(decoder.itemOffset).toBe(34);
		decoder.end();
		expect(decoder.pull()).toBeUndefined();
	});

	test("hands over noise that may be kept: the chunk can be used again", () => {
		const decoder = layer.decoder();
		const chunk = text(`a b\n${good}`);
		decoder.push(chunk);
		const noise = decoder.pull() as Skipped;
		chunk.fill(0);
		expect(noise.bytes).toEqual(text("a b\n"));
		expect(noise.bytes?.buffer.byteLength).toBe(4);
	});

	test("reports a body over the limit at once, and holds nothing of it", () => {
		const decoder = layer.decoder();
		decoder.push(text("Content-Length: 1000000\r\n\r\n"));
		expect(decoder.pull()).toEqual(
			new Skipped(
				"too-large",
				"A body may have 100 bytes at most; the header announces 1000000",
				16,
				{ length: 1_000_000, limit: 100 },
			),
		);
		expect(decoder.itemOffset).toBe(0);
		for (let left = 1_000_000; left > 0; left -= 1000) {
			expect(decoder.pull()).toBeUndefined();
			expect(decoder.bytesNeeded).toBe(left);
			expect(decoder.bytesHeld).toBe(0);
			decoder.push(text(good.repeat(50)).subarray(0, 1000));
		}
		decoder.push(text(good));
		expect(drain(decoder).items).toEqual([text("{}")]);
	});

	test("reports the end of input inside a refused body, and only there", () => {
		const decoder = layer.decoder();
		decoder.push(text("Content-Length: 101\r\n\r\n{}"));
		expect(decoder.pull()).toMatchObject({ code: "too-large" });
		decoder.end();
		expect(drain(decoder).fault).toMatchObject({
			code: "truncated",
			offset: 25,
			part: "body",
			have: 2,
			need: 101,
		});
	});

	test("rest() forgets noise and what is left of a refused body", () => {
		for (const wire of [
			"Content-Length: 101\r\n\r\n",
			"some noise",
			"Content-",
		]) {
			const decoder = layer.decoder();
			decoder.push(text(wire));
			const { items } = drain(decoder);
			expect(string(decoder.rest())).toBe(items.length > 0 ? "" : wire);
			decoder.push(text(good));
			expect(drain(decoder).items).toEqual([text("{}")]);
		}
	});

	test("through a stack: what was skipped passes the layers above", () => {
		const json = codecLayer({
			encode: (value: unknown) => text(JSON.stringify(value)),
			decode: (bytes: Uint8Array) => JSON.parse(string(bytes)) as object,
		});
		const decoder = stack(layer, json).decoder();
		decoder.push(
			text(`Debugger attached.\n${good}Content-Length: 101\r\n\r\n`),
		);
		expect(drain(decoder).items).toMatchObject([
			{ kind: "skipped", bytes: text("Debugger attached.\n") },
			{},
			{ kind: "skipped", code: "too-large", offset: 58 },
		]);
		expect(string(stack(layer, json).encoder().encode({ id: 1 }))).toBe(
			'Content-Length: 8\r\n\r\n{"id":1}',
		);
	});

	test("the type of the layer tells whether there are skipped items", () => {
		contentLength() satisfies ContentLength;
		contentLength({ resync: false }) satisfies ContentLength;
		contentLength({ resync: true }) satisfies ResyncingContentLength;
		const item = contentLength().decoder().pull();
		item satisfies Uint8Array | undefined;
		// @ts-expect-error A layer that resyncs gives more than bodies.
		contentLength({ resync: true }).decoder().pull() satisfies typeof item;
	});
});

describe("reading", () => {
	test("next() gives the bodies that pull() gives, without a view of them", () => {
		const decoder = contentLength().decoder();
		decoder.push(text("Content-Length: 2\r\n\r\n{}content-length:0\r\n\r\nC"));
		expect(decoder.next()).toBe(true);
		const { frameBytes, frameStart, frameEnd } = decoder;
		expect(frameBytes.subarray(frameStart, frameEnd)).toEqual(text("{}"));
		expect(decoder.itemOffset).toBe(21);
		expect(decoder.next()).toBe(true);
		expect(decoder.frameEnd).toBe(decoder.frameStart);
		expect(decoder.next()).toBe(false);
	});

	test("rest() hands over what was not read, a header that was half read too", () => {
		const decoder = contentLength().decoder();
		for (const rest of ["x-other: 1\r\nc", "Content-Length: 3\r\n\r\n1", "C"]) {
			decoder.push(text(`Content-Length: 2\r\n\r\n{}${rest.slice(0, 5)}`));
			expect(drain(decoder).items).toEqual([text("{}")]);
			decoder.push(text(rest.slice(5)));
			expect(decoder.pull()).toBeUndefined();
			expect(string(decoder.rest())).toBe(rest);
			expect(decoder.bytesHeld).toBe(0);
			expect(decoder.pull()).toBeUndefined();
		}
	});

	test("a body pins its chunk, and with copy only itself", () => {
		for (const [copy, memory] of [
			[false, 65_536],
			[true, 2],
		] as const) {
			const chunk = new Uint8Array(65_536);
			chunk.set(text("Content-Length: 2\r\n\r\n{}"));
			const decoder = contentLength({ copy }).decoder();
			decoder.push(chunk);
			expect(decoder.pull()?.buffer.byteLength).toBe(memory);
		}
	});
});

describe("encoding", () => {
	test("writes one field, and no Content-Type", () => {
		const encoder = contentLength().encoder();
		expect(string(encoder.encode(text('{"é":1}')))).toBe(
			'Content-Length: 8\r\n\r\n{"é":1}',
		);
		expect(string(encoder.encode(text("")))).toBe("Content-Length: 0\r\n\r\n");
	});

	test("a payload written in place is framed as one that was handed over, however its length compares with the last", () => {
		const encoder = contentLength().encoder();
		const writer = new ByteWriter(8);
		for (const length of [0, 9, 10, 100, 7, 99_999, 100_000, 1, 1234]) {
			const payload = new Uint8Array(length).fill(120);
			writer.write(text("before"));
			const start = encoder.begin(writer);
			writer.write(payload);
			encoder.finish(writer, start);
			writer.write(text("behind"));
			expect(string(writer.take())).toBe(
				`before${string(contentLength().encoder().encode(payload))}behind`,
			);
		}
	});

	test("a refused body leaves nothing behind in a shared writer", () => {
		const encoder = contentLength({ maxLength: 1 }).encoder();
		const writer = new ByteWriter();
		writer.append(encoder, text("a"));
		expect(() => writer.append(encoder, text("bc"))).toThrow(RangeError);
		const start = encoder.begin(writer);
		writer.write(text("bc"));
		expect(() => encoder.finish(writer, start)).toThrow(
			"A body may have 1 bytes at most, not 2",
		);
	});

	test("a large body is passed on by reference, in pieces or whole", () => {
		const encoder = contentLength({ maxLength: 300_000 }).encoder();
		const body = new Uint8Array(200_000);
		const pieces = encoder.encodeByReference?.(body) ?? [];
		expect(string(pieces[0] as Uint8Array)).toBe(
			"Content-Length: 200000\r\n\r\n",
		);
		expect(pieces[1]).toBe(body);
		expect(pieces).toHaveLength(2);
		expect(encoder.encodeByReference?.(text("{}"))).toBeUndefined();
		expect(encoder.wrap?.([text("{"), text("}")], 2).map(string)).toEqual([
			"Content-Length: 2\r\n\r\n",
			"{",
			"}",
		]);
		expect(() => encoder.wrap?.([body, body], 400_000)).toThrow(RangeError);
	});
});
