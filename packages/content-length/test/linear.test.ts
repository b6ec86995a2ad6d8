import { type CodecLaw, codecLaws } from "@framewright/codec-laws";
import {
	type ContentLengthOptions,
	contentLength,
} from "@framewright/content-length";
import fc from "fast-check";
import { describe, test } from "vitest";
import { configurations } from "./configurations.ts";

// Beyond every size that is measured, or below it: at the limit, what a byte costs changes once.
const never = 2 ** 20;
const soon = 27;

const HOSTILE: [ContentLengthOptions, readonly string[]][] = [
	[
		{ maxHeaderLength: never },
		[
			"a",
			"X: y\r\n",
			"Content-Length: 0000000000000000",
			"Content-Length: 5\r\n",
			"Content-Type: a/b".padEnd(300, "; "),
		],
	],
	...[never, soon].map((maxHeaderLength): [ContentLengthOptions, string[]] => [
		{ resync: true, maxHeaderLength },
		[
			"a",
			"X: y\r\n",
			"Content-Length: 5\r\n",
			"xContent-Length: 5\r\n",
			"xContent-Length: 5\r\n\r\n",
			"xContent-Length:x\r\n",
			"xContent-Type:",
			"Content-Length: 5\r\nContent-Length: 6\r\n",
			"{ Content-Length ",
		],
	]),
];

// Steps are counted here alone: to count them makes a process half as fast. None are counted in the runs, so that these may be few.
for (const [name, laws] of configurations({ numRuns: 100 }))
	describe(name, () => {
		for (const law of laws)
			if (law.name.startsWith("work is linear"))
				test(law.name, () => law.check());
	});

/** The law measures what a layer encodes: this one encodes what will never be a message, to any length. */
for (const [options, pieces] of HOSTILE)
	describe(`contentLength(${JSON.stringify(options)}) does linear work`, () => {
		for (const piece of pieces) {
			const layer = {
				decoder: () => contentLength(options).decoder(),
				encoder: () => ({ encode: (bytes: Uint8Array) => bytes }),
			};
			const [law] = codecLaws(layer, {
				item: fc.constant(new Uint8Array(0)),
				grow: (n) =>
					new TextEncoder().encode(piece.repeat(1 + n / piece.length)),
				numRuns: 1,
			}).filter(({ name }) => name.startsWith("work is linear"));
			test(`on ${JSON.stringify(piece.slice(0, 40))}, again and again`, () => {
				(law as CodecLaw).check();
			});
		}
	});
