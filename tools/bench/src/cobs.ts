import { cobs } from "@framewright/cobs";
import npmCobs from "cobs";
import { bareCobs, bareDelimited } from "./bare-loops.ts";
import { decoding, type Framing, THOROUGH } from "./framing.ts";
import {
	copyingDecoder,
	each,
	encoded,
	ourEncoders,
} from "./length-prefixed.ts";
import { type Contender, race } from "./race.ts";
import { rates, type Table } from "./results.ts";
import {
	drain,
	drainAt,
	FRAMES,
	MiB,
	noise,
	touch,
	touchAt,
} from "./workload.ts";

/** Packets of COBS, each with a zero behind it, whose bytes are all equally frequent. */
export const cobsFraming: Framing<Uint8Array> = {
	name: "cobs",
	payloads: noise,
	encode: encoded(cobs()),
	seam: ({ length }) => length - 1,
	sink: touch,
	decoders(chunks, frames, sink) {
		const [decoder, cursor] = [cobs().decoder(), cobs().decoder()];
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
					bareCobs(chunks, (bytes, start, end) =>
						sink(bytes.slice(start, end)),
					),
			},
			{
				name: "bare loop, no view",
				quadratic: true,
				pass: () => bareCobs(chunks, touchAt),
			},
			{
				name: "npm cobs decodeStream()",
				pass: () => decodedStream(chunks, frames, sink),
			},
			{
				name: "npm cobs decode(), split by hand",
				quadratic: true,
				pass: () =>
					bareDelimited(chunks, 0, 1, (bytes, start, end) =>
						sink(npmCobs.decode(bytes.subarray(start, end))),
					),
			},
		];
	},
	copying: copyingDecoder(cobs({ copy: true })),
};

/** Decodes and encodes COBS beside its namesake. */
export async function* cobsFrames(): AsyncGenerator<Table[]> {
	yield* decoding(cobsFraming);
	const tables: Table[] = [];
	for (const frame of FRAMES) {
		const packets = noise(frame, 4 * MiB);
		// Behind 254 bytes without a zero, the namesake writes a code too many; nothing else would make it another length.
		for (const packet of packets) packet[packet.length - 1] = 0;
		const encoders: Contender[] = [
			...ourEncoders(cobs(), packets),
			each("npm cobs", packets, (packet) =>
				// With zeros on both sides; ours has one behind it.
				npmCobs.encode(packet, true).subarray(1),
			),
		];
		tables.push(
			rates(
				{ what: "encode cobs", frame },
				{ frames: packets.length, bytes: packets.length * frame },
				await race(encoders, THOROUGH),
			),
		);
	}
	yield tables;
}

// The stream never ends by itself.
function decodedStream(
	chunks: Iterable<Uint8Array>,
	frames: number,
	sink: (packet: Uint8Array) => number,
): Promise<number> {
	return new Promise((resolve, reject) => {
		let [sum, count] = [0, 0];
		const through = npmCobs.decodeStream();
		through.on("error", reject);
		through.on("data", (packet: Uint8Array) => {
			sum += sink(packet);
			if (++count < frames) return;
			through.destroy();
			resolve(sum);
		});
		for (const chunk of chunks) through.write(chunk);
	});
}
