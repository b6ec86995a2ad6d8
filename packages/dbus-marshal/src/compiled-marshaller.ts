import { ByteWriter } from "@framewright/codec";
import type { Read } from "./decode.ts";
import type { Write } from "./encode.ts";
import { surface } from "./fault.ts";
import type { Large } from "./large.ts";
import { MAX_MESSAGE } from "./limits.ts";
import { isLittle, type Marshaller, type WireOptions } from "./options.ts";
import { Reader } from "./reader.ts";
import { Sink } from "./sink.ts";

/** Up to this many bytes, memory is kept from one call to the next. */
const KEPT = 65_536;

/** What lies around large bytes, as a rule. */
const FEW = 256;

/**
 * Lent out during a call. Kept, as engines forget the shape of a class when the last of its objects is collected, and with it
 * the code that was compiled for it.
 */
let reader: Reader | undefined = new Reader();

/** A codec of two closures. */
export class CompiledMarshaller implements Marshaller<unknown> {
	readonly signature: string;
	readonly #name: string;
	readonly #read: Read;
	readonly #write: Write;
	readonly #large: Large | undefined;
	// Lent out during a call: a getter of the value may well call us again.
	#writer: ByteWriter | undefined;
	#sink: Sink | undefined;

	constructor(
		signature: string,
		name: string,
		read: Read,
		write: Write,
		large: Large | undefined,
	) {
		this.signature = signature;
		this.#name = name;
		this.#read = read;
		this.#write = write;
		this.#large = large;
	}

	encode(value: unknown, options?: WireOptions): Uint8Array {
		const pieces = this.encodeByReference(value, options);
		if (pieces !== undefined) return joined(pieces);
		const writer = this.#writer ?? new ByteWriter();
		this.#writer = undefined;
		this.encodeInto(value, writer, options);
		const bytes = writer.take();
		if (writer.bytes.length <= KEPT) this.#writer = writer;
		return bytes;
	}

	encodeByReference(
		value: unknown,
		options?: WireOptions,
	): Uint8Array[] | undefined {
		if (this.#large?.(value) !== true) return undefined;
		const writer = new ByteWriter(FEW);
		const sink = this.#encode(value, writer, options, true);
		return sink.pieces(writer.take());
	}

	encodeInto(value: unknown, writer: ByteWriter, options?: WireOptions): void {
		this.#encode(value, writer, options, false);
	}

	#encode(
		value: unknown,
		writer: ByteWriter,
		{ endianness, position = 0 }: WireOptions = {},
		byReference: boolean,
	): Sink {
		const little = isLittle(endianness, position);
		const sink = this.#sink ?? new Sink();
		this.#sink = undefined;
		const { length } = writer;
		try {
			sink.open(writer, little, position, byReference);
			this.#write(sink, value, 0);
			sink.close();
		} catch (thrown) {
			writer.end = writer.start + length;
			throw surface(thrown, this.#name);
		}
		if (sink.bytes.length <= KEPT) this.#sink = sink;
		return sink;
	}

	decode(
		bytes: Uint8Array,
		{ endianness, position = 0 }: WireOptions = {},
	): unknown {
		const little = isLittle(endianness, position);
		const from = reader ?? new Reader();
		reader = undefined;
		try {
			from.open(bytes, little, position);
			const length = position + bytes.length;
			if (length > MAX_MESSAGE)
				throw from.fault(
					"too-large",
					`a message may have ${MAX_MESSAGE} bytes at most, not ${length}`,
					MAX_MESSAGE - position,
					{ length, limit: MAX_MESSAGE },
				);
			const value = this.#read(from, 0);
			if (from.at !== from.end)
				throw from.fault(
					"invalid-length",
					`${from.end - from.at} bytes are left over`,
					from.at,
				);
			return value;
		} catch (thrown) {
			throw surface(thrown, this.#name);
		} finally {
			from.close();
			reader = from;
		}
	}
}

// To fill a MiB with zeros takes half as long as to copy a MiB over them: Node has memory without, which nobody shares.
const { Buffer } = globalThis as {
	Buffer?: { allocUnsafeSlow?(length: number): Uint8Array };
};

/** Copies pieces into one. */
function joined(pieces: readonly Uint8Array[]): Uint8Array {
	const length = pieces.reduce((sum, { length }) => sum + length, 0);
	const memory = Buffer?.allocUnsafeSlow?.(length);
	// Whoever takes it shall not get a Buffer.
	const bytes = memory
		? new Uint8Array(memory.buffer, memory.byteOffset, length)
		: new Uint8Array(length);
	let at = 0;
	for (const piece of pieces) {
		bytes.set(piece, at);
		at += piece.length;
	}
	return bytes;
}
