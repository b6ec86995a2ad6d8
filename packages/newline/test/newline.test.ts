import {
	ByteWriter,
	codecLayer,
	type Skipped,
	stack,
} from "@framewright/codec";
import {
	type Lines,
	type LinesOptions,
	lines,
	type Newline,
	type NewlineOptions,
	newline,
	Piece,
} from "@framewright/newline";
import { describe, expect, test, vi } from "vitest";
import { decode } from "./decode.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe("bad options throw when the layer is made", () => {
	const refused: [LinesOptions, RegExp][] = [
		[{ delimiter: "" as "lf" }, /delimiter must be/],
		[{ delimiter: "\n" as "lf" }, /delimiter must be/],
		[{ delimiter: new Uint8Array(0) }, /delimiter must be/],
		[{ maxLength: -1 }, /maxLength must be/],
		[{ maxLength: 1.5 }, /maxLength must be/],
		[{ unterminated: "keep" as "emit" }, /unterminated must be/],
		[{ oversize: "drop" as "skip" }, /oversize must be "fail" or "skip"/],
		[{ bom: "ignore" as "strip" }, /bom must be/],
	];
	for (const [options, message] of refused)
		test(JSON.stringify(options), () => {
			expect(() => newline(options)).toThrow(RangeError);
			expect(() => lines(options)).toThrow(message);
			expect(() => lines(options)).toThrow(/^lines\(\): /);
		});

	test("pieces of nothing", () => {
		expect(() => newline({ oversize: "pieces", maxLength: 0 })).toThrow(
			"newline(): maxLength must be a whole number of bytes, 1 or more, not 0",
		);
	});

	test("pieces of text", () => {
		const oversize = "pieces" as "skip";
		expect(() => lines({ oversize })).toThrow(/oversize must be/);
	});

	test("a delimiter that is not text cannot be kept in a string", () => {
		const delimiter = Uint8Array.of(0xff);
		expect(() => lines({ delimiter, keepDelimiter: true })).toThrow(RangeError);
		expect(() => newline({ delimiter, keepDelimiter: true })).not.toThrow();
	});
});

test("a delimiter that the caller changes later is not changed in the layer", () => {
	const delimiter = Uint8Array.of(10);
	const layer = newline({ delimiter });
	delimiter[0] = 97;
	expect(layer.encoder().encode(text("a"))).toEqual(text("a\n"));
});

describe("the default limit", () => {
	test("is 8 MiB on both sides", () => {
		const size = 8 * 1024 * 1024;
		const line = new Uint8Array(size + 1).fill(97);
		const encoder = newline().encoder();
		expect(() => encoder.encode(line)).toThrow(
			"A line may have 8388608 bytes at most, not 8388609",
		);
		expect(encoder.encode(line.subarray(1)).length).toBe(size + 1);
		const decoder = newline().decoder();
		decoder.push(line.subarray(1));
		expect(decoder.pull()).toBeUndefined();
		decoder.push(text("\n"));
		expect(decoder.pull()?.length).toBe(size);
		decoder.push(line);
		expect(() => decoder.pull()).toThrow(
			"A line may have 8388608 bytes at most",
		);
	});
});

describe("an encoder refuses what a decoder would not give back", () => {
	const refused: [LinesOptions, string, RegExp][] = [
		[{}, "a\nb", /one ends 2 bytes into it/],
		[{}, "\n", /one ends 1 bytes into it/],
		[{ delimiter: "crlf" }, "a\r\nb", /one ends 3 bytes/],
		[{ delimiter: "either" }, "a\r", /must not end with 0d/],
		[{ delimiter: text("aa") }, "xa", /one ends 3 bytes/],
		[{ keepDelimiter: true }, "ab", /must end with it/],
		[{ keepDelimiter: true }, "a\nb\n", /one ends 2 bytes/],
		[{ maxLength: 2 }, "abc", /2 bytes at most, not 3/],
		[{ maxLength: 2, keepDelimiter: true }, "abc\n", /2 bytes at most, not 3/],
	];
	for (const [options, line, message] of refused)
		test(`${JSON.stringify(line)} with ${JSON.stringify(options)}`, () => {
			const writer = new ByteWriter();
			const encoder = newline(options).encoder();
			expect(() => writer.append(encoder, text(line))).toThrow(RangeError);
			expect(writer.length).toBe(0);
			const strings = lines(options).encoder();
			expect(() => strings.encode(line)).toThrow(message);
		});

	test("a string with a lone surrogate", () => {
		expect(() => lines().encoder().encode("a\ud800")).toThrow(
			"A line must not have a lone surrogate",
		);
	});

	test("a CR at the end is fine where only LF or CRLF end a line", () => {
		for (const delimiter of ["lf", "crlf"] as const) {
			const layer = newline({ delimiter });
			const decoder = layer.decoder();
			decoder.push(layer.encoder().encode(text("a\r")));
			expect(decoder.pull()).toEqual(text("a\r"));
		}
	});
});

describe("offsets of text lines", () => {
	test("are in bytes, though lines are decoded many at a time", () => {
		const decoder = lines().decoder();
		decoder.push(text("é\nab\n🎵\n\nz\n"));
		const offsets: number[] = [];
		while (decoder.pull() !== undefined) offsets.push(decoder.itemOffset);
		expect(offsets).toEqual([0, 3, 6, 11, 12]);
	});

	test("can be asked for twice, and not at all", () => {
		const decoder = lines().decoder();
		decoder.push(text("é\né\né\n"));
		decoder.pull();
		decoder.pull();
		decoder.pull();
		expect([decoder.itemOffset, decoder.itemOffset]).toEqual([6, 6]);
	});
});

test("one line of 8 MiB in chunks of 1,460 bytes: every byte is copied at most three times", () => {
	const size = 8 * 1024 * 1024;
	const wire = new Uint8Array(size + 1).fill(97);
	wire[size] = 10;
	const decoder = newline().decoder();
	const set = vi.spyOn(Uint8Array.prototype, "set");
	let line: Uint8Array | undefined;
	for (let at = 0; at < wire.length; at += 1460) {
		decoder.push(wire.subarray(at, at + 1460));
		line = decoder.pull();
	}
	const copied = set.mock.calls.reduce((sum, [from]) => sum + from.length, 0);
	set.mockRestore();
	expect(line?.length).toBe(size);
	expect(copied).toBeLessThanOrEqual(3 * wire.length);
});

test("a chunk full of false ends of a delimiter is not gathered anew for each of them", () => {
	const decoder = newline({ delimiter: "crlf" }).decoder();
	decoder.push(text("a"));
	expect(decoder.pull()).toBeUndefined();
	const set = vi.spyOn(Uint8Array.prototype, "set");
	decoder.push(new Uint8Array(65_536).fill(10));
	expect(decoder.pull()).toBeUndefined();
	const copied = set.mock.calls.reduce((sum, [from]) => sum + from.length, 0);
	set.mockRestore();
	expect(copied).toBeLessThanOrEqual(3 * 65_536);
});

describe("a switch of protocol in the middle of text", () => {
	test("rest() starts behind the line pulled last, in bytes", () => {
		for (const first of ["abc", "é🎵"]) {
			const decoder = lines().decoder();
			decoder.push(text(`${first}\nsecond\nthi`));
			decoder.push(text("rd"));
			expect(decoder.pull()).toBe(first);
			expect(decoder.rest()).toEqual(text("second\nthird"));
			expect(decoder.bytesHeld).toBe(0);
			expect(decoder.pull()).toBeUndefined();
		}
	});

	test("rest() forgets what was searched: the next input is searched from its start", () => {
		const decoder = newline().decoder();
		decoder.push(text("a long line without an end"));
		expect(decoder.pull()).toBeUndefined();
		decoder.rest();
		decoder.push(text("b\n"));
		expect(decoder.pull()).toEqual(text("b"));
	});
});

describe("the type tells what comes out", () => {
	test("lines; what was skipped; pieces", () => {
		newline() satisfies Newline;
		newline({ oversize: "fail", maxLength: 1 }) satisfies Newline;
		newline({ oversize: "skip" }) satisfies Newline<Skipped>;
		newline({ oversize: "pieces" }) satisfies Newline<Piece>;
		newline({} as NewlineOptions) satisfies Newline<Skipped | Piece>;
		lines() satisfies Lines;
		lines({ oversize: "skip" }) satisfies Lines<Skipped>;
		// @ts-expect-error: something may be skipped.
		newline({ oversize: "skip" }) satisfies Newline;
		// @ts-expect-error: something may be skipped.
		lines({} as LinesOptions) satisfies Lines;
	});

	test("so that no layer above takes a piece for a frame", () => {
		const bytes = codecLayer<Uint8Array, Uint8Array>({
			encode: (frame) => frame,
			decode: (frame) => frame,
		});
		// @ts-expect-error: it takes no Piece.
		stack(newline({ oversize: "pieces" }), bytes);
		const skipping = stack(newline({ oversize: "skip", maxLength: 1 }), bytes);
		expect(decode(skipping.decoder(), text("a\nab\nb\n"))).toEqual([
			[0, text("a")],
			[2, expect.objectContaining({ kind: "skipped", offset: 3 })],
			[5, text("b")],
		]);
	});
});

describe("a line over the limit that is skipped", () => {
	const skipping = newline({ oversize: "skip", maxLength: 4 });

	test("is told of with its code, its limit and the first byte too many", () => {
		const [event] = decode(skipping.decoder(), text("abcdefgh\n"));
		expect(event).toEqual([
			0,
			{
				kind: "skipped",
				code: "too-large",
				message: "A line may have 4 bytes at most; no delimiter came by then",
				offset: 4,
				limit: 4,
			},
		]);
	});

	test("is told of when the limit is crossed, before it ends, and once", () => {
		for (const [delimiter, more] of [
			["lf", "e"],
			["crlf", "ef"],
			["either", "ef"],
		] as const) {
			const layer = newline({ oversize: "skip", maxLength: 4, delimiter });
			const decoder = layer.decoder();
			decoder.push(text(`abcd${more.slice(1)}`));
			expect(decoder.pull()).toBeUndefined();
			decoder.push(text("e"));
			expect(decoder.pull()).toMatchObject({ kind: "skipped", offset: 4 });
			for (let i = 0; i < 100; i++) {
				decoder.push(text("more of it"));
				expect(decoder.pull()).toBeUndefined();
			}
			decoder.push(text("\r\nok\r\n"));
			expect(decoder.pull()).toEqual(text(delimiter === "lf" ? "ok\r" : "ok"));
		}
	});

	test("is not held: 4 MiB of it leave no more than the start of a delimiter", () => {
		const chunk = new Uint8Array(65_536).fill(0x2d);
		for (const [delimiter, most, more] of [
			["lf", 0, "\nok\n"],
			["either", 0, "\r\nok\r\n"],
			[text("--end--"), 1024, "end--ok--end--"],
		] as const) {
			const layer = newline({ delimiter, oversize: "skip", maxLength: 4 });
			const decoder = layer.decoder();
			for (let i = 0; i < 64; i++) {
				decoder.push(chunk);
				if (i === 0)
					expect(decoder.pull()).toMatchObject({ code: "too-large" });
				expect(decoder.pull()).toBeUndefined();
				expect(decoder.bytesHeld).toBeLessThanOrEqual(most);
			}
			decoder.push(text(more));
			expect(decoder.pull()).toEqual(text("ok"));
		}
	});

	test("may end in the middle of the input: then that is truncated, after it was told of", () => {
		expect(decode(skipping.decoder(), text("ab\nabcdefgh"))).toEqual([
			[0, text("ab")],
			[3, expect.objectContaining({ offset: 7 })],
			"truncated at 11",
		]);
		const decoder = skipping.decoder();
		decoder.push(text("abcdefgh"));
		decoder.pull();
		decoder.end();
		expect(() => decoder.pull()).toThrow(
			"The input ended 8 bytes into a line without its delimiter",
		);
	});

	test("may end there, if the last line need not have a delimiter", () => {
		for (const unterminated of ["emit", "discard"] as const) {
			const layer = newline({ oversize: "skip", maxLength: 4, unterminated });
			expect(decode(layer.decoder(), text("ab\nabcdefgh"))).toHaveLength(2);
		}
	});

	test("is forgotten by rest(): what is pushed then starts a line", () => {
		const decoder = skipping.decoder();
		decoder.push(text("abcdefgh"));
		decoder.pull();
		expect(decoder.rest()).toEqual(text(""));
		decoder.push(text("ij\n"));
		expect(decoder.pull()).toEqual(text("ij"));
		expect(decoder.itemOffset).toBe(8);
	});

	test("of text need not be UTF-8, since nobody looks", () => {
		const layer = lines({ oversize: "skip", maxLength: 4 });
		const bytes = Uint8Array.from([...text("abcde"), 0xff, ...text("\nok\n")]);
		expect(decode(layer.decoder(), bytes)).toEqual([
			[0, expect.objectContaining({ code: "too-large", offset: 4 })],
			[7, "ok"],
		]);
	});
});

describe("a line over the limit that comes in pieces", () => {
	const pieces = (options: NewlineOptions, wire: string): unknown[] =>
		decode(
			newline({ oversize: "pieces", maxLength: 4, ...options }).decoder(),
			text(wire),
		).map((event) => {
			if (typeof event === "string") return event;
			const [offset, item] = event;
			return item instanceof Piece
				? [offset, new TextDecoder().decode(item.bytes), item.last]
				: [offset, new TextDecoder().decode(item as Uint8Array)];
		});

	test("has maxLength bytes in all of them but the last", () => {
		expect(pieces({}, "abcd\nabcdefghij\nx\n")).toEqual([
			[0, "abcd"],
			[5, "abcd", false],
			[9, "efgh", false],
			[13, "ij", true],
			[16, "x"],
		]);
	});

	test("has no empty piece at its end", () => {
		expect(pieces({}, "abcdefgh\n")).toEqual([
			[0, "abcd", false],
			[4, "efgh", true],
		]);
		expect(pieces({ delimiter: "crlf" }, "abcdefgh\r\n")).toEqual([
			[0, "abcd", false],
			[4, "efgh", true],
		]);
	});

	test("keeps its delimiter in the last one, where that is kept", () => {
		const options = { delimiter: "either", keepDelimiter: true } as const;
		expect(pieces(options, "abcdef\r\nabcd\r\n")).toEqual([
			[0, "abcd", false],
			[4, "ef\r\n", true],
			[8, "abcd\r\n"],
		]);
	});

	test("comes out as it arrives, and is not held", () => {
		const decoder = newline({ oversize: "pieces", maxLength: 1000 }).decoder();
		const chunk = new Uint8Array(65_536).fill(97);
		let count = 0;
		for (let i = 0; i < 100; i++) {
			decoder.push(chunk);
			while (decoder.pull() !== undefined) count += 1;
			expect(decoder.bytesHeld).toBeLessThanOrEqual(4 * 1000);
		}
		expect(count).toBe(Math.floor((100 * 65_536 - 1) / 1000));
	});

	test("is views of the chunk, or copies", () => {
		for (const copy of [false, true]) {
			const layer = newline({ oversize: "pieces", maxLength: 4, copy });
			const decoder = layer.decoder();
			const chunk = text("abcdef\n");
			decoder.push(chunk);
			const piece = decoder.pull() as Piece;
			expect(piece.bytes.buffer === chunk.buffer).toBe(!copy);
		}
	});

	test("is truncated where the input ends in it", () => {
		expect(pieces({}, "abcdef")).toEqual([
			[0, "abcd", false],
			"truncated at 6",
		]);
	});

	test("has a last one without a delimiter, if that is to be emitted", () => {
		expect(pieces({ unterminated: "emit" }, "abcdef")).toEqual([
			[0, "abcd", false],
			[4, "ef", true],
		]);
	});

	test("has no last one, if that is to be discarded", () => {
		expect(pieces({ unterminated: "discard" }, "abcdef")).toEqual([
			[0, "abcd", false],
		]);
	});

	test("is searched once: 64 KiB in pieces of one byte", () => {
		const size = 65_536;
		const wire = new Uint8Array(size + 1).fill(97);
		wire[size] = 10;
		const decoder = newline({ oversize: "pieces", maxLength: 1 }).decoder();
		const indexOf = vi.spyOn(Buffer.prototype, "indexOf");
		decoder.push(wire);
		let count = 0;
		while (decoder.pull() !== undefined) count += 1;
		const searched = indexOf.mock.results.reduce((sum, { value }, i) => {
			const [, from] = indexOf.mock.calls[i] as unknown as [number, number];
			return sum + (value === -1 ? 0 : value + 1 - from);
		}, 0);
		indexOf.mockRestore();
		expect(count).toBe(size);
		expect(searched).toBeLessThanOrEqual(2 * wire.length);
	});
});

describe("a byte order mark", () => {
	test("that is stripped is not in the first line, and not in any line's way", () => {
		const encoder = newline({ bom: "strip" }).encoder();
		expect(() => encoder.encode(text("\ufeffa"))).toThrow(
			"The first line must not start with a byte order mark",
		);
		expect(encoder.encode(text("a"))).toEqual(text("a\n"));
		expect(encoder.encode(text("\ufeffa"))).toEqual(text("\ufeffa\n"));
	});

	test("is seen by the encoder even if delimiters are part of it", () => {
		const delimiter = Uint8Array.of(0xbb);
		const encoder = newline({ delimiter, bom: "error" }).encoder();
		expect(encoder.encode(Uint8Array.of(0xef))).toHaveLength(2);
		expect(() => encoder.encode(Uint8Array.of(0xbf))).toThrow(RangeError);
	});

	test("is waited for only as long as it may come", () => {
		for (const bom of ["strip", "error"] as const) {
			const decoder = newline({ bom }).decoder();
			decoder.push(Uint8Array.of(0xef));
			expect(decoder.pull()).toBeUndefined();
			decoder.push(Uint8Array.of(0x0a));
			expect(decoder.pull()).toEqual(Uint8Array.of(0xef));
		}
	});

	test("that had begun is part of rest(), and then there is no start any more", () => {
		const decoder = lines({ bom: "strip" }).decoder();
		decoder.push(Uint8Array.of(0xef, 0xbb));
		expect(decoder.pull()).toBeUndefined();
		expect(decoder.rest()).toEqual(Uint8Array.of(0xef, 0xbb));
		decoder.push(text("\ufeff\n"));
		expect(decoder.pull()).toBe("\ufeff");
	});

	test("may still come after a rest() of nothing", () => {
		const decoder = newline({ bom: "strip" }).decoder();
		expect(decoder.rest()).toHaveLength(0);
		decoder.push(text("\ufeffa\n"));
		expect(decoder.pull()).toEqual(text("a"));
	});

	test("does not keep text from being decoded many lines at a time", () => {
		const decoder = lines({ bom: "strip" }).decoder();
		const decodes = vi.spyOn(TextDecoder.prototype, "decode");
		decoder.push(text(`\ufeff${"a\n".repeat(100)}`));
		let count = 0;
		while (decoder.pull() !== undefined) count += 1;
		const { length } = decodes.mock.calls;
		decodes.mockRestore();
		expect(count).toBe(100);
		expect(length).toBeLessThan(5);
	});
});
