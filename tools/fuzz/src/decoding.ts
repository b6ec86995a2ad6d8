import { isFuelError, isMemoryError, probe, type Work } from "./probe.ts";
import type { AnyDecoder, Rate, Subject } from "./subject.ts";

/** How an input is handed to a decoder. */
export interface Delivery {
	/** What to call it in a report. */
	readonly name: string;
	/** Where the input is cut, in order. Two cuts in one place make an empty chunk. */
	readonly cuts: readonly number[];
	/** Whether to push all chunks from an even cut on to the next odd one before a pull. Default: false, each one is drained. */
	readonly lazy?: boolean;
	/** What lies around each chunk in the same memory. */
	readonly around: number;
	/** Whether chunks are Buffers, as they are when they come from a socket of Node. Default: false. */
	readonly buffers?: boolean;
	/** Whether each chunk is overwritten once it was drained. Default: false. */
	readonly scrub?: boolean;
	/** Whether the items themselves are kept, and so the memory that they may be views of. Default: false. */
	readonly keep?: boolean;
}

/** How a decoding ended, if not at the end of the input. */
export type Ending =
	| {
			readonly kind: "error";
			readonly code: string;
			readonly offset: number | undefined;
			readonly error: unknown;
	  }
	| { readonly kind: "fault"; readonly what: string; readonly error: unknown };

/** One decoding of an input, and all that can be known of it at its end. */
export interface Run {
	readonly delivery: Delivery;
	/** The items, written down as soon as they came out. */
	readonly items: string[];
	readonly offsets: (number | undefined)[];
	/** The items themselves, where they are kept. */
	readonly values: unknown[];
	decoder: AnyDecoder;
	/** How it ended; `undefined` where the whole input and its end were taken. */
	ending: Ending | undefined;
	/** Whether `end` was called. */
	ended: boolean;
	/** Whether the decoder wrote to its input, or around it. */
	wrote: boolean;
	/** The drained state that was furthest over the bound of memory, or nearest to it. */
	held: {
		readonly bytes: number;
		readonly most: number;
		readonly received: number;
	};
	/** What it took. */
	work: Work;
	/** The error that ended it when it asked for more memory than its budget. */
	overdrawn: Error | undefined;
}

/** What lies between chunks. */
const MARGIN = 4;
/** What lies in front of the first chunk: a read from the start of the memory must not look like the input. */
const OFFSET = 16;

// Chunks are read into a pool, as Node's are: who keeps a byte of one keeps 64 KiB.
const pool = new Uint8Array(65_536);

/** The bytes of what decoders get when the input was drained. */
const SCRUB = 0xaa;

/** Taken before anyone wraps them, for what oracles do is nobody's work. */
const Bytes = Uint8Array;
const { fill } = Bytes.prototype;

/** Decodes an input up to the first error. */
export function decode(
	subject: Subject,
	data: Uint8Array,
	delivery: Delivery,
): Run {
	probe.startRun();
	const { cuts, around, keep = false } = delivery;
	const size = OFFSET + data.length + MARGIN * (cuts.length + 2);
	const memory = keep || size > pool.length ? new Bytes(size) : pool;
	if (memory === pool || around !== 0) fill.call(memory, around, 0, size);
	const result: Run = {
		delivery,
		items: [],
		offsets: [],
		values: [],
		decoder: IDLE,
		ending: undefined,
		ended: false,
		wrote: false,
		held: { bytes: 0, most: Number.POSITIVE_INFINITY, received: 0 },
		work: NOTHING,
		overdrawn: undefined,
	};
	const { allocated } = subject.budget;
	try {
		result.work = probe.measure(
			() => feed(subject, data, memory, result),
			most(allocated, data.length, cuts.length + 1),
		);
	} catch (error) {
		if (!isMemoryError(error)) throw error;
		result.overdrawn = error;
		result.ending = faultOf("the decoder", error);
	}
	return result;
}

/** What a rate comes to. */
export function most(rate: Rate, bytes: number, chunks: number): number {
	return rate.constant + rate.perByte * bytes + rate.perChunk * chunks;
}

const NOTHING: Work = { fuel: 0, copied: 0, allocated: 0 };
const IDLE: AnyDecoder = { push() {}, pull: () => undefined, end() {} };

function feed(
	subject: Subject,
	data: Uint8Array,
	memory: Uint8Array,
	result: Run,
): void {
	const { delivery } = result;
	const { cuts, around, buffers = false } = delivery;
	const { lazy = false, scrub = false, keep = false } = delivery;
	const decoder = subject.decoder();
	result.decoder = decoder;
	let from = 0;
	let place = OFFSET;
	for (let i = 0; i <= cuts.length; i++) {
		const to = cuts[i] ?? data.length;
		const length = to - from;
		const chunk = windowOf(memory, place, length, buffers);
		for (let k = 0; k < length; k++) chunk[k] = data[from + k] as number;
		push(decoder, chunk, result);
		if (result.ending !== undefined) return;
		if (!lazy || i % 2 === 1 || i === cuts.length) {
			drain(subject, decoder, to, keep, result);
			checkInput(memory, place, data, from, length, around, result);
			if (scrub) for (let k = 0; k < length; k++) chunk[k] = SCRUB;
			if (result.ending !== undefined) return;
			hold(subject, decoder, to, result);
		}
		from = to;
		place += length + MARGIN;
	}
	end(decoder, result);
	if (result.ending === undefined)
		drain(subject, decoder, data.length, keep, result);
}

type BufferFrom = (
	memory: ArrayBufferLike,
	offset: number,
	length: number,
) => Uint8Array;
const bufferOver = (globalThis as { Buffer?: { from: BufferFrom } }).Buffer
	?.from;

/** A window that is a Buffer, where there are Buffers: its `slice` makes a view where Uint8Array's makes a copy. */
function windowOf(
	memory: Uint8Array,
	at: number,
	length: number,
	buffers: boolean,
): Uint8Array {
	const offset = memory.byteOffset + at;
	return buffers && bufferOver !== undefined
		? bufferOver(memory.buffer, offset, length)
		: new Bytes(memory.buffer, offset, length);
}

function push(decoder: AnyDecoder, chunk: Uint8Array, result: Run): void {
	try {
		decoder.push(chunk);
	} catch (error) {
		result.ending = faultOf("push()", error);
	}
}

function end(decoder: AnyDecoder, result: Run): void {
	result.ended = true;
	try {
		decoder.end();
	} catch (error) {
		result.ending = faultOf("end()", error);
	}
}

/** Pulls until there is nothing more, or an error. */
function drain(
	subject: Subject,
	decoder: AnyDecoder,
	received: number,
	keep: boolean,
	result: Run,
): void {
	// More items than this, of so many bytes, are no items but a loop that never ends.
	const limit = 8 * received + 1024;
	while (result.items.length <= limit) {
		const pulled = pull(subject, decoder);
		if (pulled === undefined) return;
		if ("ending" in pulled) {
			result.ending = pulled.ending;
			return;
		}
		// Not by push(), which is wrapped while fuzzing.
		const { length } = result.items;
		result.items[length] = pulled.text;
		result.offsets[length] = pulled.offset;
		if (keep) result.values[length] = pulled.item;
	}
	result.ending = {
		kind: "fault",
		what: `pull() returned more than ${limit} items for ${received} bytes`,
		error: undefined,
	};
}

/** What one `pull` gave. */
export type Pulled =
	| {
			readonly item: unknown;
			readonly text: string;
			readonly offset: number | undefined;
	  }
	| { readonly ending: Ending };

/** Pulls once. An item is written down at once: it may be a view of a chunk. */
export function pull(
	subject: Subject,
	decoder: AnyDecoder,
): Pulled | undefined {
	let item: unknown;
	try {
		item = decoder.pull();
	} catch (error) {
		const declared = subject.declared(error);
		return {
			ending:
				declared === undefined
					? faultOf("pull()", error)
					: {
							kind: "error",
							code: declared.code,
							offset: declared.offset,
							error,
						},
		};
	}
	if (item === undefined) return undefined;
	const text = probe.unmeasured(() => subject.show(item));
	return { item, text, offset: decoder.itemOffset };
}

/** What no decoder may throw; but the engine's own error goes on to the engine. */
export function faultOf(where: string, error: unknown): Ending {
	if (isFuelError(error)) throw error;
	return { kind: "fault", what: `${where} threw ${String(error)}`, error };
}

/** Notes whether the input, or what lies around it, was written to. */
function checkInput(
	memory: Uint8Array,
	place: number,
	data: Uint8Array,
	from: number,
	length: number,
	around: number,
	result: Run,
): void {
	for (let k = 0; k < length; k++)
		if (memory[place + k] !== data[from + k]) result.wrote = true;
	for (let k = 1; k <= MARGIN; k++)
		if (
			memory[place - k] !== around ||
			memory[place + length + k - 1] !== around
		)
			result.wrote = true;
}

/** Notes what a drained decoder holds, if it is the most so far, measured by what it may hold. */
function hold(
	subject: Subject,
	decoder: AnyDecoder,
	received: number,
	result: Run,
): void {
	const bytes = decoder.bytesHeld;
	if (bytes === undefined || result.ending !== undefined) return;
	if (bytes > probe.mostHeld) probe.mostHeld = bytes;
	const allowed = subject.maxHeld(received - (result.offsets.at(-1) ?? 0));
	const { held } = result;
	if (bytes - allowed > held.bytes - held.most)
		result.held = { bytes, most: allowed, received };
}

/** The index of the first event that differs, the ending being the last event; or -1. */
export function firstDifference(a: Run, b: Run): number {
	const most = Math.max(a.items.length, b.items.length);
	for (let i = 0; i < most; i++)
		if (a.items[i] !== b.items[i] || a.offsets[i] !== b.offsets[i]) return i;
	return sameEnding(a.ending, b.ending) ? -1 : most;
}

export function sameEnding(
	a: Ending | undefined,
	b: Ending | undefined,
): boolean {
	if (a === undefined || b === undefined) return a === b;
	if (a.kind === "error" && b.kind === "error")
		return a.code === b.code && a.offset === b.offset;
	return a.kind === "fault" && b.kind === "fault" && a.what === b.what;
}

/** Writes down what came out, up to and with the event at `last`. */
export function eventsOf(
	{ items, offsets, ending }: Run,
	last: number = Number.POSITIVE_INFINITY,
): string[] {
	const lines = items.slice(0, last + 1).map((item, i) => {
		const offset = offsets[i];
		return `item ${i}${offset === undefined ? "" : ` at ${offset}`}  ${item}`;
	});
	if (last >= items.length && ending !== undefined) lines.push(lineOf(ending));
	return lines;
}

export function lineOf(ending: Ending): string {
	if (ending.kind === "fault") return ending.what;
	const at = ending.offset === undefined ? "" : ` at ${ending.offset}`;
	const { error } = ending;
	return `error ${ending.code}${at}  ${error instanceof Error ? error.message : String(error)}`;
}
