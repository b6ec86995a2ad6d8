import { ByteReader, findByte } from "@framewright/codec";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const window = (reader: ByteReader): number[] => [
	...reader.bytes.subarray(reader.start, reader.end),
];

describe("a chunk that arrives while nothing is held", () => {
	test("is the window itself, without a copy", () => {
		const reader = new ByteReader();
		const chunk = bytes(1, 2, 3);
		reader.push(chunk);
		expect(reader.ensure(2)).toBe(true);
		expect(reader.bytes).toBe(chunk);
		reader.start = 3;
		const next = bytes(4, 5);
		reader.push(next);
		expect(reader.ensure(1)).toBe(true);
		expect(reader.bytes).toBe(next);
		expect(reader.offset).toBe(3);
	});

	test("is no longer borrowed once more was asked for than there is", () => {
		const reader = new ByteReader();
		const chunk = bytes(1, 2, 3);
		reader.push(chunk);
		reader.start = 1;
		expect(reader.ensure(3)).toBe(false);
		chunk.fill(0xaa);
		expect(window(reader)).toEqual([2, 3]);
		expect(reader.offset).toBe(1);
	});
});

describe("bytes that span chunks", () => {
	test("are gathered only as far as they are asked for", () => {
		const reader = new ByteReader();
		const memory = bytes(3, 4, 5, 6);
		reader.push(bytes(1, 2));
		reader.push(memory);
		expect(reader.ensure(3)).toBe(true);
		expect(window(reader)).toEqual([1, 2, 3]);
		expect(reader.available).toBe(6);
		reader.start += 3;
		expect(reader.ensure(2)).toBe(true);
		expect(reader.bytes.buffer).toBe(memory.buffer);
		expect(reader.offset).toBe(3);
	});

	test("hold at most 4 times what arrived, whatever is asked for", () => {
		const reader = new ByteReader();
		for (let arrived = 1; arrived <= 5000; arrived++) {
			reader.push(bytes(arrived & 255));
			expect(reader.ensure(1_000_000)).toBe(false);
			expect(reader.bytesHeld).toBeLessThanOrEqual(4 * arrived);
		}
	});

	test("are copied a few times at the most, however little more is asked for each time", () => {
		const size = 20_000;
		const reader = new ByteReader();
		reader.push(bytes(1));
		reader.ensure(2);
		reader.push(new Uint8Array(size));
		const set = vi.spyOn(Uint8Array.prototype, "set");
		for (let length = 2; length <= size; length++)
			expect(reader.ensure(length)).toBe(true);
		const copied = set.mock.calls.reduce((sum, [from]) => sum + from.length, 0);
		set.mockRestore();
		expect(copied).toBeLessThanOrEqual(4 * size);
	});

	test("are moved to less memory once most of them were read", () => {
		const reader = new ByteReader();
		for (let i = 0; i < 3; i++) reader.push(new Uint8Array(10_000));
		expect(reader.ensure(29_990)).toBe(true);
		reader.start += 29_990;
		expect(reader.ensure(20)).toBe(false);
		expect(reader.available).toBe(10);
		expect(reader.bytesHeld).toBeLessThanOrEqual(1024);
	});

	test("are let go of when they were read", () => {
		const reader = new ByteReader();
		reader.push(bytes(1));
		reader.ensure(2);
		reader.push(bytes(2));
		expect(reader.ensure(2)).toBe(true);
		reader.start += 2;
		expect(reader.ensure(1)).toBe(false);
		expect(reader.bytesHeld).toBe(0);
	});

	test("share memory while they are small, and are not written over", () => {
		const reader = new ByteReader();
		const items: Uint8Array[] = [];
		for (let i = 0; i < 1000; i++) {
			reader.push(bytes(i >> 8));
			expect(reader.ensure(2)).toBe(false);
			reader.push(bytes(i & 255));
			expect(reader.ensure(2)).toBe(true);
			items.push(reader.bytes.subarray(reader.start, reader.start + 2));
			reader.start += 2;
		}
		for (const [i, item] of items.entries())
			expect([...item]).toEqual([i >> 8, i & 255]);
		expect(new Set(items.map(({ buffer }) => buffer)).size).toBeLessThan(20);
	});

	test("leave no memory held when an empty chunk follows them", () => {
		const reader = new ByteReader();
		reader.push(bytes(1));
		reader.push(new Uint8Array(1000).subarray(1000));
		reader.start += 1;
		expect(reader.ensure(1)).toBe(false);
		expect(reader.bytesHeld).toBe(0);
	});

	test("bytesHeld counts whole buffers behind borrowed pieces", () => {
		const reader = new ByteReader();
		const memory = new Uint8Array(1000);
		reader.push(memory.subarray(10, 11));
		reader.push(memory.subarray(20, 21));
		expect(reader.bytesHeld).toBe(2000);
	});

	test("are copied when more than one chunk is pushed behind what is unread", () => {
		const reader = new ByteReader();
		const chunks = [bytes(1), bytes(2), bytes(3), bytes(4)];
		for (const chunk of chunks) reader.push(chunk);
		for (const chunk of chunks.slice(0, -1)) chunk.fill(0xaa);
		expect(reader.available).toBe(4);
		expect(reader.ensure(4)).toBe(true);
		expect(window(reader)).toEqual([1, 2, 3, 4]);
	});
});

describe("findByte", () => {
	test("tells the distance, over chunks, and makes everything up to there contiguous", () => {
		const reader = new ByteReader();
		reader.push(bytes(1, 2));
		reader.push(bytes(3));
		reader.push(bytes(4, 5, 4));
		expect(findByte(reader, 4, 0)).toBe(3);
		expect(window(reader)).toEqual([1, 2, 3, 4]);
		expect(findByte(reader, 4, 4)).toBe(5);
		expect(findByte(reader, 1, 1)).toBe(-1);
	});

	test("does not look before `from`, nor behind the end of its own memory", () => {
		const reader = new ByteReader();
		reader.push(bytes(9, 7, 7));
		expect(findByte(reader, 9, 1)).toBe(-1);
		// The memory gathered has room for more, filled with zeros.
		expect(findByte(reader, 0, 0)).toBe(-1);
	});
});

test("rest() is a copy of all that was not read, and offset stays", () => {
	const reader = new ByteReader();
	const chunk = bytes(1, 2, 3);
	reader.push(chunk);
	reader.push(bytes(4));
	reader.start += 1;
	const rest = reader.rest();
	chunk.fill(0);
	expect(rest).toEqual(bytes(2, 3, 4));
	expect(reader.available).toBe(0);
	expect(reader.bytesHeld).toBe(0);
});

test("any pushes, reads and searches see the same bytes as one contiguous array would show", () => {
	const step = fc.oneof(
		fc.record({
			kind: fc.constant("push" as const),
			chunk: fc.uint8Array({ maxLength: 9, max: 3 }),
		}),
		fc.record({ kind: fc.constant("take" as const), length: fc.nat(12) }),
		fc.record({
			kind: fc.constant("find" as const),
			byte: fc.nat(3),
			from: fc.nat(12),
		}),
	);
	fc.assert(
		fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
			const reader = new ByteReader();
			let unread: number[] = [];
			let consumed = 0;
			const taken: [view: Uint8Array, bytes: number[]][] = [];
			for (const action of steps) {
				if (action.kind === "push") {
					reader.push(action.chunk);
					unread.push(...action.chunk);
				} else if (action.kind === "find") {
					const at = unread.indexOf(action.byte, action.from);
					expect(findByte(reader, action.byte, action.from)).toBe(at);
					if (at !== -1)
						expect(window(reader).slice(0, at + 1)).toEqual(
							unread.slice(0, at + 1),
						);
				} else if (reader.ensure(action.length)) {
					expect(window(reader).slice(0, action.length)).toEqual(
						unread.slice(0, action.length),
					);
					const { bytes, start } = reader;
					reader.start += action.length;
					taken.push([
						bytes.subarray(start, reader.start),
						unread.slice(0, action.length),
					]);
					unread = unread.slice(action.length);
					consumed += action.length;
				} else expect(unread.length).toBeLessThan(action.length);
				expect(reader.available).toBe(unread.length);
				expect(reader.offset).toBe(consumed);
			}
			expect([...reader.rest()]).toEqual(unread);
			for (const [view, bytes] of taken) expect([...view]).toEqual(bytes);
		}),
		{ numRuns: Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000) },
	);
});

describe("bytes that are skipped", () => {
	const cuts = [
		[[1, 2, 3, 4, 5, 6]],
		[
			[1, 2],
			[3, 4, 5, 6],
		],
		[
			[1, 2, 3, 4],
			[5, 6],
		],
	];
	for (const chunks of cuts)
		for (let length = 0; length <= 7; length++)
			test(`${length} of ${JSON.stringify(chunks)} are gone, without a copy`, () => {
				const reader = new ByteReader();
				for (const chunk of chunks) reader.push(Uint8Array.from(chunk));
				const skipped = Math.min(length, 6);
				expect(reader.skip(length)).toBe(skipped);
				expect(reader.available).toBe(6 - skipped);
				expect(reader.offset).toBe(skipped);
				expect(reader.rest()).toEqual(
					Uint8Array.from([1, 2, 3, 4, 5, 6]).subarray(skipped),
				);
				expect(reader.bytesHeld).toBe(0);
			});
});
