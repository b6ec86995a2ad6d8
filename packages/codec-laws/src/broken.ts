import type { Event } from "./delivery.ts";
import type { Cut } from "./input.ts";
import { byteInHex, type Snapshot, same, show } from "./items.ts";

/** One part of a failure's report. */
export type Section =
	| { readonly title: string; readonly items: readonly Snapshot[] }
	| { readonly title: string; readonly events: readonly Event[] }
	| { readonly title: string; readonly lines: readonly string[] }
	| {
			readonly title: string;
			readonly bytes: Uint8Array;
			readonly cuts: readonly Cut[];
	  };

/** Tells how a law was broken. Its text is made only for the failure that is reported, not at each step of shrinking. */
export class Broken extends Error {
	readonly #sections: readonly Section[];

	constructor(what: string, sections: readonly Section[], cause?: unknown) {
		super(what, cause === undefined ? {} : { cause });
		this.#sections = sections;
	}

	/** Writes the report. */
	report(): string {
		return [
			this.message,
			...this.#sections.map(
				(section) =>
					`\n${section.title}:\n${textOf(section)
						.map((line) => `  ${line}`)
						.join("\n")}`,
			),
		].join("\n");
	}
}

/** Compares two runs over the same input; throws what differs, with both lists up to there. */
export function demandSame(
	what: string,
	bytes: Uint8Array,
	[nameA, a, cutsA]: Run,
	[nameB, b, cutsB]: Run,
): void {
	const difference = firstDifference(a, b);
	if (difference === -1) return;
	throw new Broken(what, [
		{ title: nameA, events: a.slice(0, difference + 1) },
		{ title: nameB, events: b.slice(0, difference + 1) },
		...(cutsA.length === 0
			? []
			: [{ title: `the input, ${nameA}`, bytes, cuts: cutsA }]),
		{ title: `the input, ${nameB}`, bytes, cuts: cutsB },
	]);
}

/** A decoding: what to call it, what came out, and how the input was cut. */
export type Run = readonly [
	name: string,
	events: readonly Event[],
	cuts: readonly Cut[],
];

/** Returns the index of the first event that differs, or -1. */
export function firstDifference(
	a: readonly Event[],
	b: readonly Event[],
): number {
	const most = Math.max(a.length, b.length);
	for (let i = 0; i < most; i++) {
		const one = a[i];
		const other = b[i];
		if (one === undefined || other === undefined || !sameEvent(one, other))
			return i;
	}
	return -1;
}

function sameEvent(a: Event, b: Event): boolean {
	if (a.kind === "item" && b.kind === "item")
		return a.offset === b.offset && same(a.item, b.item);
	if (a.kind === "error" && b.kind === "error")
		return a.error.code === b.error.code && a.error.offset === b.error.offset;
	return a.kind === "fault" && b.kind === "fault" && a.what === b.what;
}

function textOf(section: Section): readonly string[] {
	if ("lines" in section) return section.lines;
	if ("bytes" in section) return hexdump(section.bytes, section.cuts);
	const lines =
		"items" in section
			? section.items.map((item, i) => `item ${i}  ${shortened(show(item))}`)
			: section.events.map(line);
	return lines.length === 0 ? ["(nothing)"] : elided(lines);
}

function line(event: Event, i: number): string {
	if (event.kind === "item") {
		const offset = event.offset === undefined ? "" : ` at ${event.offset}`;
		return `item ${i}${offset}  ${shortened(show(event.item))}`;
	}
	if (event.kind === "fault") return event.what;
	const { code, offset, message } = event.error;
	return `error ${code} at ${offset}  ${message}`;
}

const MOST_LINES = 24;
const MOST_LETTERS = 2000;

/** Leaves out the middle of a long list. What differs is at its end. */
function elided(lines: readonly string[]): readonly string[] {
	if (lines.length <= MOST_LINES) return lines;
	const half = MOST_LINES / 2;
	return [
		...lines.slice(0, half),
		`... ${lines.length - MOST_LINES} lines left out ...`,
		...lines.slice(-half),
	];
}

/** Leaves out the middle of a long line. */
function shortened(text: string): string {
	if (text.length <= MOST_LETTERS) return text;
	const half = MOST_LETTERS / 2;
	return `${text.slice(0, half)} ... ${text.length - MOST_LETTERS} letters left out ... ${text.slice(-half)}`;
}

const BYTES_PER_LINE = 16;

/** Writes bytes in hex, the cuts between them: `00 00|00 02 61:62`. */
export function hexdump(bytes: Uint8Array, cuts: readonly Cut[]): string[] {
	const marks = new Map<number, string>();
	for (const { at, drain } of cuts)
		marks.set(at, (marks.get(at) ?? "") + (drain ? "|" : ":"));
	const lines: string[] = [];
	for (
		let from = 0;
		from === 0 || from < bytes.length;
		from += BYTES_PER_LINE
	) {
		const to = Math.min(bytes.length, from + BYTES_PER_LINE);
		let text = marks.get(from) ?? "";
		for (let at = from; at < to; at++) {
			text += byteInHex(bytes[at] as number);
			// What stands at the end of a line is written at the start of the next, unless there is none.
			if (at + 1 < to) text += marks.get(at + 1) ?? " ";
			else if (to === bytes.length) text += marks.get(to) ?? "";
		}
		lines.push(`${from.toString(16).padStart(4, "0")}  ${text}`);
	}
	const count = `${bytes.length} byte${bytes.length === 1 ? "" : "s"}`;
	const legend =
		cuts.length === 0
			? "in one chunk"
			: `in ${cuts.length + 1} chunks; | a cut, drained there; : a cut, not drained`;
	return [...elided(lines), `(${count}, ${legend})`];
}
