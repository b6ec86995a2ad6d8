import type { ByteWriter } from "./byte-writer.ts";
import { moved, skippedAt } from "./codec-layer.ts";
import type {
	ByteDecoder,
	ByteEncoder,
	ByteLayer,
	Decoder,
	Encoder,
	FramingEncoder,
	Item,
	Layer,
} from "./contract.ts";
import { DecodeError } from "./decode-error.ts";
import { AppendingEncoder } from "./framing-encoder.ts";
import { Skipped } from "./skipped.ts";

// biome-ignore lint/suspicious/noExplicitAny: a bound that every layer satisfies; `unknown` would fail on the input side.
type AnyLayer = Layer<any, any, any>;
type Upper<L> = L extends Layer<infer U, infer _, infer _> ? U : never;
type Lower<L> = L extends Layer<infer _, infer W, infer _> ? W : never;
type Sent<L> = L extends Layer<infer _, infer _, infer S> ? S : never;
type Last<L extends readonly unknown[]> = L extends readonly [
	...unknown[],
	infer Top,
]
	? Top
	: never;

/** The layers, each one required to take what the layer before it hands up. */
type InWireOrder<
	L extends readonly unknown[],
	Below = Lower<L[0]>,
> = L extends readonly [infer Head, ...infer Rest]
	? [
			[Below] extends [Lower<Head>]
				? Layer<Upper<Head>, Below & Item, Sent<Head>>
				: Layer<Upper<Head>, Below & Item> & { readonly takes: Below },
			...InWireOrder<Rest, Exclude<Upper<Head>, Skipped>>,
		]
	: [];

/** What a stack hands up: what its highest layer does, and what any layer skipped. */
type Received<L extends readonly unknown[]> =
	| Upper<Last<L>>
	| Extract<Upper<L[number]>, Skipped>;

/** What `stack` returns: a layer on the wire if the lowest one is. */
type Stacked<L extends readonly unknown[]> =
	// biome-ignore lint/suspicious/noExplicitAny: as above.
	L[0] extends ByteLayer<any, any>
		? ByteLayer<Received<L>, Sent<Last<L>>>
		: Layer<Received<L>, Lower<L[0]>, Sent<Last<L>>>;

/**
 * Stacks layers in wire order, the outermost framing first.
 *
 *     stack(lengthPrefixed(), jsonRpc())   // Layer<Message, Uint8Array>
 *
 *     wire   [len ][{"jsonrpc":"2.0", ... }][len ][...
 *     lower  -----> frames, views of the chunk
 *     upper         ----------------------> messages
 *
 * Encoding makes no copy for each layer: a framing reserves its prefix in one shared buffer, the layer above it writes
 * its payload there, and the framing patches the prefix. A `DecodeError` of an upper layer is thrown with its offset on
 * the wire: exact where the layers below hand payloads over verbatim, the start of the enclosing frame otherwise.
 * What a layer skipped (`Skipped`) is handed past those above it.
 */
export function stack<const L extends readonly [AnyLayer, ...AnyLayer[]]>(
	...layers: L & InWireOrder<L>
): Stacked<L> {
	return fold(layers) as Stacked<L>;
}

// Folded from the right, so that a payload is written after every `begin` below it and before every `finish`.
function fold([lowest, ...above]: readonly AnyLayer[]): AnyLayer {
	if (lowest === undefined)
		throw new RangeError("stack() needs one layer at the least");
	if (above.length === 0) return lowest;
	const upper = fold(above);
	return {
		decoder: () => {
			const lower = lowest.decoder();
			return "rest" in lower
				? new StackedByteDecoder(lower, upper.decoder())
				: new StackedDecoder(lower, upper.decoder());
		},
		encoder: () => stackEncoders(lowest.encoder(), upper.encoder()),
	};
}

const NOTHING: Decoder<unknown, never> = {
	push() {},
	pull: () => undefined,
	end() {},
};

type Position = Pick<ByteDecoder<never>, "itemOffset" | "bytesHeld" | "rest">;

class StackedDecoder<In, Middle extends Item, Out extends Item>
	implements Decoder<In, Out | Skipped>
{
	protected lower: Decoder<In, Middle> & Partial<Position>;
	protected upper: Decoder<Middle, Out> & Partial<Position>;
	/**
	 * Bytes handed up before the current frame, the current frame's, and where that one is on the wire: they place an offset of
	 * the upper layer.
	 */
	#before = 0;
	#frame = 0;
	#start = 0;
	/** Whether the item pulled last came from the lower layer. */
	protected skipped = false;
	#ended = false;
	#upperEnded = false;
	#fault: DecodeError | undefined;

	constructor(lower: Decoder<In, Middle>, upper: Decoder<Middle, Out>) {
		this.lower = lower;
		this.upper = upper;
	}

	push(input: In): void {
		this.lower.push(input);
	}

	pull(): Out | Skipped | undefined {
		if (this.#fault !== undefined) throw this.#fault;
		this.skipped = false;
		for (;;) {
			const item = this.#pullUpper();
			if (item instanceof Skipped)
				return skippedAt(item, this.onWire(item.offset));
			if (item !== undefined || this.#upperEnded) return item;
			const frame = this.#pullLower();
			if (frame instanceof Skipped) {
				this.skipped = true;
				return frame;
			}
			if (frame !== undefined) {
				this.#before += this.#frame;
				this.#frame = frame instanceof Uint8Array ? frame.length : 0;
				// Now: what the layer below skips later has a place of its own.
				this.#start = this.lower.itemOffset ?? 0;
				this.upper.push(frame);
			} else if (this.#ended) {
				this.#upperEnded = true;
				this.upper.end();
			} else return undefined;
		}
	}

	end(): void {
		this.#ended = true;
		this.lower.end();
	}

	#pullUpper(): Out | undefined {
		try {
			return this.upper.pull();
		} catch (fault) {
			if (!(fault instanceof DecodeError)) throw fault;
			throw this.#die(moved(fault, this.onWire(fault.offset)));
		}
	}

	#pullLower(): Middle | undefined {
		try {
			return this.lower.pull();
		} catch (fault) {
			if (!(fault instanceof DecodeError)) throw fault;
			throw this.#die(fault);
		}
	}

	/** Lets go of both layers, whichever is at fault: what the other one holds will never be an item. */
	#die(fault: DecodeError): DecodeError {
		this.#fault = fault;
		this.lower = this.upper = NOTHING;
		return fault;
	}

	/** The wire offset of a place in the upper layer's input; of the current frame's start if that place lies before it. */
	protected onWire(offset: number): number {
		return this.#start + Math.max(0, offset - this.#before);
	}
}

/** A stack on the wire itself: its lowest layer reads bytes. */
class StackedByteDecoder<Middle extends Item, Out extends Item>
	extends StackedDecoder<Uint8Array, Middle, Out>
	implements ByteDecoder<Out | Skipped>
{
	get itemOffset(): number {
		return this.skipped
			? (this.lower.itemOffset ?? 0)
			: this.onWire(this.upper.itemOffset ?? 0);
	}

	get bytesHeld(): number {
		return (this.lower.bytesHeld ?? 0) + (this.upper.bytesHeld ?? 0);
	}

	rest(): Uint8Array {
		if (this.upper.rest?.().length)
			throw new Error("rest() was called inside an item of an upper layer");
		return this.lower.rest?.() ?? new Uint8Array(0);
	}
}

function stackEncoders(
	lower: Encoder<unknown, unknown>,
	upper: Encoder<unknown, unknown>,
): Encoder<unknown, unknown> {
	if (isFraming(lower) && isAppending(upper))
		return new InPlaceEncoder(lower, upper);
	if (isAppending(lower)) return new CopyingEncoder(lower, upper);
	return { encode: (item) => lower.encode(upper.encode(item)) };
}

class InPlaceEncoder<In> extends AppendingEncoder<In> {
	readonly #framing: FramingEncoder;
	readonly #payload: ByteEncoder<In>;

	constructor(framing: FramingEncoder, payload: ByteEncoder<In>) {
		super();
		this.#framing = framing;
		this.#payload = payload;
	}

	encodeInto(item: In, writer: ByteWriter): void {
		const start = this.#framing.begin(writer);
		this.#payload.encodeInto(item, writer);
		this.#framing.finish(writer, start);
	}

	encodeByReference(item: In): readonly Uint8Array[] | undefined {
		const payload = this.#payload.encodeByReference?.(item);
		if (payload === undefined) return undefined;
		const length = payload.reduce((sum, { length }) => sum + length, 0);
		return this.#framing.wrap?.(payload, length);
	}
}

class CopyingEncoder<In, Middle> extends AppendingEncoder<In> {
	readonly #lower: ByteEncoder<Middle>;
	readonly #upper: Encoder<In, Middle>;

	constructor(lower: ByteEncoder<Middle>, upper: Encoder<In, Middle>) {
		super();
		this.#lower = lower;
		this.#upper = upper;
	}

	encodeInto(item: In, writer: ByteWriter): void {
		this.#lower.encodeInto(this.#upper.encode(item), writer);
	}
}

function isAppending<In>(
	encoder: Encoder<In, unknown>,
): encoder is ByteEncoder<In> {
	return "encodeInto" in encoder;
}

function isFraming(
	encoder: Encoder<unknown, unknown>,
): encoder is FramingEncoder {
	return "begin" in encoder && isAppending(encoder);
}
