// The three questions that the contract of a layer turned on. The answers, with these numbers, are in the codec's README.

import {
	type ByteLayer,
	ByteWriter,
	type Codec,
	codecLayer,
	stack,
	writeText,
} from "@framewright/codec";
import { lengthPrefixed } from "@framewright/length-prefixed";
import { race } from "./race.ts";
import { size } from "./report.ts";
import { rates, rounded, type Table } from "./results.ts";
import {
	drain,
	drainAt,
	MiB,
	payloads,
	touch,
	touchAt,
	workload,
} from "./workload.ts";

const text = new TextEncoder();
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** A value codec that writes where it is told to, and the same codec without that. */
const copying: Codec<string> = {
	encode: (value) => text.encode(value),
	decode: (bytes) => utf8.decode(bytes),
};
const inPlace: Codec<string> = {
	...copying,
	...{
		encodeInto: (value: string, writer: ByteWriter): void =>
			writeText(writer, value),
	},
};

const TOTAL = 4 * MiB;

export async function* decisions(): AsyncGenerator<Table[]> {
	const all = (
		measure: (bytes: number, total: number) => Promise<Table>,
		sizes: readonly number[],
	): Promise<Table[]> =>
		sizes.reduce<Promise<Table[]>>(
			async (tables, bytes) => [...(await tables), await measure(bytes, TOTAL)],
			Promise.resolve([]),
		);
	yield all(encodingThroughAStack, [64, 1024, 65_536]);
	yield all(slabSizes, [64]);
	yield all(viewsOrOffsets, [16, 64, 1024]);
	yield [await viewsOrOffsetsOfMessages(TOTAL)];
	yield all(copyingOut, [16, 64, 256, 1024]);
	yield [retention()];
}

/** 1. Encoding through a stack: a copy for each layer, or one buffer that a framing patches? */
async function encodingThroughAStack(
	bytes: number,
	total: number,
): Promise<Table> {
	const items = Array.from(
		{ length: Math.max(1, Math.floor(total / bytes)) },
		(_, i) => String.fromCharCode(97 + (i % 26)).repeat(bytes),
	);
	const pass = (layer: ByteLayer<string>) => {
		const encoder = layer.encoder();
		return (): number => {
			let sum = 0;
			for (const item of items) sum += encoder.encode(item).length;
			return sum;
		};
	};
	const patched = stack(lengthPrefixed(), codecLayer(inPlace));
	const encoder = patched.encoder();
	const writer = new ByteWriter(65_536);
	return rates(
		{ what: "encode text through two layers", frame: bytes },
		{ frames: items.length, bytes: items.length * bytes },
		await race([
			{ name: "in place", pass: pass(patched) },
			{
				name: "in place, one write each 32 KiB",
				pass: () => {
					let sum = 0;
					for (const item of items) {
						encoder.encodeInto(item, writer);
						if (writer.length >= 32_768) sum += writer.take().length;
					}
					return sum + writer.take().length;
				},
			},
			{
				name: "a copy for each layer",
				pass: pass(stack(lengthPrefixed(), codecLayer(copying))),
			},
			{
				name: "a copy and a buffer for each layer",
				pass: () => {
					let sum = 0;
					for (const item of items) {
						const payload = text.encode(item);
						const frame = new Uint8Array(4 + payload.length);
						new DataView(frame.buffer).setUint32(0, payload.length);
						frame.set(payload, 4);
						sum += frame.length;
					}
					return sum;
				},
			},
		]),
	);
}

/** 1b. How large a slab? Larger ones are made less often, and pin more. */
async function slabSizes(bytes: number, total: number): Promise<Table> {
	const frames = payloads(bytes, total);
	const encoder = lengthPrefixed().encoder();
	return rates(
		{ what: "encode with slabs of", frame: bytes },
		{ frames: frames.length, bytes: frames.length * bytes },
		await race(
			[1024, 4096, 16_384, 65_536].map((slab) => {
				const writer = new ByteWriter(slab);
				return {
					name: size(slab),
					pass: () => {
						let sum = 0;
						for (const frame of frames) {
							encoder.encodeInto(frame, writer);
							sum += writer.take().length;
						}
						return sum;
					},
				};
			}),
		),
	);
}

/** 2. Small frames: does the view cost more than the work? Here the work is to read two bytes. */
async function viewsOrOffsets(bytes: number, total: number): Promise<Table> {
	const layer = lengthPrefixed();
	const encoder = layer.encoder();
	const plain = workload(
		payloads(bytes, total).map((item) => encoder.encode(item)),
		65_536,
	);
	const [pulled, cursor] = [layer.decoder(), layer.decoder()];
	return rates(
		{ what: "a view for each frame, its ends read", frame: bytes },
		plain,
		await race([
			{ name: "offsets", pass: () => drainAt(cursor, plain.chunks, touchAt) },
			{ name: "views", pass: () => drain(pulled, plain.chunks, touch) },
		]),
	);
}

/** 2b. The same where the work is a whole message: UTF-8 and JSON. */
async function viewsOrOffsetsOfMessages(total: number): Promise<Table> {
	const layer = lengthPrefixed();
	const encoder = layer.encoder();
	const [pulled, cursor] = [layer.decoder(), layer.decoder()];
	const json = text.encode(
		JSON.stringify({ jsonrpc: "2.0", id: 1, method: "m", params: [""] }),
	);
	const messages = workload(
		payloads(json.length, total).map(() => encoder.encode(json)),
		65_536,
	);
	const utf8Slice = (
		Buffer.prototype as unknown as {
			utf8Slice(this: Uint8Array, start: number, end: number): string;
		}
	).utf8Slice;
	return rates(
		{ what: "a view for each frame, parsed as JSON", frame: json.length },
		messages,
		await race([
			{
				name: "offsets",
				pass: () =>
					drainAt(
						cursor,
						messages.chunks,
						(memory, start, end) =>
							JSON.parse(utf8Slice.call(memory, start, end)).id,
					),
			},
			{
				name: "views",
				pass: () =>
					drain(
						pulled,
						messages.chunks,
						(frame) => JSON.parse(utf8.decode(frame)).id,
					),
			},
		]),
	);
}

/** 3. Copying small frames out, so that they do not pin their chunk: what does it cost, and what does it save? */
async function copyingOut(bytes: number, total: number): Promise<Table> {
	const encoder = lengthPrefixed().encoder();
	const work = workload(
		payloads(bytes, total).map((item) => encoder.encode(item)),
		65_536,
	);
	const [views, copies, source] = [
		lengthPrefixed().decoder(),
		lengthPrefixed({ copy: true }).decoder(),
		lengthPrefixed().decoder(),
	];
	let pool = new Uint8Array(8192);
	let at = 0;
	return rates(
		{ what: "copy each frame out", frame: bytes },
		work,
		await race([
			{ name: "views", pass: () => drain(views, work.chunks, touch) },
			{ name: "copies", pass: () => drain(copies, work.chunks, touch) },
			{
				name: "copies in a pool of 8 KiB",
				pass: () =>
					drain(source, work.chunks, (frame) => {
						if (at + frame.length > pool.length) {
							pool = new Uint8Array(8192);
							at = 0;
						}
						pool.set(frame, at);
						const copy = pool.subarray(at, at + frame.length);
						at += frame.length;
						return touch(copy);
					}),
			},
		]),
	);
}

/** 3b. What 1,000 frames of 100 bytes keep alive, one of each chunk being kept. */
function retention(): Table {
	const kept = (copy: boolean): number => {
		const decoder = lengthPrefixed({ copy }).decoder();
		const encoder = lengthPrefixed().encoder();
		const frames = payloads(100, 65_536).map((item) => encoder.encode(item));
		const held: Uint8Array[] = [];
		for (let i = 0; i < 1000; i++) {
			decoder.push(Buffer.concat(frames));
			held.push(decoder.pull() as Uint8Array);
			while (decoder.pull() !== undefined);
		}
		const memory = new Set(held.map(({ buffer }) => buffer));
		return [...memory].reduce((sum, { byteLength }) => sum + byteLength, 0);
	};
	return {
		what: "kept alive by 1,000 frames of 100 bytes, one from each chunk of 64 KiB",
		rows: {
			views: { MB: rounded(kept(false) / 1e6) },
			copies: { MB: rounded(kept(true) / 1e6) },
		},
	};
}
