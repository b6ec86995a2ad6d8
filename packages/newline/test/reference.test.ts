// Everything that a decoder hands over, against what plain code makes of the whole input at once.

import { Skipped } from "@framewright/codec";
import {
	jsonLines,
	jsonTextSequence,
	lines,
	type NewlineOptions,
	newline,
	Piece,
} from "@framewright/newline";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { looksLikeJson } from "./arbitraries.ts";
import { cutUp, decode, type Outcome } from "./decode.ts";

const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000);
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const LF = 0x0a;
const CR = 0x0d;
const RS = 0x1e;

interface Line {
	readonly start: number;
	/** Where its delimiter starts, and where that ends. The same, if the input ends before that comes. */
	readonly end: number;
	readonly next: number;
}

/** Splits lines from the left. */
function split(
	bytes: Uint8Array,
	delimiter: readonly number[],
	optionalCr: boolean,
	start: number,
): Line[] {
	for (let end = start; end + delimiter.length <= bytes.length; end++) {
		if (!delimiter.every((byte, i) => bytes[end + i] === byte)) continue;
		const next = end + delimiter.length;
		const cr = optionalCr && end > start && bytes[end - 1] === CR;
		return [
			{ start, end: cr ? end - 1 : end, next },
			...split(bytes, delimiter, optionalCr, next),
		];
	}
	return [{ start, end: bytes.length, next: bytes.length }];
}

interface Settings {
	readonly delimiter: "lf" | "crlf" | "either" | readonly number[];
	readonly keepDelimiter: boolean;
	readonly maxLength: number;
	readonly oversize: "fail" | "skip" | "pieces";
	readonly unterminated: "error" | "emit" | "discard";
	readonly bom: "keep" | "strip" | "error";
}

function reference(bytes: Uint8Array, settings: Settings): Outcome {
	const { keepDelimiter, maxLength, oversize, unterminated, bom } = settings;
	const optionalCr = settings.delimiter === "either";
	const delimiter =
		typeof settings.delimiter === "object"
			? settings.delimiter
			: settings.delimiter === "crlf"
				? [CR, LF]
				: [LF];
	const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
	if (marked && bom === "error") return ["invalid-syntax at 0"];
	const start = marked && bom === "strip" ? 3 : 0;
	const outcome: Outcome = [];
	for (const { start: from, end, next } of split(
		bytes,
		delimiter,
		optionalCr,
		start,
	)) {
		const hasEnd = next > end;
		const length = end - from;
		// Up to there, an end of input leaves open whether the delimiter was under way.
		const least =
			hasEnd || unterminated === "emit"
				? maxLength + 1
				: maxLength + delimiter.length + (optionalCr ? 1 : 0);
		const over = length >= least;
		if (over && oversize === "fail")
			return [...outcome, `too-large at ${from + maxLength}`];
		let rest = from;
		if (over && oversize === "skip")
			outcome.push([from, tooLarge(from + maxLength, maxLength)]);
		if (over && oversize === "pieces")
			for (; end - rest >= least; rest += maxLength)
				outcome.push([
					rest,
					new Piece(bytes.slice(rest, rest + maxLength), false),
				]);
		if (!hasEnd && unterminated === "error" && length > 0)
			outcome.push(`truncated at ${end}`);
		const emitted = hasEnd || (unterminated === "emit" && length > 0);
		if (!emitted || (over && oversize === "skip")) continue;
		const last = bytes.slice(rest, keepDelimiter ? next : end);
		outcome.push([rest, over ? new Piece(last, true) : last]);
	}
	return outcome;
}

function tooLarge(offset: number, limit: number): unknown {
	return expect.objectContaining({ code: "too-large", offset, limit });
}

const busy = fc
	.array(fc.constantFrom(LF, LF, CR, 0x61, 0x62, 0x62, ...[0xef, 0xbb, 0xbf]), {
		maxLength: 40,
	})
	.map((bytes) => Uint8Array.from(bytes));
const bytes = fc.oneof(
	busy,
	busy.map((rest) => Uint8Array.from([0xef, 0xbb, 0xbf, ...rest])),
);
const settings: fc.Arbitrary<Settings> = fc.record({
	delimiter: fc.constantFrom<Settings["delimiter"]>(
		"lf",
		"crlf",
		"either",
		// Delimiters that overlap themselves.
		[0x61, 0x61],
		[0x61, 0x62, 0x61, 0x62],
	),
	keepDelimiter: fc.boolean(),
	maxLength: fc.integer({ min: 1, max: 6 }),
	oversize: fc.constantFrom("fail", "skip", "pieces"),
	unterminated: fc.constantFrom("error", "emit", "discard"),
	bom: fc.constantFrom("keep", "strip", "error"),
});

function optionsOf({ delimiter, ...settings }: Settings): NewlineOptions {
	return {
		...settings,
		delimiter:
			typeof delimiter === "object" ? Uint8Array.from(delimiter) : delimiter,
	};
}

test("newline() gives what splitting the whole input gives, at any cut and with any options", () => {
	fc.assert(
		fc.property(cutUp(bytes), settings, ([bytes, cuts], settings) => {
			const decoder = newline(optionsOf(settings)).decoder();
			expect(decode(decoder, bytes, cuts)).toEqual(reference(bytes, settings));
		}),
		{ numRuns },
	);
});

test("lines() gives the same as text", () => {
	const text = settings.map(({ oversize, ...settings }) => ({
		...settings,
		oversize: oversize === "pieces" ? ("skip" as const) : oversize,
	}));
	// UTF-8, wherever it is cut into lines.
	const utf8 = cutUp(
		fc
			.tuple(fc.boolean(), busy)
			.map(([marked, bytes]) =>
				Uint8Array.from([
					...(marked ? [0xef, 0xbb, 0xbf] : []),
					...bytes.filter((byte) => byte < 0x80),
				]),
			),
	);
	fc.assert(
		fc.property(utf8, text, ([bytes, cuts], settings) => {
			const { oversize, ...options } = optionsOf(settings);
			const layer = lines(
				settings.oversize === "skip"
					? { ...options, oversize: "skip" }
					: options,
			);
			expect(decode(layer.decoder(), bytes, cuts)).toEqual(
				reference(bytes, settings).map((event) =>
					typeof event !== "string" && event[1] instanceof Uint8Array
						? [event[0], strict.decode(event[1])]
						: event,
				),
			);
		}),
		{ numRuns },
	);
});

/** What JSON the bytes are; or nothing. */
function parsed(bytes: Uint8Array): [] | [unknown] {
	try {
		return [JSON.parse(strict.decode(bytes))];
	} catch {
		return [];
	}
}

function fault(code: string, offset: unknown): unknown {
	return expect.objectContaining({ kind: "skipped", code, offset });
}

/** Tells of bytes that are no JSON. */
function notJson(bytes: Uint8Array, start: number, cutAt?: number): unknown {
	try {
		strict.decode(bytes);
		return cutAt === undefined
			? fault("invalid-syntax", start)
			: fault("truncated", cutAt);
	} catch {
		return fault("invalid-utf8", expect.any(Number));
	}
}

test("jsonLines() gives what parsing each line of the whole input gives, at any cut", () => {
	fc.assert(
		fc.property(
			cutUp(looksLikeJson("\n", "\n", "\r\n")),
			fc.constantFrom("error", "emit", "discard"),
			fc.constantFrom("error", "skip"),
			fc.integer({ min: 0, max: 6 }),
			([bytes, cuts], unterminated, blankLines, maxLength) => {
				const expected: Outcome = [];
				for (const event of reference(bytes, {
					delimiter: "either",
					keepDelimiter: false,
					maxLength,
					oversize: "skip",
					unterminated,
					bom: "keep",
				})) {
					const [start, line] = event;
					if (typeof event === "string" || !(line instanceof Uint8Array)) {
						expected.push(event);
						continue;
					}
					const blank = line.every((byte) =>
						" \t\r".includes(String.fromCharCode(byte)),
					);
					const [value = notJson(line, start as number)] = parsed(line);
					if (!blank || blankLines === "error")
						expected.push([start as number, value]);
				}
				const layer = jsonLines({ maxLength, unterminated, blankLines });
				expect(decode(layer.decoder(), bytes, cuts)).toEqual(expected);
			},
		),
		{ numRuns },
	);
});

/** Reads a whole JSON text sequence by RFC 7464, with a limit. */
function sequence(
	bytes: Uint8Array,
	maxLength: number,
	unterminated: "error" | "emit" | "discard",
): Outcome {
	const outcome: Outcome = [];
	const [before, ...texts] = split(bytes, [RS], false, 0);
	if (before !== undefined && before.end > 0)
		outcome.push([0, fault("invalid-syntax", 0)]);
	texts.forEach(({ start, end }, i) => {
		const text = bytes.subarray(start, end);
		const atEnd = i === texts.length - 1;
		const hasEnd = text.at(-1) === LF;
		const first = text.indexOf(LF);
		const [value] = first === -1 ? [] : parsed(text.subarray(0, first));
		const open = atEnd && !hasEnd;
		const length = hasEnd ? text.length - 1 : text.length;
		if (first !== -1 && first <= maxLength && value !== undefined) {
			outcome.push([start, value]);
			const rest = text.subarray(first + 1);
			const noise = rest.findIndex(
				(byte) => !" \t\r\n".includes(String.fromCharCode(byte)),
			);
			const at = start + first + 1 + noise;
			if (noise !== -1) outcome.push([at, fault("invalid-syntax", at)]);
			return;
		}
		const least =
			open && unterminated !== "emit" ? maxLength + 2 : maxLength + 1;
		if (length >= least || first > maxLength)
			outcome.push([start, tooLarge(start + maxLength, maxLength)]);
		else if (text.length > 0 && (!open || unterminated === "emit")) {
			const [value = notJson(text, start, hasEnd ? undefined : end)] =
				parsed(text);
			const isWhole =
				typeof value === "string" ||
				(typeof value === "object" && value !== null) ||
				" \t\r\n".includes(String.fromCharCode(text.at(-1) as number));
			outcome.push([start, isWhole ? value : fault("truncated", end)]);
		}
		if (open && unterminated === "error") outcome.push(`truncated at ${end}`);
	});
	return outcome;
}

describe("jsonTextSequence()", () => {
	test("gives what parsing between RS gives, at any cut", () => {
		fc.assert(
			fc.property(
				cutUp(looksLikeJson("\x1e", "\x1e", "\n")),
				fc.constantFrom("error", "emit", "discard"),
				fc.oneof(fc.integer({ min: 0, max: 8 }), fc.constant(100)),
				([bytes, cuts], unterminated, maxLength) => {
					const layer = jsonTextSequence({ maxLength, unterminated });
					expect(decode(layer.decoder(), bytes, cuts)).toEqual(
						sequence(bytes, maxLength, unterminated),
					);
				},
			),
			{ numRuns },
		);
	});
});

test("what is skipped is not held, and is reported once", () => {
	const long = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 8 });
	fc.assert(
		fc.property(
			long.chain((lengths) =>
				fc.tuple(
					fc.constant(lengths),
					cutUp(
						fc.constant(
							new Uint8Array(
								Buffer.from(
									lengths.map((n) => `${"a".repeat(n)}\r\n`).join(""),
								),
							),
						),
					),
				),
			),
			fc.constantFrom("crlf" as const, "either" as const),
			([lengths, [bytes, cuts]], delimiter) => {
				const maxLength = 10;
				const layer = newline({ delimiter, maxLength, oversize: "skip" });
				const outcome = decode(layer.decoder(), bytes, cuts, (decoder) => {
					expect(decoder.bytesHeld).toBeLessThanOrEqual(
						4 * (maxLength + 2) + 1024,
					);
				});
				expect(
					outcome.map((event) =>
						event[1] instanceof Skipped
							? "over"
							: (event[1] as Uint8Array).length,
					),
				).toEqual(lengths.map((n) => (n > maxLength ? "over" : n)));
			},
		),
		{ numRuns },
	);
});
