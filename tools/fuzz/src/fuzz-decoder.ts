import { declaring } from "./fuzz-function.ts";
import type { FuzzLayerOptions } from "./fuzz-layer.ts";
import { makeTarget } from "./make-target.ts";
import { type AnyDecoder, DEFAULT_BUDGET } from "./subject.ts";
import type { Target } from "./target.ts";
import { writeDown } from "./write-down.ts";

/** An incremental decoder that was started: what it makes of its input, it hands to `emit`. */
export interface Started {
	push(chunk: Uint8Array): void;
	end?(): void;
}

/** Says what oracles need to know about somebody else's decoder. */
export interface FuzzDecoderOptions
	extends Pick<
		FuzzLayerOptions<unknown>,
		| "show"
		| "maxHeld"
		| "budget"
		| "peer"
		| "except"
		| "dictionary"
		| "modules"
		| "maxLength"
		| "skip"
	> {
	/** Tells whether an error is one that the documentation promises. Default: none is. */
	declared?(error: unknown): boolean | string;
}

/**
 * Makes a target of an incremental decoder, whoever wrote it:
 *
 *     export const fuzz = fuzzDecoder((emit) => {
 *         const stream = split();
 *         stream.on("data", emit);
 *         return { push: (chunk) => stream.write(chunk), end: () => stream.end() };
 *     });
 *
 * What is no promise of this decoder is left out by `except`.
 */
export function fuzzDecoder(
	start: (emit: (item: unknown) => void) => Started,
	options: FuzzDecoderOptions = {},
): Target {
	return makeTarget(
		[
			{
				name: "",
				cuttable: true,
				strict: false,
				views: true,
				decoder: () => new Emitting(start),
				encoder: undefined,
				declared: declaring(options.declared),
				show: options.show ?? writeDown,
				sent: (item) => item,
				generate: undefined,
				equals: Object.is,
				maxHeld: options.maxHeld ?? ((unread) => 4 * unread + 1024),
				budget: { ...DEFAULT_BUDGET, ...options.budget },
				peer: options.peer,
				apart: undefined,
				except: options.except ?? {},
			},
		],
		options,
	);
}

/** Turns what is emitted and thrown on a push into what is pulled. */
class Emitting implements AnyDecoder {
	readonly #items: unknown[] = [];
	#next = 0;
	readonly #started: Started;
	#fault: { readonly error: unknown } | undefined;

	constructor(start: (emit: (item: unknown) => void) => Started) {
		this.#started = start((item) => {
			this.#items.push(item);
		});
	}

	push(chunk: Uint8Array): void {
		this.#attempt(() => this.#started.push(chunk));
	}

	pull(): unknown {
		if (this.#next < this.#items.length) {
			// Not shift(): moving the rest would count as work of the decoder.
			const item = this.#items[this.#next];
			this.#items[this.#next++] = undefined;
			return item ?? null;
		}
		if (this.#fault !== undefined) throw this.#fault.error;
		return undefined;
	}

	end(): void {
		this.#attempt(() => this.#started.end?.());
	}

	#attempt(step: () => void): void {
		if (this.#fault !== undefined) return;
		try {
			step();
		} catch (error) {
			this.#fault = { error };
		}
	}
}
