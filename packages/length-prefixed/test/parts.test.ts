import { ByteWriter, DecodeError, Skipped } from "@framewright/codec";
import {
	grpcMessages,
	kafkaMessages,
	type LengthPrefixedOptions,
	lengthPrefixed,
	lengthPrefixedParts,
	netstrings,
	octetCounting,
	oncRpcRecords,
	type Part,
	varintDelimited,
} from "@framewright/length-prefixed";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { joined } from "./joined.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const begin = (length: number) => ({ kind: "begin", length }) as const;
const end = { kind: "end" } as const;

function pullAll<T>(decoder: { pull(): T | undefined }): T[] {
	const items: T[] = [];
	for (let item = decoder.pull(); item !== undefined; item = decoder.pull())
		items.push(item);
	return items;
}

function thrownBy(decoder: { pull(): unknown }): DecodeError {
	try {
		pullAll(decoder);
	} catch (fault) {
		if (fault instanceof DecodeError) return fault;
	}
	throw new Error("there was no DecodeError");
}

describe("decoding in parts", () => {
	test("a frame begins with its length, its data comes as it arrives, and it ends", () => {
		const decoder = lengthPrefixedParts().decoder();
		decoder.push(Uint8Array.of(0, 0));
		expect(pullAll(decoder)).toEqual([]);
		decoder.push(Uint8Array.of(0, 3, 97, 98));
		expect(pullAll(decoder)).toEqual([begin(3), text("ab")]);
		decoder.push(Uint8Array.of(99, 0, 0, 0));
		expect(pullAll(decoder)).toEqual([text("c"), end]);
		decoder.push(Uint8Array.of(0));
		expect(pullAll(decoder)).toEqual([begin(0), end]);
		decoder.end();
		expect(pullAll(decoder)).toEqual([]);
	});

	test("a part says where it began", () => {
		const decoder = lengthPrefixedParts(netstrings).decoder();
		decoder.push(text("2:ab,0:,"));
		const offsets: number[] = [];
		while (decoder.pull() !== undefined) offsets.push(decoder.itemOffset);
		expect(offsets).toEqual([0, 2, 4, 5, 7]);
	});

	test("data is a view of its chunk, or with copy it is not", () => {
		for (const copy of [false, true]) {
			const decoder = lengthPrefixedParts({ width: 1, copy }).decoder();
			const chunk = Uint8Array.of(2, 97, 98);
			decoder.push(chunk);
			const data = pullAll(decoder)[1] as Uint8Array;
			expect(data).toEqual(text("ab"));
			expect(data.buffer === chunk.buffer).toBe(!copy);
		}
	});

	test("nothing is held of a body, whatever it is cut into", () => {
		const decoder = lengthPrefixedParts({
			maxLength: 2 ** 40,
			width: 8,
		}).decoder();
		decoder.push(Uint8Array.of(0, 0, 1, 0, 0, 0, 0, 0));
		expect(pullAll(decoder)).toEqual([begin(2 ** 40)]);
		for (const size of [1, 1460, 65_536]) {
			const chunk = new Uint8Array(size);
			decoder.push(chunk);
			expect(pullAll(decoder)).toEqual([chunk]);
			expect(decoder.bytesHeld).toBe(0);
		}
		expect(decoder.bytesNeeded).toBe(2 ** 40 - 1 - 1460 - 65_536);
	});

	test("leading bytes come with begin, as a copy, when headers are kept: gRPC's flag", () => {
		const decoder = lengthPrefixedParts(grpcMessages).decoder();
		const chunk = Buffer.from([1, 0, 0, 0, 2, 97, 98]);
		decoder.push(chunk);
		const [first, data] = pullAll(decoder);
		expect(data).toEqual(text("ab"));
		chunk.fill(0);
		expect(first).toEqual({ ...begin(2), header: Uint8Array.of(1) });
	});

	test("fragments of a record say whether they are the last one", () => {
		const decoder = lengthPrefixedParts(oncRpcRecords).decoder();
		decoder.push(Uint8Array.of(0, 0, 0, 1, 97, 0x80, 0, 0, 1, 98));
		expect(pullAll(decoder)).toEqual([
			{ ...begin(1), last: false },
			text("a"),
			end,
			{ ...begin(1), last: true },
			text("b"),
			end,
		]);
	});

	test("the limit is for all fragments of a record together", () => {
		const decoder = lengthPrefixedParts({
			...oncRpcRecords,
			maxLength: 3,
		}).decoder();
		decoder.push(Uint8Array.of(0, 0, 0, 2, 97, 98, 0, 0, 0, 2));
		expect(thrownBy(decoder)).toMatchObject({
			code: "too-large",
			offset: 6,
			length: 4,
			limit: 3,
		});
	});

	test("by place, next() gives data without a view, and the other parts", () => {
		const decoder = lengthPrefixedParts({ width: 1 }).decoder();
		decoder.push(Uint8Array.of(1, 97));
		expect(decoder.next()).toBe(true);
		expect(decoder.other).toEqual(begin(1));
		expect(decoder.next()).toBe(true);
		expect(decoder.other).toBeUndefined();
		expect(decoder.frameBytes[decoder.frameStart]).toBe(97);
		expect(decoder.frameEnd - decoder.frameStart).toBe(1);
		expect(decoder.next()).toBe(true);
		expect(decoder.other).toEqual(end);
		expect(decoder.next()).toBe(false);
	});

	test("rest() in the middle of a body hands over what was not read, and starts anew", () => {
		const decoder = lengthPrefixedParts({ width: 1 }).decoder();
		decoder.push(Uint8Array.of(3, 97));
		expect(pullAll(decoder)).toEqual([begin(3), text("a")]);
		decoder.push(text("bc"));
		expect(decoder.rest()).toEqual(text("bc"));
		decoder.push(Uint8Array.of(0));
		expect(pullAll(decoder)).toEqual([begin(0), end]);
	});
});

describe("parts agree with whole frames on any input", () => {
	const formats: LengthPrefixedOptions[] = [
		{ width: 1 },
		{ width: 2, endian: "le", offset: 1, adjustment: -2 },
		{ ...varintDelimited, adjustment: 1 },
		{ ...netstrings, offset: 1 },
		octetCounting,
		kafkaMessages,
		{ ...oncRpcRecords, width: 1, maxFragment: 3 },
	];
	const byte = fc.oneof(
		fc.nat({ max: 255 }),
		// What lengths, separators, digits and high bits are made of.
		fc.constantFrom(0, 0, 1, 2, 3, 0x80, 0x81, 0xff, ...text("0123459:,  ")),
	);
	const garbage = fc
		.array(byte, { maxLength: 24, size: "max" })
		.map((bytes) => Uint8Array.from(bytes));
	const frame = fc.uint8Array({ maxLength: 12 });

	/** All that a decoder tells of an input: what came out at each chunk, and what was needed then. */
	function told(
		decoder: ReturnType<ReturnType<typeof joined>["decoder"]> & {
			readonly bytesNeeded?: number;
		},
		bytes: Uint8Array,
		size: number,
	): unknown[] {
		const log: unknown[] = [];
		try {
			for (let at = 0; at < bytes.length; at += size) {
				decoder.push(bytes.slice(at, at + size));
				log.push(pullAll(decoder), decoder.bytesNeeded);
			}
			decoder.end();
			log.push(pullAll(decoder));
		} catch (fault) {
			if (!(fault instanceof DecodeError)) throw fault;
			log.push(fault.message, { ...fault });
		}
		return log;
	}

	for (const format of formats)
		for (const oversize of ["fail", "skip"] as const)
			test(JSON.stringify({ ...format, oversize }), () => {
				const options: LengthPrefixedOptions = {
					...format,
					maxLength: 8,
					oversize,
				};
				const sender = lengthPrefixed({ ...format, maxLength: 12 }).encoder();
				const framed = frame.map((bytes) => {
					try {
						return sender.encode(bytes).slice();
					} catch {
						return new Uint8Array(0);
					}
				});
				fc.assert(
					fc.property(
						fc.array(fc.oneof(framed, framed, framed, garbage), {
							maxLength: 6,
						}),
						fc.integer({ min: 1, max: 9 }),
						(pieces, size) => {
							const bytes = Uint8Array.from(
								pieces.flatMap((piece) => [...piece]),
							);
							expect(told(joined(options).decoder(), bytes, size)).toEqual(
								told(lengthPrefixed(options).decoder(), bytes, size),
							);
						},
					),
					{ numRuns: 2000 },
				);
			});
});

describe("encoding in parts", () => {
	test("writes what a whole frame would be", () => {
		for (const options of [
			{},
			{ width: 2, endian: "le", offset: 1 },
			netstrings,
			octetCounting,
			varintDelimited,
			oncRpcRecords,
		] as const) {
			const encoder = lengthPrefixedParts(options).encoder();
			const parts = [begin(3), text("a"), text(""), text("bc"), end];
			const wire = parts.flatMap((part) => [...encoder.encode(part)]);
			const whole = lengthPrefixed(options).encoder().encode(text("abc"));
			expect(wire).toEqual([...whole]);
		}
	});

	test("leading bytes are those of begin, or zeros", () => {
		const encoder = lengthPrefixedParts(grpcMessages).encoder();
		expect(encoder.encode({ ...begin(0), header: Uint8Array.of(1) })).toEqual(
			Uint8Array.of(1, 0, 0, 0, 0),
		);
		encoder.encode(end);
		expect(encoder.encode(begin(0))).toEqual(Uint8Array.of(0, 0, 0, 0, 0));
	});

	test("fragments are those of the caller, and add up to a record", () => {
		const encoder = lengthPrefixedParts({
			...oncRpcRecords,
			maxLength: 3,
		}).encoder();
		const send = (...parts: Part[]) =>
			parts.flatMap((part) => [...encoder.encode(part)]);
		expect(send({ ...begin(2), last: false }, text("ab"), end)).toEqual([
			0, 0, 0, 2, 97, 98,
		]);
		expect(() => send({ ...begin(2), last: true })).toThrow(
			"A body may have 0 to 3 bytes, not 4",
		);
		expect(send({ ...begin(1), last: true }, text("c"), end)).toEqual([
			0x80, 0, 0, 1, 99,
		]);
		expect(send(begin(3))).toEqual([0x80, 0, 0, 3]);
	});

	const refused: [string, LengthPrefixedOptions, Part[], Part][] = [
		["end came where begin must come", {}, [], end],
		["1 bytes of data came where begin must come", {}, [], text("a")],
		["0 bytes of data came where begin must come", {}, [], text("")],
		["begin came where 2 bytes of data must come", {}, [begin(2)], begin(2)],
		[
			"end came where 1 bytes of data must come",
			{},
			[begin(2), text("a")],
			end,
		],
		[
			"2 bytes of data came where 1 bytes of data must come",
			{},
			[begin(2), text("a")],
			text("bc"),
		],
		[
			"1 bytes of data came where end must come",
			{},
			[begin(1), text("a")],
			text("b"),
		],
		["begin came where end must come", {}, [begin(0)], begin(0)],
		[
			"A body may have 0 to 8388608 bytes, not 8388609",
			{},
			[],
			begin(8_388_609),
		],
		["A body may have 0 to 8388608 bytes, not -1", {}, [], begin(-1)],
		["length must be a whole number, not 0.5", {}, [], begin(0.5)],
		["length must be a whole number, not NaN", {}, [], begin(Number.NaN)],
		["A body may have 1 to 8388608 bytes, not 0", octetCounting, [], begin(0)],
		[
			"A fragment may have 2 bytes at most, not 3",
			{ ...oncRpcRecords, maxFragment: 2 },
			[],
			begin(3),
		],
		[
			"last cannot be false without fragments",
			{},
			[],
			{ ...begin(1), last: false },
		],
		[
			"header must have 1 bytes, not 2",
			grpcMessages,
			[],
			{ ...begin(1), header: Uint8Array.of(0, 0) },
		],
	];
	for (const [message, options, before, part] of refused)
		test(`refuses, and writes nothing: ${message}`, () => {
			const encoder = lengthPrefixedParts(options).encoder();
			const writer = new ByteWriter();
			for (const good of before) writer.append(encoder, good);
			const { length } = writer;
			expect(() => writer.append(encoder, part)).toThrow(RangeError);
			expect(() => writer.append(encoder, part)).toThrow(message);
			expect(writer.length).toBe(length);
		});

	test("large data is handed on, not copied, and counts", () => {
		const encoder = lengthPrefixedParts().encoder();
		const large = new Uint8Array(131_072);
		expect(encoder.encodeByReference?.(begin(131_073))).toBeUndefined();
		encoder.encode(begin(131_073));
		expect(encoder.encodeByReference?.(large)?.[0]).toBe(large);
		expect(() => encoder.encodeByReference?.(large)).toThrow(
			"131072 bytes of data came where 1 bytes of data must come",
		);
		expect(encoder.encodeByReference?.(text("a"))).toBeUndefined();
		expect(encoder.encode(text("a"))).toEqual(text("a"));
		expect(encoder.encode(end)).toEqual(text(""));
	});
});

test("types: what is sent in parts is what is received, without what was skipped", () => {
	const failing = lengthPrefixedParts(netstrings);
	failing.decoder().pull() satisfies Part | undefined;
	const skipping = lengthPrefixedParts({ ...netstrings, oversize: "skip" });
	skipping.decoder().pull() satisfies Part | Skipped | undefined;
	// @ts-expect-error: it may be Skipped
	skipping.decoder().pull() satisfies Part | undefined;
	const skipped = new Skipped("too-large", "", 0);
	// @ts-expect-error: a Skipped is nothing to send
	expect(() => skipping.encoder().encode(skipped)).toThrow(RangeError);
});
