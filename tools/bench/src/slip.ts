import { slip } from "@framewright/slip";
import npmSlip from "slip";
import { bareSlip } from "./bare-loops.ts";
import { decoding, type Framing, THOROUGH } from "./framing.ts";
import {
	copyingDecoder,
	each,
	encoded,
	ourEncoders,
} from "./length-prefixed.ts";
import { race } from "./race.ts";
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

const ESC = 0xdb;

/** Packets of SLIP whose bytes are all equally frequent. */
export const slipFraming: Framing<Uint8Array> = {
	name: "slip",
	payloads: noise,
	encode: encoded(slip()),
	// Behind an ESC, where there is one.
	seam: (packet) => packet.indexOf(ESC) + 1 || packet.length - 1,
	sink: touch,
	decoders(chunks, _frames, sink) {
		const [decoder, cursor] = [slip().decoder(), slip().decoder()];
		return [
			{ name: "framewright pull()", pass: () => drain(decoder, chunks, sink) },
			{
				name: "framewright next(), no view",
				pass: () => drainAt(cursor, chunks, touchAt),
			},
			{
				name: "bare loop",
				pass: () =>
					bareSlip(chunks, (bytes, start, end) =>
						sink(bytes.slice(start, end)),
					),
			},
			{ name: "bare loop, no view", pass: () => bareSlip(chunks, touchAt) },
			{
				name: "npm slip",
				pass() {
					let sum = 0;
					const decoder = new npmSlip.Decoder({
						maxMessageSize: 16 * MiB,
						onMessage(packet) {
							sum += sink(packet);
						},
					});
					for (const chunk of chunks) decoder.decode(chunk);
					return sum;
				},
			},
		];
	},
	copying: copyingDecoder(slip({ copy: true })),
};

/** Decodes and encodes SLIP beside its namesake. */
export async function* slipFrames(): AsyncGenerator<Table[]> {
	yield* decoding(slipFraming);
	const tables: Table[] = [];
	for (const frame of FRAMES) {
		const packets = noise(frame, 4 * MiB);
		tables.push(
			rates(
				{ what: "encode slip", frame },
				{ frames: packets.length, bytes: packets.length * frame },
				await race(
					[
						...ourEncoders(slip(), packets),
						each("npm slip", packets, npmSlip.encode),
					],
					THOROUGH,
				),
			),
		);
	}
	yield tables;
}
