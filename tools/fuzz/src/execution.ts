import { type Delivery, decode, type Run } from "./decoding.ts";
import { type Encoded, encode } from "./encoding.ts";
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
	for (let n = 1 + (next() & 3); n > 0; n--) cuts.push(next() % (length + 1));
	const from = next() % (length + 1);
	const to = Math.min(length, from + (next() % BURST));
	for (let at = from; at < to; at++) cuts.push(at);
	return cuts.sort((a, b) => a - b);
}
