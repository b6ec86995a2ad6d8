import {
	DecodeError,
	type DecodeErrorCode,
	type DecodeErrorDetails,
} from "@framewright/codec";
import { Fault } from "./fault.ts";
import { knownText } from "./known-text.ts";
import { MAX_ARRAY, MAX_DEPTH } from "./limits.ts";
import { faultInPath } from "./object-path.ts";
import { SignatureError } from "./signature.ts";

/** Longer strings have a TextDecoder called for them. */
const SHORT = 48;

/**
 * Shorter ones, if they are ASCII, are slices of a window of the input, of which every byte was made a character: one call
 * for many strings. A string may keep so much of its neighbours alive.
 */
const WINDOW = 8192;
/** Less input than that has few strings, which are mostly those of the message before: names, paths, keys. */
const WORTHWHILE = 256;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Not quite Latin-1, but a character for each byte, and ASCII for ASCII. */
const characters = new TextDecoder("latin1");

const NOTHING = new Uint8Array(0);
const NO_VIEW = new DataView(NOTHING.buffer);

/**
 * Reads from bytes that are there in full, between `open` and `close`.
 *
 *     message  [ position bytes before | bytes: 0 .. at .. end ]
 *
 * Positions in `bytes` are indices; alignment and the offsets of errors count from the message's first byte.
 */
export class Reader {
	bytes: Uint8Array = NOTHING;
	view: DataView = NO_VIEW;
	little = true;
	end = 0;
	at = 0;
	#position = 0;
	#window = "";
	#windowStart = 0;
	#windowEnd = 0;

	open(bytes: Uint8Array, little: boolean, position: number): void {
		const { buffer, byteOffset, length } = bytes;
		// A Buffer's slice would share its memory, and its subarray would be a Buffer.
		this.bytes =
			bytes.constructor === Uint8Array
				? bytes
				: new Uint8Array(buffer, byteOffset, length);
		this.view = new DataView(buffer, byteOffset, length);
		this.little = little;
		this.end = length;
		this.at = 0;
		this.#position = position;
	}

	/** Lets go of the bytes. */
	close(): void {
		this.bytes = NOTHING;
		this.view = NO_VIEW;
		this.#window = "";
		this.#windowStart = this.#windowEnd = 0;
	}

	/** Takes a fixed-size value, which is aligned to its size: returns its index. */
	take(size: number): number {
		this.align(size);
		const { at } = this;
		if (at + size > this.end) throw this.truncated(size);
		this.at = at + size;
		return at;
	}

	/** Skips the padding before a value that is aligned to `size`. */
	align(size: number): void {
		const padding = -(this.at + this.#position) & (size - 1);
		if (padding !== 0) this.#pad(this.at + padding);
	}

	#pad(to: number): void {
		const { bytes } = this;
		const there = to > this.end ? this.end : to;
		for (let at = this.at; at < there; at++)
			if (bytes[at] !== 0)
				throw this.fault(
					"invalid-syntax",
					`padding must be zero, not ${bytes[at]}`,
					at,
				);
		if (to > there) throw this.truncated(to - this.at);
		this.at = to;
	}

	/** Takes the length of an array and the padding behind it; returns the index of the array's end. */
	arrayEnd(alignment: number): number {
		const head = this.take(4);
		const length = this.view.getUint32(head, this.little);
		if (length > MAX_ARRAY)
			throw this.fault(
				"too-large",
				`an array may have ${MAX_ARRAY} bytes at most, not ${length}`,
				head,
				{ length, limit: MAX_ARRAY },
			);
		if (alignment === 8) this.align(8);
		const end = this.at + length;
		if (end > this.end) throw this.truncated(length);
		return end;
	}

	/** Checks that the elements of an array ended where its length says. */
	finish(end: number): void {
		if (this.at !== end)
			throw this.fault(
				"invalid-length",
				"the elements of an array must end where its length says",
				end,
			);
	}

	/** Takes a string. */
	text(): string {
		const length = this.view.getUint32(this.take(4), this.little);
		const { at } = this;
		// With the NUL; the sum is a double, and cannot wrap.
		if (at + length + 1 > this.end) throw this.truncated(length + 1);
		const text =
			length <= SHORT && this.#isAscii(at, at + length)
				? this.#ascii(at, at + length)
				: this.#decoded(at, length);
		this.#terminated(at + length);
		return text;
	}

	/** Says whether all bytes are ASCII, and none is NUL. */
	#isAscii(at: number, end: number): boolean {
		const { bytes } = this;
		for (let index = at; index < end; index++) {
			const code = bytes[index] as number;
			if (code === 0 || code > 0x7f) return false;
		}
		return true;
	}

	#ascii(at: number, end: number): string {
		if (end - at === 1) return String.fromCharCode(this.bytes[at] as number);
		if (this.end < WORTHWHILE) return knownText(this.bytes, at, end);
		if (end > this.#windowEnd || at < this.#windowStart) this.#open(at);
		const start = this.#windowStart;
		return this.#window.substring(at - start, end - start);
	}

	#open(at: number): void {
		const end = Math.min(at + WINDOW, this.end);
		this.#window = characters.decode(this.bytes.subarray(at, end));
		this.#windowStart = at;
		this.#windowEnd = end;
	}

	#decoded(at: number, length: number): string {
		const bytes = this.bytes.subarray(at, at + length);
		let text: string;
		try {
			text = decoder.decode(bytes);
		} catch (cause) {
			throw this.fault("invalid-utf8", "a string must be UTF-8", at, { cause });
		}
		if (text.includes("\0"))
			throw this.fault(
				"invalid-value",
				"a string cannot hold a NUL",
				at + bytes.indexOf(0),
			);
		return text;
	}

	/** Takes an object path. */
	path(): string {
		const length = this.view.getUint32(this.take(4), this.little);
		const { at, bytes } = this;
		if (at + length + 1 > this.end) throw this.truncated(length + 1);
		const fault = faultInPath(length, (index) => bytes[at + index] as number);
		if (fault !== -1)
			throw this.fault("invalid-syntax", "bad object path", at + fault);
		// What a path may have is ASCII.
		const text =
			length <= SHORT
				? this.#ascii(at, at + length)
				: this.#decoded(at, length);
		this.#terminated(at + length);
		return text;
	}

	/** Takes a signature if it is that one; else returns false, and takes nothing. */
	isSignature(text: string): boolean {
		const { at, bytes } = this;
		const { length } = text;
		if (bytes[at] !== length) return false;
		const start = at + 1;
		// The NUL is compared, too; beyond the end of the input nothing is equal.
		if (start + length >= this.end || bytes[start + length] !== 0) return false;
		for (let index = 0; index < length; index++)
			if (bytes[start + index] !== text.charCodeAt(index)) return false;
		this.at = start + length + 1;
		return true;
	}

	/** Makes a number below 256 of the signature that comes next: the same number for the same signature. */
	signatureHash(): number {
		const { at, bytes } = this;
		const length = bytes[at] as number;
		return (
			(31 * length +
				7 * (bytes[at + 1] as number) +
				(bytes[at + length] as number)) &
			0xff
		);
	}

	/** Takes a signature, its grammar unchecked. */
	signature(): string {
		const length = this.bytes[this.take(1)] as number;
		const { at, bytes } = this;
		if (at + length + 1 > this.end) throw this.truncated(length + 1);
		const text = knownText(bytes, at, at + length);
		this.#terminated(at + length);
		return text;
	}

	/** Parses the signature that was just taken. */
	parsed<T>(parse: (signature: string) => T, signature: string): T {
		try {
			return parse(signature);
		} catch (error) {
			if (!(error instanceof SignatureError)) throw error;
			const start = this.at - 1 - signature.length;
			throw this.fault(error.code, error.reason, start + error.index);
		}
	}

	#terminated(at: number): void {
		if (this.bytes[at] !== 0)
			throw this.fault(
				"invalid-syntax",
				`a NUL must follow, not ${this.bytes[at]}`,
				at,
			);
		this.at = at + 1;
	}

	/** Checks that a value may be `depth` containers deep. */
	deep(depth: number): void {
		if (depth > MAX_DEPTH)
			throw this.fault(
				"too-deep",
				`more than ${MAX_DEPTH} nested containers`,
				this.at,
			);
	}

	/** Fewer than the `need` bytes that a value has from here on. */
	truncated(need: number): Fault {
		const have = this.end - this.at;
		return this.fault(
			"truncated",
			`the input ended ${have} bytes into ${need}`,
			this.end,
			{ have, need },
		);
	}

	/** A fault at an index in `bytes`. */
	fault(
		code: DecodeErrorCode,
		message: string,
		index: number,
		details: DecodeErrorDetails & ErrorOptions = {},
	): Fault {
		const offset = this.#position + index;
		return new Fault(
			(part) =>
				new DecodeError(code, `${part}: ${message}`, offset, {
					...details,
					part,
				}),
		);
	}
}
