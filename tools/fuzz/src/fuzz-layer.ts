import {
	DecodeError,
	type Decoder,
	type Encoder,
	type Item,
	type Layer,
	Skipped,
} from "@framewright/codec";
import { equalItems } from "@framewright/codec-laws/parts";
import fc, { type Arbitrary } from "fast-check";
import { Apart } from "./apart.ts";
import { makeTarget, type TargetOptions } from "./make-target.ts";
import {
	type AnyDecoder,
	type AnyEncoder,
	type Budget,
	DEFAULT_BUDGET,
	type Declared,
	type OracleName,
	type Peer,
	type Subject,
} from "./subject.ts";
import type { Target } from "./target.ts";
import { writeDown } from "./write-down.ts";

/** Says what oracles need to know about a layer. Nothing is required. */
export interface FuzzLayerOptions<Received, Sent = Received>
	extends TargetOptions {
	/** Generates items: inputs are made of them, and each one must come back from its encoding. */
	readonly item?: Arbitrary<Sent>;
	/** Whether each item has one encoding only, so that what decodes is encoded to the same bytes. Default: false. */
	readonly strict?: boolean;
	/** Whether items have memory of their own, so that they stay when the input is overwritten. Default: false. */
	readonly copies?: boolean;
	/** Returns what to encode for an item that was decoded, or `undefined` for what cannot be sent. Default: the item; nothing for a `Skipped`. */
	sent?(item: Received): Sent | undefined;
	/** Writes an item down, completely. Default: all its fields, bytes in hex. */
	show?(item: Received | Sent): string;
	/** Tells whether an item came back. Default: by structure. */
	equals?(sent: Sent, received: Received): boolean;
	/** Bounds the bytes held, by the bytes received since the start of the last item. Default: 4 times as many + 1,024. */
	maxHeld?(unread: number): number;
	/** Bounds the work of a decoding, where the defaults do not fit. */
	readonly budget?: Partial<Budget>;
	/** Another implementation to compare with. */
	readonly peer?: Peer;
	/** The oracles that do not hold here, each with the reason. */
	readonly except?: Readonly<Partial<Record<OracleName, string>>>;
}

// biome-ignore lint/suspicious/noExplicitAny: a bound that every layer satisfies; `unknown` would fail on the input side.
type AnyLayer = Layer<any, any, any>;

/**
 * Makes a target of a layer on bytes, or of several, of which the first byte of an input chooses one:
 *
 *     export const fuzz = fuzzLayer(lengthPrefixed(), { strict: true });
 *     export const fuzz = fuzzLayer({ lf: newline(), crlf: newline({ delimiter: "crlf" }) });
 *
 * All oracles are on, unless `except` says otherwise.
 */
export function fuzzLayer<Received extends Item, Sent>(
	layers: Layer<Received, Uint8Array, Sent> | Variants<Received, Sent>,
	options: FuzzLayerOptions<Received, Sent> = {},
): Target {
	const variants: [string, Decoding<Received, Sent>][] = isLayer(layers)
		? [["", layers]]
		: Object.entries(layers);
	const subjects = variants.map(([name, layer]) =>
		subjectOf(name, layer, options),
	);
	return makeTarget(subjects, options, itemsOf(options.item));
}

/** A layer on bytes, or what only decodes. */
export interface Decoding<Received extends Item, Sent = Received> {
	decoder(): Decoder<Uint8Array, Received>;
	encoder?(): Encoder<Sent, Uint8Array>;
}

/** Layers by name. */
export type Variants<Received extends Item, Sent> = Readonly<
	Record<string, Decoding<Received, Sent>>
>;

/**
 * Makes a target of a stack: what `fuzzLayer` checks of `stacked`, and that it does the same as its layers one by one,
 * which are given in wire order.
 *
 *     export const fuzz = fuzzStack(stack(lengthPrefixed(), jsonRpc()), [lengthPrefixed(), jsonRpc()]);
 */
export function fuzzStack<Received extends Item, Sent>(
	stacked: Layer<Received, Uint8Array, Sent>,
	layers: readonly AnyLayer[],
	options: FuzzLayerOptions<Received, Sent> = {},
): Target {
	const subject: Subject = {
		...subjectOf("", stacked, options),
		apart: () => new Apart(layers.map((layer) => layer.decoder())),
	};
	return makeTarget([subject], options, itemsOf(options.item));
}

function isLayer<Received extends Item, Sent>(
	value: Decoding<Received, Sent> | Variants<Received, Sent>,
): value is Decoding<Received, Sent> {
	return typeof value.decoder === "function";
}

function itemsOf<T>(
	item: Arbitrary<T> | undefined,
): Arbitrary<readonly T[]> | undefined {
	// Small inputs are fast ones.
	return (
		item &&
		fc.oneof(
			{ weight: 3, arbitrary: fc.tuple(item) },
			{ weight: 1, arbitrary: fc.array(item, { maxLength: 3 }) },
		)
	);
}

/** What is under test when a layer is. */
export function subjectOf(
	name: string,
	// biome-ignore lint/suspicious/noExplicitAny: whatever a layer takes and gives, oracles hand it on.
	layer: Decoding<any, any>,
	// biome-ignore lint/suspicious/noExplicitAny: as above.
	options: FuzzLayerOptions<any, any>,
): Subject {
	const { item } = options;
	return {
		name,
		cuttable: true,
		strict: options.strict ?? false,
		views: !options.copies,
		decoder: () => layer.decoder() as AnyDecoder,
		encoder: layer.encoder && (() => layer.encoder?.() as AnyEncoder),
		declared,
		show: options.show ?? writeDown,
		sent: (item) =>
			item instanceof Skipped
				? undefined
				: options.sent === undefined
					? item
					: options.sent(item),
		generate: item && ((seed) => fc.sample(item, { seed, numRuns: 2 })),
		equals: options.equals ?? equalItems,
		maxHeld: options.maxHeld ?? ((unread) => 4 * unread + 1024),
		budget: { ...DEFAULT_BUDGET, ...options.budget },
		peer: options.peer,
		apart: undefined,
		except: options.except ?? {},
	};
}

/** The only error that a layer may throw on account of its input. */
export function declared(error: unknown): Declared | undefined {
	return error instanceof DecodeError ? error : undefined;
}
