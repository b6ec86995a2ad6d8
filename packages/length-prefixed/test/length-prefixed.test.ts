import { ByteWriter, DecodeError } from "@framewright/codec";
import {
	type LengthPrefixedOptions,
	lengthPrefixed,
} from "@framewright/length-prefixed";
import { describe, expect, test, vi } from "vitest";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Pulls until the decoder has nothing more, and returns the fault that it throws, if any. */
function drain(decoder: { pull(): Uint8Array | undefined }): {
	frames: Uint8Array[];
	fault?: unknown;
} {
	const frames: Uint8Array[] = [];
	try {
		for (let f = decoder.pull(); f !== undefined; f = decoder.pull())
			frames.push(f);
		return { frames };
	} catch (fault) {
		return { frames, fault };
	}
}

describe("options that contradict each other throw when the layer is made", () => {
	const refused: [LengthPrefixedOptions, string][] = [
		[{ width: 0 as 1 }, "width cannot be 0"],
		[{ width: 9 as 8 }, "width cannot be 9"],
		[{ width: 2.5 as 2 }, "width cannot be 2.5"],
		[{ endian: "middle" as "be" }, "endian cannot be middle"],
		[
			{ width: "varint", endian: "le" },
			'endian cannot be le in {"width":"varint","endian":"le"}',
		],
		[
			{ width: "varint", includesPrefix: true },
			'includesPrefix cannot be true in {"width":"varint","includesPrefix":true}',
		],
		[{ header: "drop" as "keep" }, "header cannot be drop"],
		[{ offset: -1 }, "offset cannot be -1"],
		[{ offset: 0.5 }, "offset cannot be 0.5"],
		[{ adjustment: Number.NaN }, "adjustment cannot be NaN"],
		[
			{ width: 1, adjustment: -256 },
			'adjustment cannot be -256 in {"width":1,"adjustment":-256}',
		],
		[{ maxLength: -1 }, "maxLength cannot be -1"],
		[{ maxLength: Number.POSITIVE_INFINITY }, "maxLength cannot be Infinity"],
		[
			{ width: 2, maxLength: 65_536 },
			'maxLength cannot be 65536 in {"width":2,"maxLength":65536}',
		],
		[
			{ width: 1, includesPrefix: true, maxLength: 255 },
			"maxLength cannot be 255",
		],
	];
	for (const [options, message] of refused)
		test(JSON.stringify(options), () => {
			expect(() => lengthPrefixed(options)).toThrow(RangeError);
			expect(() => lengthPrefixed(options)).toThrow(message);
		});
});

describe("the default limit", () => {
	test("is 8 MiB on both sides", () => {
		const layer = lengthPrefixed();
		const decoder = layer.decoder();
		decoder.push(Uint8Array.of(0x00, 0x80, 0x00, 0x00));
		expect(decoder.pull()).toBeUndefined();
		const over = layer.decoder();
		over.push(Uint8Array.of(0x00, 0x80, 0x00, 0x01));
		expect(() => over.pull()).toThrow(
			"A body may have 0 to 8388608 bytes; the prefix announces 8388609",
		);
		const encoder = layer.encoder();
		expect(encoder.encode(new Uint8Array(8_388_608)).length).toBe(8_388_612);
		expect(() => encoder.encode(new Uint8Array(8_388_609))).toThrow(RangeError);
	});

	test("is what the prefix can express where that is less", () => {
		const encoder = lengthPrefixed({ width: 2 }).encoder();
		expect(encoder.encode(new Uint8Array(65_535)).length).toBe(65_537);
		expect(() => encoder.encode(new Uint8Array(65_536))).toThrow(RangeError);
	});
});

describe("what people install today gets these wrong", () => {
	test("a frame that is cut inside its prefix and ends there is reported", () => {
		const decoder = lengthPrefixed().decoder();
		decoder.push(Uint8Array.of(0, 0));
		expect(decoder.pull()).toBeUndefined();
		decoder.end();
		expect(drain(decoder).fault).toMatchObject({
			name: "DecodeError",
			code: "truncated",
			offset: 2,
			message: "The input ended 2 bytes into a header of 4",
		});
	});

	test("an input that ends right behind a prefix is reported", () => {
		const decoder = lengthPrefixed({ width: "varint" }).decoder();
		decoder.push(Uint8Array.of(5));
		decoder.end();
		expect(drain(decoder).fault).toMatchObject({
			code: "truncated",
			offset: 1,
			message: "The input ended 0 bytes into a body of 5",
		});
	});

	test("6 bytes that announce 1 GiB hold no more memory than 4 times what arrived", () => {
		const decoder = lengthPrefixed({ maxLength: 2 ** 31 }).decoder();
		decoder.push(Uint8Array.of(0x40, 0, 0, 0, 1, 2));
		expect(decoder.pull()).toBeUndefined();
		expect(decoder.bytesHeld).toBeLessThanOrEqual(24);
	});

	test("one frame of 8 MiB in chunks of 1,460 bytes: every byte is copied at most twice", () => {
		const size = 8 * 1024 * 1024;
		const layer = lengthPrefixed();
		const wire = layer.encoder().encode(new Uint8Array(size));
		const decoder = layer.decoder();
		const set = vi.spyOn(Uint8Array.prototype, "set");
		let frame: Uint8Array | undefined;
		for (let at = 0; at < wire.length; at += 1460) {
			decoder.push(wire.subarray(at, at + 1460));
			frame = decoder.pull();
		}
		const copied = set.mock.calls.reduce((sum, [from]) => sum + from.length, 0);
		set.mockRestore();
		expect(frame?.length).toBe(size);
		expect(copied).toBeLessThanOrEqual(2 * wire.length);
	});

	test("overlong varints are refused, and do not shift what follows", () => {
		const decoder = lengthPrefixed({ width: "varint" }).decoder();
		decoder.push(Uint8Array.of(1, 97, 0x85, 0x00, 1, 2, 3, 4, 5));
		const { frames, fault } = drain(decoder);
		expect(frames).toEqual([text("a")]);
		expect(fault).toMatchObject({ code: "overlong", offset: 2 });
	});

	test("frames of 2 bytes pass a limit of 2, however many come in one chunk", () => {
		const layer = lengthPrefixed({ maxLength: 2 });
		const encoder = layer.encoder();
		const decoder = layer.decoder();
		const wire = Array.from({ length: 50 }, () => [
			...encoder.encode(text("ab")),
		]);
		decoder.push(Uint8Array.from(wire.flat()));
		expect(drain(decoder).frames).toHaveLength(50);
	});

	test("a limit of a frame under a u16 is refused when it is set, not written modulo 65,536", () => {
		expect(() => lengthPrefixed({ width: 2, maxLength: 6_000_000 })).toThrow(
			RangeError,
		);
	});

	test("a frame that is kept pins its chunk of 64 KiB, and with copy only itself", () => {
		for (const [copy, memory] of [
			[false, 65_536],
			[true, 100],
		] as const) {
			const decoder = lengthPrefixed({ width: 1, copy }).decoder();
			const chunk = new Uint8Array(65_536).fill(100);
			decoder.push(chunk);
			expect(decoder.pull()?.buffer.byteLength).toBe(memory);
		}
	});
});

describe("reading by place", () => {
	test("next() gives the frames that pull() gives, without a view of them", () => {
		const layer = lengthPrefixed({ width: 1 });
		const decoder = layer.decoder();
		decoder.push(Uint8Array.of(2, 97, 98, 0, 1));
		expect(decoder.next()).toBe(true);
		const { frameBytes, frameStart, frameEnd } = decoder;
		expect(frameBytes.subarray(frameStart, frameEnd)).toEqual(text("ab"));
		expect(decoder.itemOffset).toBe(1);
		expect(decoder.next()).toBe(true);
		expect(decoder.frameEnd).toBe(decoder.frameStart);
		expect(decoder.next()).toBe(false);
		decoder.push(text("c"));
		expect(decoder.pull()).toEqual(text("c"));
		expect(decoder.itemOffset).toBe(5);
	});
});

describe("after the frames", () => {
	test("rest() hands over what was not read, and forgets it", () => {
		const decoder = lengthPrefixed({ width: 1 }).decoder();
		decoder.push(Uint8Array.of(1, 97));
		decoder.push(Uint8Array.of(9, 98));
		decoder.push(Uint8Array.of(99));
		expect(decoder.pull()).toEqual(text("a"));
		expect(decoder.rest()).toEqual(Uint8Array.of(9, 98, 99));
		expect(decoder.bytesHeld).toBe(0);
		expect(decoder.rest()).toEqual(text(""));
		expect(decoder.pull()).toBeUndefined();
	});

	test("bytes behind the end are a mistake of the caller, and no DecodeError", () => {
		const decoder = lengthPrefixed().decoder();
		decoder.end();
		expect(() => decoder.push(text("x"))).toThrow(/after end/);
		expect(() => decoder.push(text("x"))).not.toThrow(DecodeError);
	});
});

describe("encoding", () => {
	test("a refused frame leaves nothing behind in a shared writer", () => {
		const encoder = lengthPrefixed({ width: 1 }).encoder();
		const writer = new ByteWriter();
		writer.append(encoder, text("a"));
		expect(() => writer.append(encoder, new Uint8Array(256))).toThrow(
			"A body may have 0 to 255 bytes, not 256",
		);
		writer.append(encoder, text("b"));
		expect(writer.take()).toEqual(Uint8Array.of(1, 97, 1, 98));
	});

	test("a body shorter than a positive adjustment cannot be described", () => {
		const encoder = lengthPrefixed({ adjustment: 2 }).encoder();
		expect(() => encoder.encode(text("a"))).toThrow(
			"A body may have 2 to 8388608 bytes, not 1",
		);
	});

	test("a whole frame gets the length it has, whatever its prefix held", () => {
		const encoder = lengthPrefixed({
			offset: 1,
			includesPrefix: true,
			header: "keep",
		}).encoder();
		expect(encoder.encode(Uint8Array.of(0x51, 9, 9, 9, 9, 97, 0))).toEqual(
			Uint8Array.of(0x51, 0, 0, 0, 6, 97, 0),
		);
		expect(() => encoder.encode(Uint8Array.of(0x51, 0))).toThrow(
			"A body may have 0 to 8388608 bytes, not -3",
		);
	});

	test("a whole frame gets the varint that makes it whole, or is refused", () => {
		const encoder = lengthPrefixed({
			width: "varint",
			header: "keep",
		}).encoder();
		expect(encoder.encode(Uint8Array.of(0, 97))).toEqual(Uint8Array.of(1, 97));
		expect(encoder.encode(new Uint8Array(128)).subarray(0, 2)).toEqual(
			Uint8Array.of(127, 0),
		);
		expect(encoder.encode(new Uint8Array(130)).subarray(0, 2)).toEqual(
			Uint8Array.of(0x80, 1),
		);
		expect(() => encoder.encode(new Uint8Array(129))).toThrow(
			"No prefix makes a whole frame of 129 bytes",
		);
		expect(() => encoder.encode(new Uint8Array(0))).toThrow(RangeError);
	});

	test("a payload written in place is framed as one that was handed over", () => {
		for (const width of [1, 2, 4, 8, "varint"] as const)
			for (const length of [0, 1, 127, 128, 200]) {
				const encoder = lengthPrefixed({ width, offset: 2 }).encoder();
				const payload = new Uint8Array(length).fill(120);
				const writer = new ByteWriter(8);
				writer.write(text("before"));
				const start = encoder.begin(writer);
				writer.write(payload);
				encoder.finish(writer, start);
				expect(writer.take().subarray(6)).toEqual(encoder.encode(payload));
			}
	});
});
