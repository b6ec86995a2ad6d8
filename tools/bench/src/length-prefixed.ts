import { ByteWriter, type FramingDecoder } from "@framewright/codec";
import { lengthPrefixed } from "@framewright/length-prefixed";
import { decode as frameDecode, encode as frameEncode } from "frame-stream";
import { decode as itDecode, encode as itEncode } from "it-length-prefixed";
import * as stream from "length-prefixed-stream";
import { bareU32, bareVarint } from "./bare-loops.ts";
import { decoding, type Framing, THOROUGH } from "./framing.ts";
import { flow } from "./node-streams.ts";
import { type Contender, race } from "./race.ts";
import { rates, type Table } from "./results.ts";
import {
	drain,
	drainAt,
	FRAMES,
	MiB,
	payloads,
	touch,
	touchAt,
	written,
} from "./workload.ts";

const MAX = 8 * MiB;

type Prefix = Framing<Uint8Array>;

/** Frames behind a u32, big-endian. */
export const u32: Prefix = {
	name: "u32",
	payloads,
	encode: encoded(lengthPrefixed()),
	seam: () => 2,
	sink: touch,
	decoders(chunks, _frames, sink) {
		const [decoder, cursor] = [
			lengthPrefixed().decoder(),
			lengthPrefixed().decoder(),
		];
		return [
			{ name: "framewright pull()", pass: () => drain(decoder, chunks, sink) },
			{
				name: "framewright next(), no view",
				pass: () => drainAt(cursor, chunks, touchAt),
			},
			{
				name: "bare loop",
				quadratic: true,
				pass: () =>
					bareU32(chunks, (bytes, start, end) =>
						sink(bytes.subarray(start, end)),
					),
			},
			{
				name: "bare loop, no view",
				quadratic: true,
				pass: () => bareU32(chunks, touchAt),
			},
			{
				name: "frame-stream",
				quadratic: true,
				pass: () => flow(frameDecode(), chunks, sink),
			},
			{
				name: "it-length-prefixed",
				pass: () => decodeSync(chunks, sink, readU32),
			},
		];
	},
	copying: copyingDecoder(lengthPrefixed({ copy: true })),
};

/** Frames behind a varint. */
export const varint: Prefix = {
	name: "varint",
	payloads,
	encode: encoded(lengthPrefixed({ width: "varint" })),
	// A prefix of one byte has no inside; then this is right behind it.
	seam: () => 1,
	sink: touch,
	decoders(chunks, _frames, sink) {
		const [decoder, cursor] = [
			lengthPrefixed({ width: "varint" }).decoder(),
			lengthPrefixed({ width: "varint" }).decoder(),
		];
		return [
			{ name: "framewright pull()", pass: () => drain(decoder, chunks, sink) },
			{
				name: "framewright next(), no view",
				pass: () => drainAt(cursor, chunks, touchAt),
			},
			{
				name: "bare loop",
				quadratic: true,
				pass: () =>
					bareVarint(chunks, (bytes, start, end) =>
						sink(bytes.subarray(start, end)),
					),
			},
			{
				name: "bare loop, no view",
				quadratic: true,
				pass: () => bareVarint(chunks, touchAt),
			},
			{
				name: "length-prefixed-stream",
				pass: () => flow(stream.decode(), chunks, sink),
			},
			{ name: "it-length-prefixed", pass: () => decodeSync(chunks, sink) },
		];
	},
	copying: copyingDecoder(lengthPrefixed({ width: "varint", copy: true })),
};

/** Decodes and encodes length-prefixed frames beside the packages and the loops that people use instead. */
export async function* lengthPrefixedFrames(): AsyncGenerator<Table[]> {
	yield* decoding(u32);
	yield* decoding(varint);
	for (const [name, contenders] of Object.entries({
		u32: u32Encoders,
		varint: varintEncoders,
	})) {
		const tables: Table[] = [];
		for (const frame of FRAMES) {
			const frames = payloads(frame, 4 * MiB);
			tables.push(
				rates(
					{ what: `encode ${name}`, frame },
					{ frames: frames.length, bytes: frame * frames.length },
					await race(contenders(frames), THOROUGH),
				),
			);
		}
		yield tables;
	}
}

/** Our two ways to encode, the second one with a write to the socket for each 32 KiB. */
export function ourEncoders<T>(
	layer: {
		encoder(): {
			encode(item: T): Uint8Array;
			encodeInto(item: T, writer: ByteWriter): void;
		};
	},
	items: readonly T[],
): Contender[] {
	const [encoder, appending] = [layer.encoder(), layer.encoder()];
	const writer = new ByteWriter(65_536);
	return [
		{
			name: "framewright encode()",
			pass() {
				let sum = 0;
				for (const item of items) sum += written(encoder.encode(item));
				return sum;
			},
		},
		{
			name: "framewright encodeInto()",
			pass() {
				let sum = 0;
				for (const item of items) {
					appending.encodeInto(item, writer);
					if (writer.length >= 32_768) sum += written(writer.take());
				}
				return sum + written(writer.take());
			},
		},
	];
}

function u32Encoders(frames: readonly Uint8Array[]): Contender[] {
	return [
		...ourEncoders(lengthPrefixed(), frames),
		each("bare: a new buffer for each", frames, (item) => {
			const bytes = Buffer.allocUnsafe(4 + item.length);
			bytes.writeUInt32BE(item.length);
			bytes.set(item, 4);
			return bytes;
		}),
		{
			name: "frame-stream",
			pass: () => flow(frameEncode(), frames, written),
		},
	];
}

function varintEncoders(frames: readonly Uint8Array[]): Contender[] {
	return [
		...ourEncoders(lengthPrefixed({ width: "varint" }), frames),
		each("bare: a new buffer for each", frames, (item) => {
			let width = 1;
			for (let rest = item.length; rest >= 128; rest >>>= 7) width += 1;
			const bytes = Buffer.allocUnsafe(width + item.length);
			let rest = item.length;
			for (let i = 0; i < width; i++, rest >>>= 7)
				bytes[i] = i === width - 1 ? rest : (rest & 127) | 128;
			bytes.set(item, width);
			return bytes;
		}),
		{
			name: "length-prefixed-stream",
			pass: () => flow(stream.encode(), frames, written),
		},
		{
			name: "it-length-prefixed",
			pass() {
				let sum = 0;
				for (const part of itEncode(frames, { maxDataLength: MAX }))
					sum += written(part);
				return sum;
			},
		},
	];
}

/** Our decoder where frames have memory of their own. */
export function copyingDecoder(layer: {
	decoder(): FramingDecoder;
}): NonNullable<Framing<Uint8Array>["copying"]> {
	return (chunks, sink) => {
		const decoder = layer.decoder();
		return {
			name: "framewright pull(), copy: true",
			pass: () => drain(decoder, chunks, sink),
		};
	};
}

/** A contender that encodes item by item. */
export function each<T>(
	name: string,
	items: readonly T[],
	encode: (item: T) => Uint8Array,
): Contender {
	return {
		name,
		pass() {
			let sum = 0;
			for (const item of items) sum += written(encode(item));
			return sum;
		},
	};
}

/** Encodes payloads with a layer of ours. */
export function encoded<T>(layer: {
	encoder(): { encode(item: T): Uint8Array };
}): (items: readonly T[]) => Uint8Array[] {
	return (items) => {
		const encoder = layer.encoder();
		return items.map((item) => encoder.encode(item));
	};
}

function readU32(data: {
	byteLength: number;
	getUint32(at: number): number;
}): number {
	// A short read is told apart from other faults by this error class.
	if (data.byteLength < 4) throw new RangeError("short");
	return data.getUint32(0);
}
readU32.bytes = 4;

function decodeSync(
	chunks: Iterable<Uint8Array>,
	sink: (frame: Uint8Array) => number,
	lengthDecoder?: typeof readU32,
): number {
	let sum = 0;
	const options = {
		maxDataLength: MAX,
		...(lengthDecoder === undefined ? {} : { lengthDecoder }),
	};
	for (const frame of itDecode(chunks, options)) sum += sink(frame.subarray());
	return sum;
}
