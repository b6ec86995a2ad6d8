import { cobs, cobsCodec } from "@framewright/cobs";
import { DecodeError, Skipped } from "@framewright/codec";
import { withMeter } from "@framewright/codec-laws/native-work";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Outcome, reference, stuffedAsInThePaper } from "./reference.ts";

const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000);

const byte = fc.oneof(fc.nat({ max: 6 }), fc.nat({ max: 255 }));
const bytes = (most: number): fc.Arbitrary<Uint8Array> =>
	fc.array(byte, { maxLength: most }).map((frame) => Uint8Array.from(frame));
const frame = fc.oneof(
	bytes(12),
	fc
		.tuple(bytes(4), fc.integer({ min: 250, max: 260 }), bytes(4))
		.map(([a, run, b]) =>
			Uint8Array.from([...a, ...new Uint8Array(run).fill(7), ...b]),
		),
);
const good = frame.map((one) => [...cobs().encoder().encode(one)]);
const bad = fc.oneof(
	bytes(60).map((one) => [...one, 0]),
	fc
		.tuple(frame, fc.nat())
		.map(([one, at]) => [
			...cobsCodec.encode(one).subarray(0, at % (one.length + 1)),
			0,
		]),
	frame.map((one) => [0, ...stuffedAsInThePaper(one), 0, 0]),
);
const wire = fc
	.tuple(fc.array(fc.oneof(good, bad), { maxLength: 8 }), bytes(9))
	.chain(([parts, rest]) => {
		const whole = parts.flat();
		return fc.constantFrom(whole, whole, [...whole, ...rest]);
	})
	.map((all) => Uint8Array.from(all));
const limit = fc.constantFrom(12, 254, 300);

/** Cuts `input` into chunks of the given sizes, in turn. */
function chunksOf(input: Uint8Array, sizes: readonly number[]): Uint8Array[] {
	const chunks: Uint8Array[] = [];
	for (let at = 0, i = 0; at < input.length; i++) {
		const size = sizes[i % sizes.length] as number;
		chunks.push(input.slice(at, at + size));
		at += size;
	}
	return chunks;
}

const sizes = fc.array(fc.integer({ min: 1, max: 200 }), {
	minLength: 1,
	maxLength: 5,
});
const hex = (value: Uint8Array): string => Buffer.from(value).toString("hex");

describe("at any cut, with resync every frame comes out, and every fault once, where it is", () => {
	for (const copy of [false, true])
		test(copy ? "copied" : "as views, which stay what they are", () => {
			fc.assert(
				fc.property(wire, sizes, limit, (input, cut, maxLength) => {
					const decoder = cobs({ maxLength, resync: true, copy }).decoder();
					const found: (readonly [Uint8Array | string, number, number?])[] = [];
					const drain = (): void => {
						for (
							let item = decoder.pull();
							item !== undefined;
							item = decoder.pull()
						)
							found.push(
								item instanceof Skipped
									? [item.code, decoder.itemOffset, item.offset]
									: [item, decoder.itemOffset],
							);
						// What has come of a frame, and a code for each 254 bytes of it; memory may be four times that, and 1 KiB.
						expect(decoder.bytesHeld).toBeLessThanOrEqual(
							4 * (maxLength + 4) + 1024,
						);
					};
					for (const chunk of chunksOf(input, cut)) {
						decoder.push(chunk);
						drain();
					}
					decoder.end();
					try {
						drain();
					} catch (error) {
						if (!(error instanceof DecodeError)) throw error;
						const { code, offset } = error;
						found.push([code, input.length - (error.have ?? 0), offset]);
					}
					const outcomes = found.map(
						([item, start, fault]): Outcome => [
							typeof item === "string" ? item : hex(item),
							start,
							fault,
						],
					);
					expect(outcomes).toEqual(reference(input, maxLength));
				}),
				{ numRuns },
			);
		});

	test("by next(), without views; and without resync, up to the first fault", () => {
		fc.assert(
			fc.property(
				wire,
				sizes,
				limit,
				fc.boolean(),
				(input, cut, maxLength, resync) => {
					const decoder = cobs({ maxLength, resync }).decoder();
					const outcomes: Outcome[] = [];
					const drain = (): void => {
						while (decoder.next()) {
							const { other, frameBytes, frameStart, frameEnd } = decoder;
							outcomes.push(
								other === undefined
									? [
											hex(frameBytes.subarray(frameStart, frameEnd)),
											decoder.itemOffset,
											undefined,
										]
									: [other.code, decoder.itemOffset, other.offset],
							);
						}
					};
					let died: DecodeError | undefined;
					try {
						for (const chunk of chunksOf(input, cut)) {
							decoder.push(chunk);
							drain();
							// What was found is gone.
							chunk.fill(0xaa);
						}
						decoder.end();
						drain();
					} catch (error) {
						if (!(error instanceof DecodeError)) throw error;
						died = error;
					}
					const expected = reference(input, maxLength);
					const fault = expected.findIndex(
						([code, , at]) =>
							at !== undefined && (!resync || code === "truncated"),
					);
					expect(outcomes).toEqual(
						fault === -1 ? expected : expected.slice(0, fault),
					);
					expect([died?.code, died?.offset]).toEqual(
						fault === -1
							? [undefined, undefined]
							: [expected[fault]?.[0], expected[fault]?.[2]],
					);
				},
			),
			{ numRuns },
		);
	});
});

test("stuffing is that of the paper, but for an empty block behind a full last one", () => {
	fc.assert(
		fc.property(frame, (one) => {
			const paper = stuffedAsInThePaper(one);
			const stuffed = [...cobsCodec.encode(one)];
			if (paper.length !== stuffed.length)
				expect([paper.pop(), paper.at(-255)]).toEqual([1, 255]);
			expect(stuffed).toEqual(paper);
			expect(cobsCodec.decode(Uint8Array.from(paper))).toEqual(one);
		}),
		{ numRuns },
	);
});

test("a bad frame costs no memory of its own, however many there are in a chunk", () => {
	const input = new Uint8Array(20_000);
	for (let at = 0; at < input.length; at += 2) input[at] = 0x2e;
	const decoder = cobs({ resync: true }).decoder();
	withMeter((meter) => {
		meter.measure(() => {
			decoder.push(input);
			let skipped = 0;
			while (decoder.pull() instanceof Skipped) skipped += 1;
			expect(skipped).toBe(10_000);
		});
		expect(meter.allocated).toBeLessThan(2 * input.length);
	});
	expect(decoder.bytesHeld).toBe(0);
});
