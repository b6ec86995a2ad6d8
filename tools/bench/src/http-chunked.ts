import { get } from "node:http";
import { Duplex } from "node:stream";
import { httpChunked } from "@framewright/http-chunked";
import { bareChunked } from "./bare-loops.ts";
import { decoding, type Framing, THOROUGH } from "./framing.ts";
import { each, encoded, ourEncoders } from "./length-prefixed.ts";
import { race } from "./race.ts";
import { rates, type Table } from "./results.ts";
import { drain, drainAt, FRAMES, MiB, payloads } from "./workload.ts";

// Data is handed over as it arrives, and everybody cuts it differently: the checksum is the bytes in all.
const length = (bytes: Uint8Array): number => bytes.length;
const extent = (_: Uint8Array, start: number, end: number): number =>
	end - start;

/** Chunks of a body that does not end. */
export const chunkedFraming: Framing<Uint8Array> = {
	name: "http-chunked",
	payloads,
	encode: encoded(httpChunked()),
	// Between CR and LF.
	seam: (chunk) => chunk.indexOf(10),
	sink: length,
	decoders(chunks, _frames, sink) {
		const [decoder, cursor] = [
			httpChunked().decoder(),
			httpChunked().decoder(),
		];
		return [
			{
				name: "framewright pull()",
				pass: () =>
					drain(decoder, chunks, (item) =>
						item instanceof Uint8Array ? sink(item) : 0,
					),
			},
			{
				name: "framewright next(), no view",
				pass: () => drainAt(cursor, chunks, extent),
			},
			{
				name: "bare loop",
				pass: () =>
					bareChunked(chunks, (bytes, start, end) =>
						sink(bytes.subarray(start, end)),
					),
			},
			{ name: "bare loop, no view", pass: () => bareChunked(chunks, extent) },
			{ name: "node:http response", pass: () => responseTo(chunks, sink) },
		];
	},
};

/** Decodes and encodes chunks of HTTP bodies beside Node's own client. */
export async function* chunkedFrames(): AsyncGenerator<Table[]> {
	yield* decoding(chunkedFraming);
	const tables: Table[] = [];
	for (const frame of FRAMES) {
		const items = payloads(frame, 4 * MiB);
		const crlf = Buffer.from("\r\n");
		tables.push(
			rates(
				{ what: "encode http-chunked", frame },
				{ frames: items.length, bytes: items.length * frame },
				await race(
					[
						...ourEncoders(httpChunked(), items),
						each("bare: a new buffer for each", items, (item) =>
							Buffer.concat([
								Buffer.from(`${item.length.toString(16)}\r\n`, "latin1"),
								item,
								crlf,
							]),
						),
					],
					THOROUGH,
				),
			),
		);
	}
	yield tables;
}

const HEAD = Buffer.from(
	"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
);
const LAST = Buffer.from("0\r\n\r\n");

/** Reads a response from a socket that is none. */
function responseTo(
	chunks: Iterable<Uint8Array>,
	sink: (bytes: Uint8Array) => number,
): Promise<number> {
	return new Promise((resolve, reject) => {
		const wire = (function* () {
			yield HEAD;
			yield* chunks;
			yield LAST;
		})();
		let requested = false;
		const socket = new Duplex({
			readableHighWaterMark: 1,
			write(_chunk, _encoding, done) {
				// What comes before the request would be an answer to nothing.
				if (!requested) {
					requested = true;
					socket.push(wire.next().value);
				}
				done();
			},
			read() {
				if (requested) this.push(wire.next().value ?? null);
			},
		});
		get({ createConnection: () => socket }, (response) => {
			let sum = 0;
			response.on("data", (bytes: Uint8Array) => {
				sum += sink(bytes);
			});
			response.on("end", () => resolve(sum));
			response.on("error", reject);
		}).on("error", reject);
	});
}
