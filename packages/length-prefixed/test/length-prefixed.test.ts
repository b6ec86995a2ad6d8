import {
	ByteWriter,
	codecLayer,
	DecodeError,
	type FramingEncoder,
	Skipped,
	stack,
} from "@framewright/codec";
import {
	grpcMessages,
	kafkaMessages,
	type LengthPrefixedOptions,
	lengthPrefixed,
	lengthPrefixedParts,
	netstrings,
	octetCounting,
	oncRpcRecords,
	postgresMessages,
	varintDelimited,
} from "@framewright/length-prefixed";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Pulls until the decoder has nothing more, and returns the fault that it throws, if any. */
function drain<T>(decoder: { pull(): T | undefined }): {
	frames: T[];
	fault?: unknown;
} {
	const frames: T[] = [];
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
		[{ maxLength: 4, minLength: 5 }, "maxLength cannot be 4"],
		[{ maxLength: 4, adjustment: 5 }, "maxLength cannot be 4"],
		[{ minLength: -1 }, "minLength cannot be -1"],
		[{ width: "decimal" }, "separator cannot be undefined"],
		[{ width: "decimal", separator: "" }, "separator cannot be "],
		[{ width: "decimal", separator: "::" }, "separator cannot be ::"],
		[{ width: "decimal", separator: "\x80" }, "separator cannot be \x80"],
		[{ width: "decimal", separator: "7" }, "separator cannot be 7"],
		[{ separator: ":" }, 'separator cannot be : in {"separator":":"}'],
		[{ ...octetCounting, endian: "le" }, "endian cannot be le"],
		[
			{ ...octetCounting, includesPrefix: true },
			"includesPrefix cannot be true",
		],
		[{ terminator: ",," }, "terminator cannot be ,,"],
		[{ terminator: "é" }, "terminator cannot be é"],
		[{ ...netstrings, header: "keep" }, "terminator cannot be ,"],
		[{ oversize: "drop" as "skip" }, "oversize cannot be drop"],
		[{ highestBit: "first" as "last" }, "highestBit cannot be first"],
		[{ ...varintDelimited, highestBit: "sign" }, "highestBit cannot be sign"],
		[{ width: 7, highestBit: "sign" }, "highestBit cannot be sign"],
		[{ width: 7, highestBit: "last" }, "highestBit cannot be last"],
		[{ ...oncRpcRecords, header: "keep" }, "highestBit cannot be last"],
		[{ ...oncRpcRecords, adjustment: 1 }, "highestBit cannot be last"],
		[{ ...oncRpcRecords, includesPrefix: true }, "highestBit cannot be last"],
		[{ ...oncRpcRecords, minLength: 1 }, "highestBit cannot be last"],
		[{ ...oncRpcRecords, terminator: "," }, "highestBit cannot be last"],
		[{ maxFragment: 1 }, 'maxFragment cannot be 1 in {"maxFragment":1}'],
		[{ ...oncRpcRecords, maxFragment: 0 }, "maxFragment cannot be 0"],
		[{ ...oncRpcRecords, maxFragment: 2 ** 31 }, "maxFragment cannot be 2147"],
		[
			{ ...kafkaMessages, maxLength: 2 ** 31 },
			"maxLength cannot be 2147483648",
		],
	];
	for (const [options, message] of refused)
		test(JSON.stringify(options), () => {
			expect(() => lengthPrefixed(options)).toThrow(RangeError);
			expect(() => lengthPrefixed(options)).toThrow(message);
			expect(() => lengthPrefixedParts(options)).toThrow(message);
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

describe("what is too large is told as data", () => {
	const limited = { width: 2, maxLength: 3 } as const;
	const wire = Uint8Array.of(0, 1, 97, 0, 4, 1, 2, 3, 4, 0, 1, 98);
	const figures = { length: 4, limit: 3 };

	test("netty issue 14559: the error has the announced length, the limit and the offset", () => {
		const decoder = lengthPrefixed(limited).decoder();
		decoder.push(wire);
		const { frames, fault } = drain(decoder);
		expect(frames).toEqual([text("a")]);
		expect(fault).toMatchObject({ code: "too-large", offset: 3, ...figures });
	});

	test("tokio issue 3555: reported once, as soon as it is announced, then discarded, and the next frame is found", () => {
		const message = "A body may have 0 to 3 bytes; the prefix announces 4";
		const skipped = new Skipped("too-large", message, 3, figures);
		for (let size = 1; size <= wire.length; size++) {
			const decoder = lengthPrefixed({
				...limited,
				oversize: "skip",
			}).decoder();
			const frames: (Uint8Array | Skipped)[] = [];
			for (let at = 0; at < wire.length; at += size) {
				decoder.push(wire.slice(at, at + size));
				frames.push(...drain(decoder).frames);
				if (at + size === 5) expect(frames).toHaveLength(2);
			}
			decoder.end();
			expect(drain(decoder)).toEqual({ frames: [] });
			expect(frames).toEqual([text("a"), skipped, text("b")]);
		}
	});

	test("its place is that of the prefix, and behind it that of the next frame", () => {
		const decoder = lengthPrefixed({ ...limited, oversize: "skip" }).decoder();
		decoder.push(wire);
		const offsets: number[] = [];
		while (decoder.pull() !== undefined) offsets.push(decoder.itemOffset);
		expect(offsets).toEqual([2, 3, 11]);
	});

	test("what has no exact or no valid length cannot be skipped: it fails", () => {
		const skip = { maxLength: 10, oversize: "skip" } as const;
		const refused: [LengthPrefixedOptions, number[], string][] = [
			[{ width: 8 }, [0, 0x20, 0, 0, 0, 0, 0, 0], "too-large"],
			[varintDelimited, Array(9).fill(0x80).concat(1), "too-large"],
			[
				{ width: 8, adjustment: 1 },
				[0, 0x1f, ...Array(6).fill(255)],
				"too-large",
			],
			[
				{ width: 8, includesPrefix: true },
				[0, 0x20, 0, 0, 0, 0, 0, 1],
				"too-large",
			],
			[varintDelimited, Array(9).fill(0xff).concat(2), "invalid-length"],
			[varintDelimited, [0x81, 0], "overlong"],
			[kafkaMessages, [255, 255, 255, 255], "invalid-length"],
			[{ includesPrefix: true }, [0, 0, 0, 3], "invalid-length"],
			[octetCounting, [...text("9007199254740992 ")], "too-large"],
			[netstrings, [...text("011:")], "overlong"],
			[netstrings, [...text("11,")], "invalid-syntax"],
		];
		for (const [options, bytes, code] of refused) {
			const decoder = lengthPrefixed({ ...options, ...skip }).decoder();
			decoder.push(Uint8Array.from(bytes));
			expect(drain(decoder)).toMatchObject({
				frames: [],
				fault: { name: "DecodeError", code },
			});
		}
		const exact = lengthPrefixed({ width: 8, ...skip }).decoder();
		exact.push(Uint8Array.of(0, 0x1f, 255, 255, 255, 255, 255, 255));
		expect(drain(exact).frames).toMatchObject([
			{ length: Number.MAX_SAFE_INTEGER },
		]);
	});

	test("a record that grows too large is skipped to the end of its last fragment", () => {
		const decoder = lengthPrefixed({
			...oncRpcRecords,
			width: 1,
			maxLength: 3,
			oversize: "skip",
		}).decoder();
		decoder.push(
			Uint8Array.of(2, 97, 98, 0, 2, 99, 100, 3, 1, 1, 1, 0x82, 1, 1, 0x81, 97),
		);
		expect(drain(decoder).frames).toEqual([
			new Skipped(
				"too-large",
				"A body may have 0 to 3 bytes; the prefix announces 4",
				4,
				{ length: 4, limit: 3 },
			),
			text("a"),
		]);
	});

	test("good frames between bad ones all come out, and each bad one is told once, at any cut", () => {
		const formats: LengthPrefixedOptions[] = [
			{},
			{ ...varintDelimited, offset: 2 },
			netstrings,
			{ ...oncRpcRecords, maxFragment: 5 },
			{ ...kafkaMessages, includesPrefix: true },
		];
		const max = 12;
		for (const format of formats)
			fc.assert(
				fc.property(
					fc.array(fc.uint8Array({ maxLength: 30, size: "max" })),
					fc.array(fc.nat({ max: 40 })),
					(bodies, sizes) => {
						const encoder = lengthPrefixed({
							...format,
							maxLength: 30,
						}).encoder();
						const encoded = bodies.map((body) => encoder.encode(body).slice());
						const bytes = Uint8Array.from(encoded.flatMap((one) => [...one]));
						const expected: unknown[] = [];
						let start = 0;
						for (const [i, body] of bodies.entries()) {
							// The fragment that crosses the limit is the third one: behind two of 4 + 5 bytes.
							const crossing = format.highestBit === "last" ? 18 : 0;
							expected.push(
								body.length <= max
									? body
									: ["too-large", start + crossing + (format.offset ?? 0)],
							);
							start += encoded[i]?.length ?? 0;
						}

						const decoder = lengthPrefixed({
							...format,
							maxLength: max,
							oversize: "skip",
						}).decoder();
						const found: unknown[] = [];
						const pullAll = (): void => {
							const { frames } = drain(decoder);
							for (const item of frames)
								found.push(
									item instanceof Skipped
										? [item.code, item.offset]
										: item.slice(),
								);
						};
						let at = 0;
						for (const size of sizes) {
							decoder.push(bytes.slice(at, at + size));
							at = Math.min(bytes.length, at + size);
							pullAll();
							// Less than two frames, in at most four times the memory and 1 KiB; nothing of a bad one.
							expect(decoder.bytesHeld).toBeLessThanOrEqual(
								4 * (max + 20) + 1024,
							);
						}
						decoder.push(bytes.slice(at));
						decoder.end();
						pullAll();
						expect(found).toEqual(expected);
					},
				),
				{ numRuns: 1000 },
			);
	});
});

describe("grpc-js CVE-2024-37168: a frame that is too large was buffered before it was discarded", () => {
	const chunk = new Uint8Array(1460).fill(7);
	const announced = 64 * 1024 * 1024;

	test("with oversize fail, its first byte behind the header is not even looked at", () => {
		const decoder = lengthPrefixed(grpcMessages).decoder();
		decoder.push(Uint8Array.of(0, 4, 0, 0, 0));
		expect(drain(decoder).fault).toMatchObject({
			code: "too-large",
			offset: 1,
			length: announced,
			limit: 4_194_304,
		});
		decoder.push(chunk);
		expect(decoder.bytesHeld).toBe(0);
	});

	test("with oversize skip, 64 MiB are stepped over: none held, none copied, no memory made", () => {
		for (const make of [lengthPrefixed, lengthPrefixedParts]) {
			const decoder = make({ ...grpcMessages, oversize: "skip" }).decoder();
			decoder.push(Uint8Array.of(0, 4, 0, 0, 0));
			expect(decoder.pull()).toBeInstanceOf(Skipped);
			const set = vi.spyOn(Uint8Array.prototype, "set");
			let left = announced;
			for (; left >= chunk.length; left -= chunk.length) {
				decoder.push(chunk);
				if (decoder.pull() !== undefined) throw new Error("nothing is whole");
				if (decoder.bytesHeld > 0) throw new Error("something is held");
			}
			expect(decoder.bytesNeeded).toBe(left);
			decoder.push(chunk.subarray(0, left));
			expect(decoder.pull()).toBeUndefined();
			expect(set).not.toHaveBeenCalled();
			set.mockRestore();
			decoder.push(Uint8Array.of(0, 0, 0, 0, 1, 97));
			expect(decoder.pull()).toBeDefined();
			expect(decoder.itemOffset).toBe(5 + announced);
		}
	});
});

describe("ws issue 2331: fragments of 1 byte cost a multiple of their bytes", () => {
	test("here, at most twice the bytes of the record, and none is copied more than twice", () => {
		const size = 16_384;
		const layer = lengthPrefixed({ ...oncRpcRecords, maxFragment: 1 });
		const wire = layer.encoder().encode(new Uint8Array(size).fill(97));
		expect(wire.length).toBe(5 * size);
		for (const chunk of [1, 7, 1460, wire.length]) {
			const decoder = layer.decoder();
			const set = vi.spyOn(Uint8Array.prototype, "set");
			const frames: Uint8Array[] = [];
			let most = 0;
			for (let at = 0; at < wire.length; at += chunk) {
				decoder.push(wire.slice(at, at + chunk));
				frames.push(...drain(decoder).frames);
				const arrived = Math.ceil((at + chunk) / 5);
				// Up to 1 KiB is memory that cut headers share.
				most = Math.max(most, (decoder.bytesHeld - 1024) / (arrived + 16));
			}
			const copied = set.mock.calls.reduce(
				(sum, [{ length }]) => sum + length,
				0,
			);
			set.mockRestore();
			expect(frames.map(({ length }) => length)).toEqual([size]);
			expect(decoder.bytesHeld).toBe(0);
			expect(most).toBeLessThanOrEqual(2);
			// Once when it arrives, once as the record's memory doubles, and what is left of a cut header.
			expect(copied).toBeLessThanOrEqual(2 * size + wire.length);
		}
	});

	test("empty fragments cost nothing", () => {
		const decoder = lengthPrefixed(oncRpcRecords).decoder();
		decoder.push(Uint8Array.of(0, 0, 0, 1, 97));
		for (let i = 0; i < 100_000; i++) {
			decoder.push(new Uint8Array(4));
			if (decoder.pull() !== undefined) throw new Error("nothing is whole");
		}
		expect(decoder.bytesHeld).toBe(1);
		decoder.push(Uint8Array.of(0x80, 0, 0, 1, 98));
		expect(decoder.pull()).toEqual(text("ab"));
	});

	test("a record of one fragment is a view of its chunk; the memory of a longer one is its own", () => {
		const decoder = lengthPrefixed({ ...oncRpcRecords, width: 1 }).decoder();
		const chunk = Uint8Array.of(0x81, 97, 1, 98, 0x81, 99);
		decoder.push(chunk);
		expect(decoder.pull()?.buffer).toBe(chunk.buffer);
		expect(decoder.itemOffset).toBe(1);
		const record = decoder.pull();
		expect(decoder.itemOffset).toBe(3);
		chunk.fill(0);
		expect(record).toEqual(text("bc"));
	});
});

describe("the end of the input has an exact verdict", () => {
	const verdicts: [
		string,
		LengthPrefixedOptions,
		number[],
		object | undefined,
	][] = [
		["clean, before any frame", {}, [], undefined],
		["clean, behind a frame", {}, [0, 0, 0, 1, 97], undefined],
		[
			"in the prefix",
			{},
			[0, 0, 0],
			{ part: "header", have: 3, need: 4, offset: 3 },
		],
		[
			"in the leading bytes",
			{ offset: 4 },
			[1],
			{ part: "header", have: 1, need: 8, offset: 1 },
		],
		[
			"in a varint, which needs another byte at least",
			varintDelimited,
			[0x80, 0x80],
			{ part: "header", have: 2, need: 3 },
		],
		[
			"in digits, which need another byte at least",
			netstrings,
			[49, 50],
			{ part: "header", have: 2, need: 3 },
		],
		[
			"right behind the prefix",
			{},
			[0, 0, 0, 5],
			{ part: "body", have: 0, need: 5, offset: 4 },
		],
		[
			"in the body",
			{},
			[0, 0, 0, 5, 97],
			{ part: "body", have: 1, need: 5, offset: 5 },
		],
		[
			"in a body with a terminator",
			netstrings,
			[50, 58, 97],
			{ part: "body", have: 1, need: 2 },
		],
		[
			"before the terminator",
			netstrings,
			[49, 58, 97],
			{ part: "terminator", have: 0, need: 1, offset: 3 },
		],
		[
			"before the terminator of nothing",
			netstrings,
			[48, 58],
			{ part: "terminator", have: 0, need: 1 },
		],
		[
			"in a frame that is skipped",
			{ maxLength: 2, oversize: "skip" },
			[0, 0, 0, 5, 97],
			{ part: "body", have: 1, need: 5, offset: 5 },
		],
		[
			"in a fragment",
			oncRpcRecords,
			[0, 0, 0, 2, 97],
			{ part: "body", have: 1, need: 2 },
		],
		[
			"between fragments",
			oncRpcRecords,
			[0, 0, 0, 0],
			{ part: "header", have: 0, need: 4, offset: 4 },
		],
	];
	for (const [where, options, bytes, details] of verdicts)
		test(where, () => {
			for (const make of [lengthPrefixed, lengthPrefixedParts])
				for (const size of [1, 64]) {
					const decoder = make(options).decoder();
					for (let at = 0; at < bytes.length; at += size) {
						decoder.push(Uint8Array.from(bytes.slice(at, at + size)));
						expect(drain(decoder).fault).toBeUndefined();
					}
					decoder.end();
					const { fault } = drain(decoder);
					if (details === undefined) expect(fault).toBeUndefined();
					else expect(fault).toMatchObject({ code: "truncated", ...details });
				}
		});
});

describe("bytesNeeded tells what must still arrive", () => {
	const needs: [
		string,
		LengthPrefixedOptions,
		[byte: number, needed: number][],
	][] = [
		[
			"of a prefix, then of the body",
			{},
			[
				[0, 3],
				[0, 2],
				[0, 1],
				[2, 2],
				[97, 1],
				[98, 4],
				[0, 3],
			],
		],
		[
			"of leading bytes and a prefix",
			{ width: 1, offset: 2 },
			[
				[0, 2],
				[0, 1],
				[1, 1],
				[97, 3],
			],
		],
		[
			"of a varint, 1 at least",
			varintDelimited,
			[
				[0x80, 1],
				[1, 128],
			],
		],
		[
			"of digits, 1 at least; then of the body and its terminator",
			netstrings,
			[
				[49, 1],
				[49, 1],
				[58, 12],
				[97, 11],
			],
		],
		[
			"of a terminator",
			netstrings,
			[
				[49, 1],
				[58, 2],
				[97, 1],
				[44, 1],
			],
		],
		[
			"of a skipped body",
			{ width: 1, maxLength: 1, oversize: "skip" },
			[
				[3, 3],
				[97, 2],
				[97, 1],
				[97, 1],
			],
		],
		[
			"of a fragment",
			{ ...oncRpcRecords, width: 2 },
			[
				[0, 1],
				[2, 2],
				[97, 1],
				[97, 2],
				[0x80, 1],
			],
		],
	];
	for (const [what, options, bytes] of needs)
		test(what, () => {
			for (const make of [lengthPrefixed, lengthPrefixedParts]) {
				const decoder = make(options).decoder();
				for (const [i, [byte, needed]] of bytes.entries()) {
					decoder.push(Uint8Array.of(byte));
					expect(drain(decoder).fault).toBeUndefined();
					expect([i, decoder.bytesNeeded]).toEqual([i, needed]);
				}
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

	test("a kept frame may have a body of maxLength behind any prefix", () => {
		for (const [options, header] of [
			[{ ...varintDelimited, maxLength: 300 }, 2],
			[{ ...octetCounting, maxLength: 10 }, 3],
		] as const) {
			const layer = lengthPrefixed({ ...options, header: "keep" });
			const frame = lengthPrefixed(options)
				.encoder()
				.encode(new Uint8Array(options.maxLength));
			expect(frame.length).toBe(header + options.maxLength);
			expect(layer.encoder().encode(frame)).toEqual(frame);
			expect(() =>
				layer.encoder().encode(new Uint8Array(frame.length + 1)),
			).toThrow(RangeError);
		}
	});

	test("a payload written in place is framed as one that was handed over", () => {
		for (const options of [
			...([1, 2, 4, 8, "varint"] as const).map((width) => ({ width })),
			netstrings,
			{ ...varintDelimited, adjustment: -200 },
			{ ...oncRpcRecords, maxFragment: 50 },
		])
			for (const length of [0, 1, 127, 128, 200]) {
				const encoder = lengthPrefixed({ ...options, offset: 2 }).encoder();
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

describe("encoding by reference", () => {
	const large = new Uint8Array(131_072).fill(97);
	const formats: LengthPrefixedOptions[] = [
		{},
		{ offset: 3, endian: "le" },
		varintDelimited,
		octetCounting,
	];

	/** Joins the pieces and the whole, which must be the same. */
	function expectSame(
		encoder: FramingEncoder,
		frame: Uint8Array,
	): readonly Uint8Array[] {
		const pieces = encoder.encodeByReference?.(frame) ?? [];
		const whole = encoder.encode(frame);
		expect(Buffer.compare(Buffer.concat(pieces), whole)).toBe(0);
		return pieces;
	}

	test("a large body is handed on behind its header, not copied", () => {
		for (const options of formats) {
			const pieces = expectSame(lengthPrefixed(options).encoder(), large);
			expect(pieces).toHaveLength(2);
			expect(pieces[1]).toBe(large);
		}
		const [, body, terminator] = expectSame(
			lengthPrefixed(netstrings).encoder(),
			large,
		);
		expect(body).toBe(large);
		expect(terminator).toEqual(text(","));
	});

	test("of a frame that keeps its header, all but that is handed on", () => {
		for (const options of [
			postgresMessages,
			{ ...varintDelimited, header: "keep" } as const,
		]) {
			const frame = large.slice();
			const [header, body] = expectSame(
				lengthPrefixed(options).encoder(),
				frame,
			);
			expect(body?.buffer).toBe(frame.buffer);
			expect(header?.buffer).not.toBe(frame.buffer);
			expect(frame).toEqual(large);
		}
	});

	test("fragments are views of the body, each behind its header", () => {
		const pieces = expectSame(
			lengthPrefixed({ ...oncRpcRecords, maxFragment: 100_000 }).encoder(),
			large,
		);
		expect(pieces.map(({ length }) => length)).toEqual([4, 100_000, 4, 31_072]);
		expect(pieces[1]?.buffer).toBe(large.buffer);
		expect(pieces[3]?.buffer).toBe(large.buffer);
	});

	test("a payload in pieces is framed as one, wherever it is cut", () => {
		for (const options of [
			...formats,
			netstrings,
			postgresMessages,
			{ ...oncRpcRecords, maxFragment: 3 },
		])
			for (let cut = 0; cut <= 9; cut++) {
				const encoder = lengthPrefixed(options).encoder();
				const payload = text("a payload");
				const pieces =
					encoder.wrap?.(
						[payload.subarray(0, cut), payload.subarray(cut)],
						9,
					) ?? [];
				expect(new Uint8Array(Buffer.concat(pieces))).toEqual(
					encoder.encode(payload),
				);
			}
		expect(lengthPrefixed().encoder().wrap?.([], 0)).toEqual([
			new Uint8Array(4),
		]);
	});

	test("a small body is left to encode()", () => {
		expect(
			lengthPrefixed().encoder().encodeByReference?.(large.subarray(1)),
		).toBeUndefined();
	});

	test("refuses what encode() refuses, in the same words", () => {
		const refused: LengthPrefixedOptions[] = [
			{ maxLength: 131_071 },
			{ ...netstrings, maxLength: 9 },
			{ minLength: 131_073 },
			{ ...oncRpcRecords, maxLength: 131_071, maxFragment: 5 },
			{ ...grpcMessages, maxLength: 131_066 },
		];
		for (const options of refused) {
			const encoder = lengthPrefixed(options).encoder();
			let message = "";
			try {
				encoder.encode(large);
			} catch (error) {
				if (error instanceof RangeError) ({ message } = error);
			}
			expect(message).not.toBe("");
			expect(() => encoder.encodeByReference?.(large)).toThrow(message);
		}
	});

	test("goes through a stack", () => {
		const pieces = stack(lengthPrefixed(), lengthPrefixed(netstrings))
			.encoder()
			.encodeByReference?.(large);
		expect(pieces?.map(({ length }) => length)).toEqual([4, 7, 131_072, 1]);
		expect(pieces?.[2]).toBe(large);
	});
});

test("what was skipped passes a stack", () => {
	const layer = stack(
		lengthPrefixed({ width: 1, maxLength: 2, oversize: "skip" }),
		codecLayer({
			encode: text,
			decode: (bytes: Uint8Array) => new TextDecoder().decode(bytes),
		}),
	);
	const decoder = layer.decoder();
	decoder.push(Uint8Array.of(1, 97, 3, 1, 2, 3, 1, 98));
	expect(drain(decoder).frames).toMatchObject([
		"a",
		{ kind: "skipped", offset: 2 },
		"b",
	]);
});
