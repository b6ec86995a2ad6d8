import { DecodeError } from "@framewright/codec";
import type { Cut } from "./input.ts";
import type { Snapshot } from "./items.ts";
import type { AnyDecoder, Subject } from "./options.ts";

/** What came out of a decoder. */
export type Event =
	| {
			readonly kind: "item";
			readonly item: Snapshot;
			readonly offset: number | undefined;
	  }
	| { readonly kind: "error"; readonly error: DecodeError }
	/** Something that no decoder may do. */
	| { readonly kind: "fault"; readonly what: string; readonly error?: unknown };

/** A piece of the input, as a window of more memory than its own. */
export interface Chunk {
	readonly bytes: Uint8Array;
	/** Where it starts in the input. */
	readonly from: number;
	/** Whether to drain the decoder after it. */
	readonly drain: boolean;
}

/** How to hand the input over. */
export interface Delivery {
	readonly cuts: readonly Cut[];
	/** What lies around each chunk, in the same memory. */
	readonly around: number;
	/** Whether chunks are Buffers, as they are when they come from a socket of Node. */
	readonly buffers?: boolean;
	/** How much more memory the chunks share, as those that Node reads into a pool. Default: none. */
	readonly pool?: number;
}

const MARGIN = 3;

/** Takes a copy of `bytes` as one chunk, with nothing around it. */
export function oneChunk(bytes: Uint8Array): Chunk[] {
	return [{ bytes: bytes.slice(), from: 0, drain: true }];
}

/** Cuts `bytes` into chunks that lie apart in one memory, so that whoever reads beyond a chunk reads `around`. */
export function chunksOf(bytes: Uint8Array, delivery: Delivery): Chunk[] {
	const { cuts, around, buffers = false, pool = 0 } = delivery;
	const memory = new Uint8Array(
		bytes.length + MARGIN * (cuts.length + 2) + pool,
	);
	if (around !== 0) memory.fill(around);
	const chunks: Chunk[] = [];
	let from = 0;
	let at = MARGIN;
	for (let i = 0; i <= cuts.length; i++) {
		const cut = cuts[i];
		const to = cut === undefined ? bytes.length : cut.at;
		const length = to - from;
		const chunk = buffers
			? bufferOver(memory.buffer, at, length)
			: new Uint8Array(memory.buffer, at, length);
		for (let k = 0; k < length; k++) chunk[k] = bytes[from + k] as number;
		chunks.push({ bytes: chunk, from, drain: cut?.drain ?? true });
		from = to;
		at += length + MARGIN;
	}
	return chunks;
}

type BufferFrom = (
	memory: ArrayBuffer,
	offset: number,
	length: number,
) => Uint8Array<ArrayBuffer>;

/** A window that is a Buffer, where there are Buffers: its `slice` makes a view where Uint8Array's makes a copy. */
const bufferOver: BufferFrom =
	(globalThis as { Buffer?: { from: BufferFrom } }).Buffer?.from ??
	((memory, offset, length) => new Uint8Array(memory, offset, length));

/**
 * Decodes chunks and the end of input, up to the first error, and returns all that came out.
 *
 * `drained` is called whenever `pull` has returned `undefined`, with the bytes received so far and the events so far.
 */
export function decode<T>(
	subject: Subject<T>,
	chunks: readonly Chunk[],
	drained?: (decoder: AnyDecoder<T>, received: number, events: Event[]) => void,
): Event[] {
	const decoder = subject.decoder();
	const events: Event[] = [];
	let received = 0;
	for (const chunk of chunks) {
		if (!push(decoder, chunk.bytes, events)) return events;
		received += chunk.bytes.length;
		if (!chunk.drain) continue;
		if (!drain(subject, decoder, received, events)) return events;
		drained?.(decoder, received, events);
	}
	if (!end(decoder, events)) return events;
	if (!drain(subject, decoder, received, events)) return events;
	drained?.(decoder, received, events);
	return events;
}

/** Pushes, and returns whether that went well. */
export function push<T>(
	decoder: AnyDecoder<T>,
	chunk: Uint8Array,
	events: Event[],
): boolean {
	try {
		decoder.push(chunk);
		return true;
	} catch (error) {
		events.push({ kind: "fault", what: `push() threw ${error}`, error });
		return false;
	}
}

/** Ends the input, and returns whether that went well. */
export function end<T>(decoder: AnyDecoder<T>, events: Event[]): boolean {
	try {
		decoder.end();
		return true;
	} catch (error) {
		events.push({ kind: "fault", what: `end() threw ${error}`, error });
		return false;
	}
}

/** Pulls until there is nothing more, and returns whether the decoder is still alive. */
export function drain<T>(
	subject: Subject<T>,
	decoder: AnyDecoder<T>,
	received: number,
	events: Event[],
): boolean {
	const most = mostItems(received);
	while (events.length <= most) {
		const event = pull(subject, decoder);
		if (event === undefined) return true;
		events.push(event);
		if (event.kind !== "item") return false;
	}
	events.push({
		kind: "fault",
		what: `pull() returned more than ${most} items for ${received} bytes`,
	});
	return false;
}

/** More items than this, of so many bytes, are no items but a loop that never ends. */
function mostItems(received: number): number {
	return 8 * received + 1024;
}

/** Pulls once. */
export function pull<T>(
	subject: Subject<T>,
	decoder: AnyDecoder<T>,
): Event | undefined {
	let item: T | undefined;
	try {
		item = decoder.pull();
	} catch (error) {
		return error instanceof DecodeError
			? { kind: "error", error }
			: { kind: "fault", what: `pull() threw ${error}`, error };
	}
	if (item === undefined) return undefined;
	return {
		kind: "item",
		// At once: the item may be a view of a chunk.
		item: subject.snapshot(item),
		offset: decoder.itemOffset,
	};
}

/** Feeds chunks to a decoder, as they say, and pulls whatever there is, without a look at it. */
export function drainAll<T>(
	subject: Subject<T>,
	chunks: readonly Chunk[],
): void {
	try {
		const decoder = subject.decoder();
		let items = 0;
		let received = 0;
		const drain = (): void => {
			const most = mostItems(received);
			while (items <= most && decoder.pull() !== undefined) items += 1;
		};
		for (const chunk of chunks) {
			decoder.push(chunk.bytes);
			received += chunk.bytes.length;
			if (chunk.drain) drain();
		}
		decoder.end();
		drain();
	} catch {
		// What may be thrown is another law's business: here it ends the work.
	}
}
