import { type DecodeErrorCode, FramingDecoder } from "@framewright/codec";
import type { Format } from "./options.ts";
import { prefixReader, type ReadPrefix } from "./prefix.ts";

/** Reads frames whose prefix has a fixed width: the header's size is known before its first byte. */
export class FixedDecoder extends FramingDecoder {
	readonly #read: ReadPrefix;
	readonly #offset: number;
	readonly #header: number;
	readonly #stripped: number;
	readonly #adjustment: number;
	readonly #maxLength: number;

	constructor(format: Format, width: number) {
		super(format.copy);
		this.#read = prefixReader(width, format.endian);
		this.#offset = format.offset;
		this.#header = format.offset + width;
		this.#stripped = format.keepHeader ? 0 : this.#header;
		this.#adjustment = format.adjustment;
		this.#maxLength = format.maxLength;
	}

	override next(): boolean {
		const { input } = this;
		const header = this.#header;
		if (input.end - input.start < header && !input.ensure(header))
			return this.starved("a header", input.available, header);
		const length =
			this.#read(input.bytes, input.start + this.#offset) + this.#adjustment;
		if (length > this.#maxLength || length < 0)
			this.fail(
				...verdict(length, this.#maxLength),
				input.offset + this.#offset,
			);
		const total = header + length;
		if (input.end - input.start < total && !input.ensure(total))
			return this.starved("a body", input.available - header, length);
		const { start } = input;
		return this.found(start + this.#stripped, start + total, start + total);
	}
}

/** Reads frames whose prefix is an unsigned LEB128: seven bits a byte, low bits first, the last byte below 0x80. */
export class VarintDecoder extends FramingDecoder {
	readonly #offset: number;
	readonly #adjustment: number;
	readonly #keepHeader: boolean;
	readonly #maxLength: number;
	/** What `#readLong` read. */
	#value = 0;

	constructor(format: Format) {
		super(format.copy);
		this.#offset = format.offset;
		this.#adjustment = format.adjustment;
		this.#keepHeader = format.keepHeader;
		this.#maxLength = format.maxLength;
	}

	override next(): boolean {
		const { input } = this;
		let header = this.#offset + 1;
		if (input.end - input.start < header && !input.ensure(header))
			return this.starved("a header", input.available, header);
		let value = input.bytes[input.start + header - 1] as number;
		if (value >= 128) {
			header = this.#readLong();
			if (header === 0) return false;
			value = this.#value;
		}
		const length = value + this.#adjustment;
		if (length > this.#maxLength || length < 0)
			this.fail(
				...verdict(length, this.#maxLength),
				input.offset + this.#offset,
			);
		const total = header + length;
		if (input.end - input.start < total && !input.ensure(total))
			return this.starved("a body", input.available - header, length);
		const { start } = input;
		return this.found(
			this.#keepHeader ? start : start + header,
			start + total,
			start + total,
		);
	}

	/** Reads a varint of two bytes or more; returns the header's length, or 0 when more input is needed. */
	#readLong(): number {
		const { input } = this;
		const offset = this.#offset;
		let value = 0;
		for (let width = 1, scale = 1; ; width++, scale *= 128) {
			const header = offset + width;
			if (!input.ensure(header)) {
				this.starved("a header", input.available, header);
				return 0;
			}
			const byte = input.bytes[input.start + header - 1] as number;
			value += (byte & 127) * scale;
			if (width === MAX_VARINT_WIDTH && byte > 1)
				this.fail(
					"invalid-length",
					`A varint must end within 64 bits; its tenth byte is 0x${byte.toString(16)}`,
					input.offset + offset,
				);
			if (byte === 0)
				this.fail(
					"overlong",
					`A varint must be in its shortest form; ${value} was written in ${width} bytes`,
					input.offset + offset,
				);
			if (byte < 128) {
				this.#value = value;
				return header;
			}
		}
	}
}

const MAX_VARINT_WIDTH = 10;

function verdict(length: number, maxLength: number): [DecodeErrorCode, string] {
	return length < 0
		? [
				"invalid-length",
				`A body must have 0 bytes or more; the prefix says ${length}`,
			]
		: [
				"too-large",
				`A body may have ${maxLength} bytes at most; the prefix announces ${length}`,
			];
}
