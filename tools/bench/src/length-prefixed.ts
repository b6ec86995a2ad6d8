import type { Duplex } from "node:stream";
import { ByteWriter } from "@framewright/codec";
import { lengthPrefixed } from "@framewright/length-prefixed";
import { decode as itDecode, encode as itEncode } from "it-length-prefixed";
import * as stream from "length-prefixed-stream";
import { bareU32, bareVarint } from "./bare-loops.ts";
import { type Contender, race } from "./race.ts";
import { size, standings } from "./report.ts";
import {
	drain,
	drainAt,
	payloads,
	touch,
	touchAt,
	workload,
} from "./workload.ts";

const MAX = 8 * 1024 * 1024;
const view = (bytes: Uint8Array, start: number, end: number): number =>
	touch(bytes.subarray(start, end));

const u32 = lengthPrefixed();
const varint = lengthPrefixed({ width: "varint" });

/** Decodes length-prefixed frames beside the packages and the loops that people use instead. */
export async function decoding(
	frame: number,
	chunk: number,
	total: number,
): Promise<void> {
	const frames = payloads(frame, total);
	const title = `${size(frame)} frames in chunks of ${size(chunk)}`;

	const varintEncoder = varint.encoder();
	const varints = workload(
		frames.map((item) => varintEncoder.encode(item)),
		chunk,
	);
	const varintCursor = varint.decoder();
	standings(
		`Decoding behind a varint: ${title}`,
		"framewright",
		varints,
		await race([
			...varintDecoders(varints.chunks),
			{
				name: "framewright next(), no view made",
				pass: () => drainAt(varintCursor, varints.chunks, touchAt),
			},
		]),
	);

	const u32Encoder = u32.encoder();
	const u32s = workload(
		frames.map((item) => u32Encoder.encode(item)),
		chunk,
	);
	const decoder = u32.decoder();
	standings(
		`Decoding behind a u32: ${title}`,
		"framewright",
		u32s,
		await race([
			{
				name: "framewright",
				pass: () => drain(decoder, u32s.chunks, touch),
			},
			{ name: "bare loop", pass: () => bareU32(u32s.chunks, view) },
			{
				name: "it-length-prefixed",
				pass: () => decodeSync(u32s.chunks, readU32),
			},
		]),
	);
	const cursor = u32.decoder();
	standings(
		`Decoding behind a u32, no view made: ${title}`,
		"framewright next()",
		u32s,
		await race([
			{
				name: "framewright next()",
				pass: () => drainAt(cursor, u32s.chunks, touchAt),
			},
			{ name: "bare loop", pass: () => bareU32(u32s.chunks, touchAt) },
		]),
	);
}

/** The decoders that read varint prefixes, all over the same chunks. */
export function varintDecoders(chunks: readonly Uint8Array[]): Contender[] {
	const decoder = varint.decoder();
	return [
		{ name: "framewright", pass: () => drain(decoder, chunks, touch) },
		{ name: "bare loop", pass: () => bareVarint(chunks, view) },
		{
			name: "length-prefixed-stream",
			pass: () => flow(stream.decode(), chunks, touch),
		},
		{ name: "it-length-prefixed", pass: () => decodeSync(chunks) },
	];
}

/** Encodes frames beside the packages that people use instead; the sink looks at what would be written to a socket. */
export async function encoding(frame: number, total: number): Promise<void> {
	const frames = payloads(frame, total);
	const bytes = frame * frames.length;
	const encoder = varint.encoder();
	const writer = new ByteWriter(65_536);
	standings(
		`Encoding behind a varint: ${size(frame)} frames`,
		"framewright",
		{ frames: frames.length, bytes },
		await race([
			{
				name: "framewright",
				pass: () => {
					let sum = 0;
					for (const item of frames) sum += written(encoder.encode(item));
					return sum;
				},
			},
			{
				name: "framewright, one write each 32 KiB",
				pass: () => {
					let sum = 0;
					for (const item of frames) {
						encoder.encodeInto(item, writer);
						if (writer.length >= 32_768) sum += written(writer.take());
					}
					return sum + written(writer.take());
				},
			},
			{
				name: "bare: a new buffer for each",
				pass: () => {
					let sum = 0;
					for (const item of frames) sum += written(bareEncode(item));
					return sum;
				},
			},
			{
				name: "length-prefixed-stream",
				pass: () => flow(stream.encode(), frames, written),
			},
			{
				name: "it-length-prefixed",
				pass: () => {
					let sum = 0;
					for (const part of itEncode(frames, { maxDataLength: MAX }))
						sum += written(part);
					return sum;
				},
			},
		]),
	);
}

// Contenders cut their output differently, so the checksum is the bytes in all; the first one is read.
function written(bytes: Uint8Array): number {
	return bytes[0] === undefined ? 0 : bytes.length;
}

function bareEncode(item: Uint8Array): Uint8Array {
	let width = 1;
	for (let rest = item.length; rest >= 128; rest >>>= 7) width += 1;
	const bytes = Buffer.allocUnsafe(width + item.length);
	let rest = item.length;
	for (let i = 0; i < width; i++, rest >>>= 7)
		bytes[i] = i === width - 1 ? rest : (rest & 127) | 128;
	bytes.set(item, width);
	return bytes;
}

function readU32(data: {
	byteLength: number;
	getUint8(at: number): number;
	getUint32(at: number): number;
}): number {
	// A short read is told apart from other faults by this error class.
	if (data.byteLength < 4) throw new RangeError("short");
	return data.getUint32(0);
}
readU32.bytes = 4;

function decodeSync(
	chunks: readonly Uint8Array[],
	lengthDecoder?: typeof readU32,
): number {
	let sum = 0;
	const options = {
		maxDataLength: MAX,
		...(lengthDecoder === undefined ? {} : { lengthDecoder }),
	};
	for (const frame of itDecode(chunks, options)) sum += touch(frame.subarray());
	return sum;
}

/** Sends chunks through a stream of Node's and gives what comes out to the sink. */
export function flow(
	through: Duplex,
	chunks: readonly Uint8Array[],
	sink: (bytes: Uint8Array) => number,
): Promise<number> {
	return new Promise((resolve, reject) => {
		let sum = 0;
		through.on("data", (bytes: Uint8Array) => {
			sum += sink(bytes);
		});
		through.on("end", () => resolve(sum));
		through.on("error", reject);
		for (const chunk of chunks) through.write(chunk);
		through.end();
	});
}
