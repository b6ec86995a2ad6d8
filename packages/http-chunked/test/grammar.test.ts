import type { DecodeError } from "@framewright/codec";
import type { HttpChunkedOptions, Trailer } from "@framewright/http-chunked";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Message, messages, octets } from "./adapters.ts";
import { narrow } from "./configurations.ts";
import { wire as garbage, latin1 } from "./wires.ts";

const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000);

/** Decodes what was cut at `cuts`, up to the fault or the end. */
function decode(
	options: HttpChunkedOptions,
	wire: Uint8Array,
	cuts: readonly number[],
): unknown[] {
	const decoder = octets(options).decoder();
	const events: unknown[] = [];
	const drain = (): void => {
		for (let item = decoder.pull(); item !== undefined; item = decoder.pull())
			events.push({ item, offset: decoder.itemOffset });
	};
	let from = 0;
	try {
		for (const to of [...cuts, wire.length]) {
			decoder.push(wire.slice(from, to));
			from = to;
			drain();
		}
		decoder.end();
		drain();
	} catch (fault) {
		const { code, message, offset } = fault as DecodeError;
		events.push(`${code} at ${offset}: ${message}`);
	}
	return events;
}

/** Decodes a whole input by regular expressions, as the RFC writes the grammar: the bodies, or undefined for a fault. */
function decodeByExpressions(wire: string): Message[] | undefined {
	const quoted = /"(?:[\t !\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t -~\x80-\xff])*"/
		.source;
	const tokens = /[\w!#$%&'*+.^`|~-]+/.source;
	const start = new RegExp(
		`([\\da-f]{1,16})(?:;${tokens}(?:=(?:${tokens}|${quoted}))?)*\r\n`,
		"iy",
	);
	const section = new RegExp(
		`((?:${tokens}:[\\t -~\x80-\xff]*\r\n)*)\r\n`,
		"y",
	);
	const found: Message[] = [];
	let data = "";
	for (let at = 0; at < wire.length || data !== ""; ) {
		start.lastIndex = at;
		const line = start.exec(wire);
		if (line === null) return undefined;
		const size = Number.parseInt(line[1] as string, 16);
		at = start.lastIndex + size;
		if (size > 0) {
			if (wire.slice(at, at + 2) !== "\r\n") return undefined;
			data += wire.slice(at - size, at);
			at += 2;
			if (at === wire.length) return undefined;
			continue;
		}
		section.lastIndex = at;
		const trailers = (section.exec(wire)?.[1]?.split("\r\n") ?? [])
			.slice(0, -1)
			.map((field): Trailer => {
				const [, name, text] = /^(.*?):[\t ]*(.*?)[\t ]*$/s.exec(field) ?? [];
				return [name as string, text as string];
			});
		if (section.lastIndex === 0) return undefined;
		at = section.lastIndex;
		found.push({
			chunks: data === "" ? [] : [latin1(data)],
			trailers,
		});
		data = "";
	}
	return found;
}

test("what is let pass, and how it is read, is what the grammar says when it is written as regular expressions", () => {
	let accepted = 0;
	fc.assert(
		fc.property(garbage, (wire) => {
			const decoder = messages({ forbiddenTrailers: "keep" }).decoder();
			decoder.push(wire);
			decoder.end();
			let found: Message[] | undefined = [];
			try {
				for (let item = decoder.pull(); item !== undefined; ) {
					found.push(item);
					item = decoder.pull();
				}
			} catch {
				found = undefined;
			}
			if (found !== undefined && wire.length > 0) accepted += 1;
			expect(found).toEqual(decodeByExpressions(String.fromCharCode(...wire)));
		}),
		{ numRuns },
	);
	expect(accepted).toBeGreaterThan(numRuns / 20);
});

// The laws see whole bodies only.
describe("up to a fault, every byte of the data comes out, with its offset", () => {
	const position = fc.nat({ max: 0xffff });
	const cutWires = fc.tuple(garbage, fc.array(position, { maxLength: 5 }));

	test.each([{}, { ...narrow, maxTrailerLength: 6 }])(
		"however the input is cut: %j",
		(options) => {
			fc.assert(
				fc.property(cutWires, ([wire, positions]) => {
					const whole = decode(options, wire, []);
					const cuts = positions.map((at) => at % (wire.length + 1));
					cuts.sort((a, b) => a - b);
					expect(decode(options, wire, cuts)).toEqual(whole);
					expect(decode(options, wire, [...wire.keys()])).toEqual(whole);
					for (const event of whole as { item: unknown; offset: number }[])
						if (typeof event.item === "number")
							expect(event.item).toBe(wire[event.offset]);
				}),
				{ numRuns },
			);
		},
	);
});
