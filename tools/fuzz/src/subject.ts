/** A decoder as oracles use it: pushed bytes, pulled items; it may say where it is and what it holds. */
export interface AnyDecoder {
	push(chunk: Uint8Array): void;
	pull(): unknown;
	end(): void;
	readonly itemOffset?: number;
	readonly bytesHeld?: number;
}

/** An encoder as oracles use it. */
export interface AnyEncoder {
	encode(item: unknown): Uint8Array;
}

/** What is under test, and what oracles must know about it. */
export interface Subject {
	/** Which of several variants it is, for reports. */
	readonly name: string;
	/** Whether its input may be cut: a layer's may, a value codec's is one whole message. */
	readonly cuttable: boolean;
	/** Whether what decodes is the only encoding of it: then encoding gives back the input itself. */
	readonly strict: boolean;
	/** Whether items may be views of the input. */
	readonly views: boolean;
	decoder(): AnyDecoder;
	/** Makes an encoder; there is none for what is decoded only. */
	readonly encoder: (() => AnyEncoder) | undefined;
	/** Returns the code and the offset of a declared error, or `undefined` for any other. */
	declared(error: unknown): Declared | undefined;
	/** Writes an item down, completely. */
	show(item: unknown): string;
	/** Returns what to encode for an item that was decoded, or `undefined` if it cannot be sent. */
	sent(item: unknown): unknown;
	/** Generates a few items from a seed, where there is an arbitrary of them. */
	readonly generate: ((seed: number) => readonly unknown[]) | undefined;
	/** Tells whether an item that came back is the one that was sent. */
	equals(sent: unknown, received: unknown): boolean;
	/** Bounds the memory held, by the bytes received since the start of the item pulled last. */
	maxHeld(unread: number): number;
	/** Bounds the work of a decoding. */
	readonly budget: Budget;
	readonly peer: Peer | undefined;
	/** Makes what must do the same: the single layers of a stack, driven one by one. */
	readonly apart: (() => AnyDecoder) | undefined;
	/** The oracles that do not hold here, each with the reason. */
	readonly except: Readonly<Partial<Record<OracleName, string>>>;
}

/** An error that a decoder is allowed to throw. */
export interface Declared {
	readonly code: string;
	/** The position of the fault, if it says one. */
	readonly offset?: number | undefined;
}

/** How much work a decoding may take: so much for each byte, for each chunk, and at all. */
export interface Budget {
	/** Loops and calls of the modules under test. Default: 64 for each byte, 96 for each chunk, and 4,096. */
	readonly fuel: Rate;
	/** Bytes that natives copy or search. Default: 64 for each byte, 256 for each chunk, and 8,192. */
	readonly copied: Rate;
	/** Bytes of memory asked for, in all. Default: 16 for each byte, 64 for each chunk, and 16,384. */
	readonly allocated: Rate;
}

export interface Rate {
	readonly perByte: number;
	readonly perChunk: number;
	readonly constant: number;
}

export const DEFAULT_BUDGET: Budget = {
	fuel: { perByte: 64, perChunk: 96, constant: 4096 },
	copied: { perByte: 64, perChunk: 256, constant: 8192 },
	allocated: { perByte: 16, perChunk: 64, constant: 16_384 },
};

/** Another implementation of the same format, to compare with. */
export interface Peer {
	readonly name: string;
	/**
	 * Decodes a whole input, and throws whatever it likes for one that it refuses. A generator yields the items before that:
	 * then they are compared, too.
	 */
	decode(data: Uint8Array): Iterable<unknown>;
	/** The differences that are known and right, each with the reason. */
	readonly allowed?: readonly AllowedDifference[];
}

/** A difference from a peer that is no fault. */
export interface AllowedDifference {
	readonly reason: string;
	matches(difference: Difference): boolean;
}

/** What the two made of one input. */
export interface Difference {
	readonly data: Uint8Array;
	/** The items, written down. */
	readonly ours: readonly string[];
	readonly theirs: readonly string[];
	/** The error of the one that refused, if one did. */
	readonly ourError: unknown;
	readonly theirError: unknown;
}

/** The names of all oracles. */
export type OracleName =
	| "declared-errors"
	| "any-cut"
	| "window"
	| "aliasing"
	| "dead-after-error"
	| "bounded-memory"
	| "allocation"
	| "linear-work"
	| "round-trip"
	| "canonical"
	| "prototype"
	| "differential"
	| "composition";
