import { DecodeError, Skipped } from "@framewright/codec";
import { contentLength } from "@framewright/content-length";
import fc from "fast-check";
import { expect, test } from "vitest";
import { noise, wire } from "./arbitraries.ts";
import { decodePlainly } from "./reference.ts";

const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000);
const MOST_BODY = 999;

interface Event {
	readonly item: Uint8Array | Skipped | DecodeError;
	readonly itemOffset: number;
}

function decode(
	bytes: Uint8Array,
	size: number,
	maxHeaderLength: number,
): Event[] {
	const options = {
		maxLength: MOST_BODY,
		maxHeaderLength,
		resync: true,
	} as const;
	const decoder = contentLength(options).decoder();
	const events: Event[] = [];
	const drain = (): void => {
		for (let item = decoder.pull(); item !== undefined; item = decoder.pull())
			events.push({
				item: item instanceof Uint8Array ? item.slice() : item,
				itemOffset: decoder.itemOffset,
			});
		// Of what is unread, and of noise, never more than a header may have; a refused body is not held at all.
		expect(decoder.bytesHeld).toBeLessThanOrEqual(
			4 * (maxHeaderLength + MOST_BODY) + 100,
		);
	};
	try {
		for (let at = 0; at < bytes.length; at += size) {
			decoder.push(bytes.slice(at, at + size));
			drain();
		}
		decoder.end();
		drain();
	} catch (fault) {
		if (!(fault instanceof DecodeError)) throw fault;
		events.push({ item: fault, itemOffset: fault.offset });
	}
	return events;
}

const latin1 = (bytes: Uint8Array): string =>
	Buffer.from(bytes).toString("latin1");

test("messages, refused messages and noise make up the input, none of it lost and none told twice", () => {
	fc.assert(
		fc.property(
			fc.array(
				fc.oneof(
					wire(200),
					noise.map((text) => Buffer.from(text)),
				),
				{ maxLength: 3 },
			),
			fc.constantFrom(24, 60, 4096),
			fc.integer({ min: 1, max: 40 }),
			(parts, most, size) => {
				const bytes = new Uint8Array(Buffer.concat(parts));
				const text = latin1(bytes);
				let at = 0;
				let inNoise = false;
				for (const { item, itemOffset } of decode(bytes, size, most)) {
					const strict = decodePlainly(text.slice(at), MOST_BODY, most);
					if (item instanceof Uint8Array) {
						expect(strict.bodies[0]).toBe(latin1(item));
						at = itemOffset + item.length;
					} else if (item instanceof DecodeError) {
						expect([item.code, item.offset]).toEqual([
							"truncated",
							text.length,
						]);
						at = text.length;
					} else if (item.bytes !== undefined) {
						// Noise begins with what would have been the end of the connection.
						if (!inNoise)
							expect([item.code, strict.bodies]).toEqual([strict.code, []]);
						expect([item.offset, itemOffset]).toEqual([at, at]);
						const piece = latin1(item.bytes);
						expect(text.slice(at, at + piece.length)).toBe(piece);
						expect(piece).toMatch(/^[^\n]*\n?$/);
						expect(piece.length).toBeGreaterThan(0);
						expect(piece.length).toBeLessThanOrEqual(most);
						at += piece.length;
					} else {
						expect([item.code, item.offset]).toEqual([
							strict.code,
							strict.offset === undefined ? undefined : at + strict.offset,
						]);
						const { size, length } = headerAt(text.slice(at));
						at += size + length;
					}
					inNoise = item instanceof Skipped && item.bytes !== undefined;
				}
				expect(at).toBeGreaterThanOrEqual(text.length);
			},
		),
		{ numRuns },
	);
});

test("every good message comes out, whatever noise is between", () => {
	const body = fc.stringMatching(/^[0-9a-f]{0,9}$/);
	const header = fc.constantFrom(
		(length: number) => `Content-Length: ${length}\r\n\r\n`,
		(length: number) => `content-length:${length}\r\n\r\n`,
		(length: number) =>
			`Content-Type: a/b\r\nContent-Length: ${length}\r\n\r\n`,
		(length: number) =>
			`Content-Length: ${length}\r\nContent-Type: a/b\r\n\r\n`,
	);
	fc.assert(
		fc.property(
			fc.array(fc.tuple(noise, header, body), { maxLength: 4 }),
			fc.constantFrom(42, 60, 4096),
			fc.integer({ min: 1, max: 40 }),
			(parts, most, size) => {
				const text = parts.map(
					([noise, header, body]) => noise + header(body.length) + body,
				);
				const events = decode(
					new TextEncoder().encode(text.join("")),
					size,
					most,
				);
				const bodies = events.flatMap(({ item }) =>
					item instanceof Uint8Array ? [latin1(item)] : [],
				);
				expect(bodies).toEqual(parts.map(([, , body]) => body));
			},
		),
		{ numRuns },
	);
});

/** Reads a header that is known to be good. */
function headerAt(text: string): { size: number; length: number } {
	const size = text.indexOf("\r\n\r\n") + 4;
	const length = /(?:^|\n)content-length:[\t ]*(\d+)/i.exec(
		text.slice(0, size),
	)?.[1];
	return { size, length: Number(length) };
}
