import { ByteWriter } from "@framewright/codec";
import { type LinesOptions, lines, newline } from "@framewright/newline";
import { describe, expect, test, vi } from "vitest";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe("bad options throw when the layer is made", () => {
	const refused: [LinesOptions, RegExp][] = [
		[{ delimiter: "" as "lf" }, /delimiter must be/],
		[{ delimiter: "\n" as "lf" }, /delimiter must be/],
		[{ delimiter: new Uint8Array(0) }, /delimiter must be/],
		[{ maxLength: -1 }, /maxLength must be/],
		[{ maxLength: 1.5 }, /maxLength must be/],
		[{ unterminated: "keep" as "emit" }, /unterminated must be/],
	];
	for (const [options, message] of refused)
		test(JSON.stringify(options), () => {
			expect(() => newline(options)).toThrow(RangeError);
			expect(() => lines(options)).toThrow(message);
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
