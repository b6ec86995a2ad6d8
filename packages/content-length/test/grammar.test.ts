import { DecodeError } from "@framewright/codec";
import { contentLength } from "@framewright/content-length";
import fc from "fast-check";
import { expect, test } from "vitest";
import { wire } from "./arbitraries.ts";
import { decodePlainly, type Verdict } from "./reference.ts";

const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000);

/** Decodes with cuts every `size` bytes. In one chunk, usual headers are compared as a whole; byte by byte, none is. */
function decode(
	bytes: Uint8Array,
	size: number,
	maxLength: number,
	maxHeaderLength: number,
): Verdict {
	const decoder = contentLength({ maxLength, maxHeaderLength }).decoder();
	const bodies: string[] = [];
	const drain = (): void => {
		for (let body = decoder.pull(); body !== undefined; body = decoder.pull())
			bodies.push(Buffer.from(body).toString("latin1"));
	};
	try {
		for (let at = 0; at < bytes.length; at += size) {
			decoder.push(bytes.subarray(at, at + size));
			drain();
		}
		decoder.end();
		drain();
		return { bodies };
	} catch (fault) {
		if (!(fault instanceof DecodeError)) throw fault;
		return { bodies, code: fault.code, offset: fault.offset };
	}
}

test("the decoder agrees with a plain second reading of the grammar, whole and byte by byte", () => {
	fc.assert(
		fc.property(wire(200), fc.constantFrom(24, 60, 4096), (bytes, most) => {
			const text = Buffer.from(bytes).toString("latin1");
			const expected = decodePlainly(text, 999, most);
			expect(decode(bytes, bytes.length, 999, most)).toEqual(expected);
			expect(decode(bytes, 1, 999, most)).toEqual(expected);
		}),
		{ numRuns },
	);
});
