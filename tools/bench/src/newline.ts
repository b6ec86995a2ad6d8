import { createInterface } from "node:readline";
import { lines, newline } from "@framewright/newline";
import { DelimiterStream } from "deno-std/streams/delimiter_stream.js";
import { TextLineStream } from "deno-std/streams/text_line_stream.js";
import split2 from "split2";
import { bareLines } from "./bare-loops.ts";
import { decoding, type Framing, SEAM, THOROUGH, WHOLE } from "./framing.ts";
import {
	copyingDecoder,
	each,
	encoded,
	ourEncoders,
} from "./length-prefixed.ts";
import { flow, pipe, readable } from "./node-streams.ts";
import { race } from "./race.ts";
import { rates, type Table } from "./results.ts";
import {
	drain,
	drainAt,
	FRAMES,
	MiB,
	payloads,
	touch,
	touchAt,
	touchText,
} from "./workload.ts";

const utf8 = new TextDecoder();
const buffers = Buffer.prototype as Buffer & {
	utf8Slice(start: number, end: number): string;
};

/** Lines as bytes. */
export function byteLines(delimiter: "lf" | "crlf"): Framing<Uint8Array> {
	const width = delimiter === "lf" ? 1 : 2;
	const layer = newline({ delimiter });
	return {
		name: `${delimiter === "lf" ? "lines" : "CRLF lines"} to bytes`,
		payloads,
		encode: encoded(layer),
		seam: ({ length }) => length - 1,
		sink: touch,
		decoders(chunks, _frames, sink) {
			const [decoder, cursor] = [layer.decoder(), layer.decoder()];
			return [
				{
					name: "framewright pull()",
					pass: () => drain(decoder, chunks, sink as typeof touch),
				},
				{
					name: "framewright next(), no view",
					pass: () => drainAt(cursor, chunks, touchAt),
				},
				{
					name: "bare loop",
					quadratic: true,
					pass: () =>
						bareLines(chunks, width, (bytes, start, end) =>
							sink(bytes.subarray(start, end)),
						),
				},
				{
					name: "bare loop, no view",
					quadratic: true,
					pass: () => bareLines(chunks, width, touchAt),
				},
				{
					name: "Deno DelimiterStream",
					pass: () =>
						pipe(
							chunks,
							(bytes) =>
								bytes.pipeThrough(
									new DelimiterStream(
										Uint8Array.of(13, 10).subarray(2 - width),
									),
								),
							// At the end it hands over a line that is not there.
							(line) => (line.length === 0 ? 0 : sink(line)),
						),
				},
			];
		},
		copying: copyingDecoder(newline({ delimiter, copy: true })),
	};
}

/** Lines as strings. */
export function textLines(delimiter: "lf" | "crlf"): Framing<string> {
	const width = delimiter === "lf" ? 1 : 2;
	const layer = lines({ delimiter });
	return {
		name: `${delimiter === "lf" ? "lines" : "CRLF lines"} to strings`,
		payloads,
		encode: encoded(newline({ delimiter })),
		seam: ({ length }) => length - 1,
		sink: touchText,
		decoders(chunks, _frames, sink) {
			const decoder = layer.decoder();
			return [
				{
					name: "framewright lines()",
					pass: () => drain(decoder, chunks, sink as typeof touchText),
				},
				{
					name: "bare loop, utf8Slice",
					quadratic: true,
					pass: () =>
						bareLines(chunks, width, (bytes, start, end) =>
							sink(buffers.utf8Slice.call(bytes, start, end)),
						),
				},
				{
					name: delimiter === "lf" ? 'split2("\\n")' : 'split2("\\r\\n")',
					quadratic: true,
					pass: () =>
						flow(split2(delimiter === "lf" ? "\n" : "\r\n"), chunks, sink),
				},
				{
					name: "split2()",
					quadratic: true,
					pass: () => flow(split2(), chunks, sink),
				},
				{
					name: "node:readline",
					pass: () => readLines(chunks, sink),
				},
				{
					name: "Deno TextLineStream",
					pass: () =>
						pipe(
							chunks,
							(bytes) =>
								bytes
									.pipeThrough(decoderStream())
									.pipeThrough(new TextLineStream()),
							sink,
						),
				},
			];
		},
	};
}

/** Decodes and encodes lines beside the packages and the loops that people use instead. */
export async function* newlineFrames(): AsyncGenerator<Table[]> {
	const cuts = [
		WHOLE,
		"chunks of 16 KiB",
		"chunks of 1,460 B",
		"chunks of 1 B",
	];
	yield* decoding(byteLines("lf"), cuts);
	yield* decoding(byteLines("crlf"), [SEAM]);
	yield* decoding(textLines("lf"), cuts);
	yield* decoding(textLines("crlf"), [SEAM]);
	const [fromBytes, fromStrings]: [Table[], Table[]] = [[], []];
	for (const frame of FRAMES) {
		const items = payloads(frame, 4 * MiB);
		const strings = items.map((bytes) => utf8.decode(bytes));
		const size = { frames: items.length, bytes: (frame + 1) * items.length };
		fromBytes.push(
			rates(
				{ what: "encode lines from bytes", frame },
				size,
				await race(
					[
						...ourEncoders(newline(), items),
						each("bare: a new buffer for each, unchecked", items, (item) => {
							const bytes = Buffer.allocUnsafe(item.length + 1);
							bytes.set(item);
							bytes[item.length] = 10;
							return bytes;
						}),
					],
					THOROUGH,
				),
			),
		);
		fromStrings.push(
			rates(
				{ what: "encode lines from strings", frame },
				size,
				await race(
					[
						...ourEncoders(lines(), strings),
						each("bare: Buffer.from(line + LF), unchecked", strings, (line) =>
							Buffer.from(`${line}\n`),
						),
					],
					THOROUGH,
				),
			),
		);
	}
	yield fromBytes;
	yield fromStrings;
}

// Its type wants chunks that are surely not shared between threads.
function decoderStream(): ReadableWritablePair<string, Uint8Array> {
	return new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>;
}

function readLines(
	chunks: Iterable<Uint8Array>,
	sink: (line: string) => number,
): Promise<number> {
	return new Promise((resolve) => {
		let sum = 0;
		createInterface({
			input: readable(chunks),
			crlfDelay: Number.POSITIVE_INFINITY,
		})
			.on("line", (line) => {
				sum += sink(line);
			})
			.on("close", () => resolve(sum));
	});
}
