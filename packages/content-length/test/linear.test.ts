import { codecLaws } from "@framewright/codec-laws";
import {
	type ContentLengthOptions,
	contentLength,
} from "@framewright/content-length";
import fc from "fast-check";
import { describe, test } from "vitest";

/** Input that never becomes a message, to any length. Each made some draft read the same bytes again and again. */
const HOSTILE: readonly string[] = [
	"a",
	"X: y\r\n",
	"X:".padEnd(300, "y"),
	"Content-Length: 5\r\n",
	"Content-Length: 5\r\nContent-Length: 6\r\n",
	"xContent-Length: 5\r\n",
	"xContent-Length: 5\r\n\r\n",
	"xContent-Length: 99999999999999999\r\n",
	"xContent-Length:x\r\n",
	"xContent-Length:",
	"Content-Length:",
	"xContent-Type:",
	"Content-Type: a/b\r\n",
	"Content-Type: a/b".padEnd(300, "; "),
	"Content-Length: 0000000000000000",
	"c",
	"Content-",
	"\n",
	"\r\n",
	"\r",
	"{ ",
	"{ Content-Length ",
	"é".repeat(200),
];

const configurations: ContentLengthOptions[] = [
	{ maxHeaderLength: 2 ** 20 },
	{ maxHeaderLength: 2 ** 20, resync: true },
	{ resync: true },
	{ resync: true, maxHeaderLength: 27 },
];

/** The laws only measure what a layer encodes: this one encodes noise. */
for (const options of configurations)
	describe(`contentLength(${JSON.stringify(options)}) does linear work on`, () => {
		for (const begin of ["", "Content-Length: 1\r\n"])
			for (const piece of HOSTILE) {
				const grow = (n: number): Uint8Array =>
					new TextEncoder().encode(begin + piece.repeat(n / piece.length + 1));
				const layer = {
					decoder: () => contentLength(options).decoder(),
					encoder: () => ({ encode: (bytes: Uint8Array) => bytes }),
				};
				const item = fc.constant(new Uint8Array(0));
				for (const law of codecLaws(layer, { item, grow, numRuns: 1 }))
					if (law.name.startsWith("work is linear"))
						test(JSON.stringify(begin + piece), () => law.check());
			}
	});
