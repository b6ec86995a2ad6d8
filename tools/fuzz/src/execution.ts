import { type Delivery, decode, type Run } from "./decoding.ts";
import { type Encoded, encode } from "./encoding.ts";
import { probe } from "./probe.ts";
import type { Subject } from "./subject.ts";

/** One input, and the decodings of it that oracles share: each is made when it is first asked for. */
export class Execution {
	readonly subject: Subject;
	readonly data: Uint8Array;
	/** Whether to do what is too dear for every input, too. */
	readonly thorough: boolean;
	/** A number that the input alone decides, for whatever is to be chosen. */
	readonly hash: number;
	#whole: Run | undefined;
	#cut: Run | undefined;
	#bytewise: Run | undefined;
	#others: readonly Run[] | undefined;
	#encoded: Encoded | undefined;
	#again: Run | undefined;

	constructor(subject: Subject, data: Uint8Array, thorough: boolean) {
		this.subject = subject;
		this.data = data;
		this.thorough = thorough;
		this.hash = hashOf(data);
	}

	/** In one chunk, as a window of zeros; the items are kept. */
	get whole(): Run {
		this.#whole ??= this.run(WHOLE);
		return this.#whole;
	}

	/**
	 * Cut in places that the input decides, some of them side by side, each chunk overwritten once it was drained, as a
	 * window of 0xff.
	 */
	get cut(): Run {
		const { hash } = this;
		this.#cut ??= this.run({
			name: "cut as chosen",
			cuts: cutsOf(hash, this.data.length),
			lazy: (hash & 3) === 0,
			around: 0xff,
			buffers: (hash & 4) === 0,
			scrub: true,
		});
		return this.#cut;
	}

	/** Byte by byte, each one overwritten once it was drained. Long inputs: in chunks of a few bytes. */
	get bytewise(): Run {
		// In the other delivery, some bytes come one by one, too.
		if (!this.thorough && this.data.length > FEW_BYTES) return this.cut;
		const size = Math.ceil(this.data.length / MOST_CHUNKS);
		this.#bytewise ??= this.run({
			name: size <= 1 ? "byte by byte" : `in chunks of ${size}`,
			cuts: every(size, this.data.length),
			around: 0,
			scrub: true,
		});
		return this.#bytewise;
	}

	/** What must come to the same as `whole`: nothing where the input may not be cut. */
	get others(): readonly Run[] {
		this.#others ??= this.subject.cuttable ? this.#otherRuns() : [];
		return this.#others;
	}

	#otherRuns(): Run[] {
		const { whole } = this;
		probe.seal();
		const { cut, bytewise } = this;
		const runs = bytewise === cut ? [cut] : [bytewise, cut];
		const times = Math.min(
			MOST_NEAR,
			Math.floor(BYTES_NEAR / this.data.length),
		);
		for (let i = 0; i < times; i++) runs.push(this.#cutNear(whole, i));
		return runs;
	}

	/**
	 * Cut in one or two places that are near to where an item or the error is: there decoders change their state, and most
	 * of what they get wrong about cuts shows. The input decides which, and the rest in turn.
	 */
	#cutNear({ offsets, ending }: Run, turn: number): Run {
		const { length } = this.data;
		const choice = mixed(this.hash + turn);
		const fault = ending?.kind === "error" ? ending.offset : undefined;
		const chosen =
			(choice >>> 24) % (offsets.length + (fault === undefined ? 0 : 1));
		const place =
			(choice & 0xc00000) === 0 ? length : (offsets[chosen] ?? fault);
		const within = (at: number): number => Math.max(0, Math.min(length, at));
		const first = within((place ?? 0) + ((choice >>> 8) % NEAR) - (NEAR >> 1));
		const second = first + ((choice >>> 16) & 3);
		return this.run({
			name: "cut near an item",
			cuts: (turn & 1) === 0 ? [first] : [first, within(second)],
			lazy: (choice & 0x180000) === 0,
			around: (turn & 1) === 0 ? 0xff : 0,
			buffers: (choice & 0x200000) !== 0,
			scrub: true,
		});
	}

	/** What the items of `whole` are encoded to. Without an encoder: to nothing. */
	get encoded(): Encoded {
		this.#encoded ??= encode(this.subject, this.whole.values);
		return this.#encoded;
	}

	/** Whether the items are encoded to the very bytes that they were decoded from. */
	get isVerbatim(): boolean {
		const { bytes, skipped } = this.encoded;
		return skipped === 0 && startsWith(this.data, bytes);
	}

	/** What is decoded of `encoded`. */
	get again(): Run {
		this.#again ??= this.run(WHOLE, this.encoded.bytes);
		return this.#again;
	}

	run(delivery: Delivery, data: Uint8Array = this.data): Run {
		return decode(this.subject, data, delivery);
	}
}

/** The delivery that the others are compared with. */
export const WHOLE: Delivery = {
	name: "in one chunk",
	cuts: [],
	around: 0,
	keep: true,
};

const MOST_CHUNKS = 512;
/** Inputs of so many bytes are decoded byte by byte each time, others when they bring something new. */
const FEW_BYTES = 24;

/** An input is decoded so many times with cuts near its items; less often when that comes to more bytes than these. */
const MOST_NEAR = 3;
const BYTES_NEAR = 640;
/** So many places are near. */
const NEAR = 7;

/** Another number for each number, all of whose bits depend on all of it. */
function mixed(number: number): number {
	let bits = Math.imul(number ^ (number >>> 16), 0x21f0aaad);
	bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
	return (bits ^ (bits >>> 15)) >>> 0;
}

/** Makes cuts every `size` bytes. */
export function every(size: number, length: number): number[] {
	const cuts: number[] = [];
	for (let at = Math.max(1, size); at < length; at += Math.max(1, size))
		cuts.push(at);
	return cuts;
}

export function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
	if (start.length > bytes.length) return false;
	for (let i = 0; i < start.length; i++)
		if (bytes[i] !== start[i]) return false;
	return true;
}

/** FNV-1a. */
function hashOf(data: Uint8Array): number {
	let hash = 0x811c9dc5;
	for (let i = 0; i < data.length; i++)
		hash = Math.imul(hash ^ (data[i] as number), 0x01000193);
	return (hash ^ (hash >>> 15)) >>> 0;
}

/** Up to so many bytes in a row come one by one. */
const BURST = 16;

/** One to four places, in order, some of which may be the same; and those of a few bytes that come one by one. */
function cutsOf(hash: number, length: number): number[] {
	let state = hash | 1;
	const next = (): number => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return state >>> 0;
	};
	const cuts: number[] = [];
	for (let n = 1 + (next() & 3); n > 0; n--)
		insert(cuts, next() % (length + 1));
	const from = next() % (length + 1);
	const to = Math.min(length, from + (next() % BURST));
	for (let at = from; at < to; at++) insert(cuts, at);
	return cuts;
}

/** Puts a place where it belongs in a short list that is in order. */
function insert(cuts: number[], place: number): void {
	let at = cuts.length;
	for (; at > 0 && (cuts[at - 1] as number) > place; at--)
		cuts[at] = cuts[at - 1] as number;
	cuts[at] = place;
}
