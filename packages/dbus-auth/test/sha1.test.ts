import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sha1 } from "../src/sha1.ts";

const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000);
const expected = (bytes: Uint8Array): string =>
	createHash("sha1").update(bytes).digest("hex");

test("gives the digests of RFC 3174, section 7.3", () => {
	const vectors: [string, number, string][] = [
		["abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d"],
		[
			"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
			1,
			"84983e441c3bd26ebaae4aa1f95129e5e54670f1",
		],
		["a", 1_000_000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"],
		["01234567".repeat(8), 10, "dea356a2cddd90c7a7ecedc5ebb563934f460452"],
	];
	for (const [text, times, digest] of vectors)
		expect(sha1(new TextEncoder().encode(text.repeat(times)))).toBe(digest);
});

test("pads every length as Node does", () => {
	for (let length = 0; length < 200; length++) {
		const bytes = new Uint8Array(length).fill(length);
		expect(sha1(bytes)).toBe(expected(bytes));
	}
});

test("agrees with Node on any bytes", () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
			expect(sha1(bytes)).toBe(expected(bytes));
		}),
		{ numRuns },
	);
});
