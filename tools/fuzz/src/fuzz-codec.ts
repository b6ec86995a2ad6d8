import type { Item } from "@framewright/codec";
import { equalItems } from "@framewright/codec-laws/parts";
import fc from "fast-check";
import { declared, type FuzzLayerOptions } from "./fuzz-layer.ts";
import { makeTarget } from "./make-target.ts";
import {
	type AnyDecoder,
	DEFAULT_BUDGET,
	type Declared,
	type Subject,
} from "./subject.ts";
import type { Target } from "./target.ts";
import { writeDown } from "./write-down.ts";

/** Says what oracles need to know about a codec. `copies` is true by default. */
export type FuzzCodecOptions<Received, Sent = Received> = FuzzLayerOptions<
	Received,
	Sent
>;

/** A codec, or what is like one: what it takes may be less than what it gives. */
export interface AnyCodec<Received, Sent = Received> {
	decode(data: Uint8Array): Received;
	encode?(value: Sent): Uint8Array;
}

/**
 * Makes a target of a value codec, or of several, of which the first byte of an input chooses one. An input is one whole
 * message: it is not cut.
 *
 *     export const fuzz = fuzzCodec(marshalBody("a{sv}"), { strict: true });
 */
export function fuzzCodec<Received extends Item, Sent = Received>(
	codecs: AnyCodec<Received, Sent> | CodecVariants<Received, Sent>,
	options: FuzzCodecOptions<Received, Sent> = {},
): Target {
	const variants: [string, AnyCodec<Received, Sent>][] = isCodec(codecs)
		? [["", codecs]]
		: Object.entries(codecs);
	const subjects = variants.map(([name, codec]) =>
		codecSubject(name, codec, declared, options),
	);
	const items = options.item?.map((item) => [item]);
	return makeTarget(subjects, options, items);
}

/** Codecs by name. */
export type CodecVariants<Received, Sent> = Readonly<
	Record<string, AnyCodec<Received, Sent>>
>;

function isCodec<Received, Sent>(
	value: AnyCodec<Received, Sent> | CodecVariants<Received, Sent>,
): value is AnyCodec<Received, Sent> {
	return typeof value.decode === "function";
}

/** What is under test when a message is decoded at once. */
export function codecSubject<Received, Sent>(
	name: string,
	codec: AnyCodec<Received, Sent>,
	declared: (error: unknown) => Declared | undefined,
	options: FuzzCodecOptions<Received, Sent>,
): Subject {
	const { item, sent, copies = true } = options;
	const encode = codec.encode?.bind(codec);
	return {
		name,
		cuttable: false,
		strict: options.strict ?? false,
		views: !copies,
		decoder: () => new OneMessage(codec),
		encoder: encode && (() => ({ encode: (value) => encode(value as Sent) })),
		declared,
		show: (options.show as Subject["show"] | undefined) ?? writeDown,
		sent: (value) => (sent ? sent(value as Received) : value),
		generate: item && ((seed) => fc.sample(item, { seed, numRuns: 2 })),
		equals: (options.equals as Subject["equals"] | undefined) ?? equalItems,
		maxHeld: () => Number.POSITIVE_INFINITY,
		budget: { ...DEFAULT_BUDGET, ...options.budget },
		peer: options.peer,
		apart: undefined,
		except: options.except ?? {},
	};
}

class OneMessage implements AnyDecoder {
	readonly #codec: AnyCodec<unknown, never>;
	#message: Uint8Array | undefined;

	constructor(codec: AnyCodec<unknown, never>) {
		this.#codec = codec;
	}

	push(message: Uint8Array): void {
		this.#message = message;
	}

	pull(): unknown {
		const message = this.#message;
		if (message === undefined) return undefined;
		this.#message = undefined;
		// A value of undefined is one, too: here it must not look like a want of input.
		return this.#codec.decode(message) ?? null;
	}

	end(): void {}
}
