import type {
	ByteDecoder,
	ByteLayer,
	FramingDecoder,
} from "@framewright/codec";
import { Skipped } from "@framewright/codec";
import {
	type Begin,
	type End,
	type LengthPrefixedOptions,
	lengthPrefixedParts,
} from "@framewright/length-prefixed";

/**
 * Makes whole frames of `lengthPrefixedParts`: what its data are cut into depends on the cut of the input, so the laws can
 * only be held to frames that were joined again. Frames are sent in pieces of 7 bytes, records in fragments of that size.
 */
export function joined(
	options: LengthPrefixedOptions,
): ByteLayer<Uint8Array | Skipped, Uint8Array> {
	const layer = lengthPrefixedParts(options);
	return {
		decoder: () => new JoiningDecoder(layer.decoder()),
		encoder: () => {
			const encoder = layer.encoder();
			const fragmented = options.highestBit === "last";
			const encode = (frame: Uint8Array): Uint8Array => {
				const parts: (Begin | Uint8Array | End)[] = [];
				const size = fragmented ? 7 : Math.max(7, frame.length);
				for (let at = 0; at === 0 || at < frame.length; at += size) {
					const body = frame.subarray(at, at + size);
					const { length } = body;
					const last = at + size >= frame.length;
					parts.push({ kind: "begin", length, ...(fragmented && { last }) });
					for (let from = 0; from < length; from += 7)
						parts.push(body.subarray(from, from + 7));
					parts.push({ kind: "end" });
				}
				return Uint8Array.from(
					parts.flatMap((part) => [...encoder.encode(part)]),
				);
			};
			return {
				encode,
				encodeInto: (frame, writer) => writer.write(encode(frame)),
			};
		},
	};
}

class JoiningDecoder implements ByteDecoder<Uint8Array | Skipped> {
	itemOffset = 0;
	readonly #parts: FramingDecoder<Begin | End | Skipped>;
	#begin: Begin | undefined;
	#offset = 0;
	#data: Uint8Array[] = [];
	/** Bytes of the record before the fragment that is coming in. */
	#before = 0;
	#length = 0;

	constructor(parts: FramingDecoder<Begin | End | Skipped>) {
		this.#parts = parts;
	}

	get bytesNeeded(): number {
		return this.#parts.bytesNeeded;
	}

	get bytesHeld(): number {
		return this.#parts.bytesHeld + this.#length;
	}

	push(chunk: Uint8Array): void {
		this.#parts.push(chunk);
	}

	end(): void {
		this.#parts.end();
	}

	rest(): Uint8Array {
		return this.#parts.rest();
	}

	pull(): Uint8Array | Skipped | undefined {
		try {
			return this.#pull();
		} catch (fault) {
			this.#forget();
			throw fault;
		}
	}

	#pull(): Uint8Array | Skipped | undefined {
		for (let part = this.#parts.pull(); part; part = this.#parts.pull()) {
			if (part instanceof Uint8Array) {
				if (part.length === 0) throw new TypeError("data must not be empty");
				this.#data.push(Uint8Array.prototype.slice.call(part));
				this.#length += part.length;
			} else if (part.kind === "begin") {
				if (this.#length === 0) this.#offset = this.#parts.itemOffset;
				this.#begin = part;
			} else if (part instanceof Skipped) {
				this.itemOffset = this.#parts.itemOffset;
				this.#forget();
				return part;
			} else {
				const { length, last = true } = this.#begin as Begin;
				if (this.#length !== this.#before + length)
					throw new TypeError(
						`${length} bytes must come between begin and end`,
					);
				this.#before = this.#length;
				if (!last) continue;
				const frame = new Uint8Array(this.#length);
				let at = 0;
				for (const data of this.#data) {
					frame.set(data, at);
					at += data.length;
				}
				this.itemOffset = this.#offset;
				this.#forget();
				return frame;
			}
		}
		return undefined;
	}

	#forget(): void {
		this.#data = [];
		this.#before = this.#length = 0;
	}
}
