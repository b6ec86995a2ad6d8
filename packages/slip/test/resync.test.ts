import { DecodeError, Skipped } from "@framewright/codec";
import { withMeter } from "@framewright/codec-laws/native-work";
import { slip } from "@framewright/slip";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Outcome, reference } from "./reference.ts";

const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000);
const MAX = 12;

const byte = fc.oneof(fc.constantFrom(0xdb, 0xdc, 0xdd), fc.nat({ max: 255 }));
const bytes = (most: number): fc.Arbitrary<number[]> =>
	fc.array(byte, { minLength: 1, maxLength: most });
const good = bytes(MAX).map((packet) => [
	...slip().encoder().encode(Uint8Array.from(packet)),
]);
const bad = fc.oneof(
	bytes(5 * MAX).map((packet) => [...packet, 0xc0]),
	fc.tuple(bytes(3), bytes(9)).map(([a, b]) => [...a, 0xdb, 0x07, ...b, 0xc0]),
	bytes(3).map((packet) => [...packet, 0xdb, 0xc0]),
	fc.constant([0xc0, 0xc0]),
);
const wire = fc
	.tuple(fc.array(fc.oneof(good, bad), { maxLength: 8 }), bytes(9))
	.chain(([parts, rest]) => {
		const whole = parts.flat();
		return fc.constantFrom(whole, whole, [...whole, ...rest]);
	})
	.map((all) => Uint8Array.from(all));

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

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), {
	minLength: 1,
	maxLength: 5,
});
const hex = (value: Uint8Array): string => Buffer.from(value).toString("hex");

describe("at any cut, with resync every packet comes out, and every fault once, where it is", () => {
	for (const copy of [false, true])
		test(copy ? "copied" : "as views, which stay what they are", () => {
			fc.assert(
				fc.property(wire, sizes, (input, cut) => {
					const decoder = slip({
						maxLength: MAX,
						resync: true,
						copy,
					}).decoder();
					const found: (readonly [Uint8Array | string, number, number?])[] = [];
					const drain = (): void => {
						for (
							let item = decoder.pull();
							item !== undefined;
							item = decoder.pull()
						) {
							found.push(
								item instanceof Skipped
									? [item.code, decoder.itemOffset, item.offset]
									: [item, decoder.itemOffset],
							);
						}
						// What has come of a packet: escaped it has twice its bytes, and memory may be four times that, and 1 KiB.
						expect(decoder.bytesHeld).toBeLessThanOrEqual(8 * MAX + 1024);
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
					expect(outcomes).toEqual(reference(input, MAX));
				}),
				{ numRuns },
			);
		});

	test("by next(), without views; and without resync, up to the first fault", () => {
		fc.assert(
			fc.property(wire, sizes, fc.boolean(), (input, cut, resync) => {
				const decoder = slip({ maxLength: MAX, resync }).decoder();
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
				const expected = reference(input, MAX);
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
			}),
			{ numRuns },
		);
	});
});

test("a bad packet costs no memory of its own, however many there are in a chunk", () => {
	const input = new Uint8Array(20_000);
	for (let at = 0; at < input.length; at += 2) {
		input[at] = 0xdb;
		input[at + 1] = 0xc0;
	}
	const decoder = slip({ resync: true }).decoder();
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
