// Where chunk-data is cut has no meaning, so what comes out of a decoder depends on how the input was cut. These layers
// over it do not: one hands over whole bodies, the other one byte after the other.

import type { ByteDecoder, ByteLayer, Item } from "@framewright/codec";
import {
	type BodyEnd,
	type HttpChunkedOptions,
	httpChunked,
	type Trailer,
} from "@framewright/http-chunked";

/** A body, in the chunks that it is sent in, and its trailer section. */
export interface Message {
	readonly chunks: readonly Uint8Array[];
	readonly trailers: readonly Trailer[];
}

/** Whole bodies: each is decoded as one chunk, or as none if it is empty. */
export function messages(options?: HttpChunkedOptions): ByteLayer<Message> {
	const layer = httpChunked(options);
	return {
		decoder: () => new MessageDecoder(layer.decoder()),
		encoder: () => {
			const encoder = layer.encoder();
			const itemsOf = ({ chunks, trailers }: Message) => [
				...chunks,
				{ kind: "end", trailers } as const,
			];
			return {
				encode: (message) =>
					joined(itemsOf(message).map((item) => encoder.encode(item).slice())),
				encodeInto(message, writer) {
					for (const item of itemsOf(message)) encoder.encodeInto(item, writer);
				},
			};
		},
	};
}

/** The bytes of bodies, one by one, and the ends. */
export function octets(
	options?: HttpChunkedOptions,
): ByteLayer<number | BodyEnd> {
	const layer = httpChunked(options);
	return {
		decoder: () => new OctetDecoder(layer.decoder()),
		encoder: () => {
			throw new Error("Octets are decoded only");
		},
	};
}

/** Joins bytes. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
	return Uint8Array.from(Buffer.concat(parts));
}

type Inner = ByteDecoder<Uint8Array | BodyEnd>;

abstract class Adapter<Out extends Item> implements ByteDecoder<Out> {
	protected readonly inner: Inner;

	constructor(inner: Inner) {
		this.inner = inner;
	}

	abstract pull(): Out | undefined;

	push(chunk: Uint8Array): void {
		this.inner.push(chunk);
	}

	end(): void {
		this.inner.end();
	}

	get itemOffset(): number {
		return this.inner.itemOffset;
	}

	get bytesHeld(): number {
		return this.inner.bytesHeld;
	}

	rest(): Uint8Array {
		return this.inner.rest();
	}
}

class MessageDecoder extends Adapter<Message> {
	#parts: Uint8Array[] = [];

	override get bytesHeld(): number {
		return this.#parts.reduce(
			(sum, { length }) => sum + length,
			super.bytesHeld,
		);
	}

	pull(): Message | undefined {
		try {
			for (;;) {
				const item = this.inner.pull();
				if (item === undefined) return undefined;
				if (!(item instanceof Uint8Array)) {
					const body = joined(this.#parts);
					this.#parts = [];
					return {
						chunks: body.length === 0 ? [] : [body],
						trailers: item.trailers,
					};
				}
				this.#parts.push(Uint8Array.prototype.slice.call(item));
			}
		} catch (fault) {
			this.#parts = [];
			throw fault;
		}
	}

	override rest(): Uint8Array {
		this.#parts = [];
		return super.rest();
	}
}

class OctetDecoder extends Adapter<number | BodyEnd> {
	#data = new Uint8Array(0);
	#next = 0;

	override get itemOffset(): number {
		return super.itemOffset + (this.#next === 0 ? 0 : this.#next - 1);
	}

	pull(): number | BodyEnd | undefined {
		if (this.#next === this.#data.length) {
			const item = this.inner.pull();
			this.#next = 0;
			this.#data = new Uint8Array(0);
			if (!(item instanceof Uint8Array)) return item;
			if (item.length === 0) throw new Error("An item of data has no bytes");
			this.#data = item as Uint8Array<ArrayBuffer>;
		}
		this.#next += 1;
		return this.#data[this.#next - 1];
	}
}
