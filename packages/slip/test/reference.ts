// SLIP as a state machine that takes one byte after the other, and nothing but that: what the decoder is compared with.

/** A packet, or the fault in its place: its bytes or its code, the offset of its first byte, and that of the fault. */
export type Outcome = readonly [
	packet: string,
	start: number,
	fault: number | undefined,
];

type State = "between" | "inside" | "escaped" | "skipping";

/** Decodes `wire`, whose faults are stepped over, up to its end. */
export function reference(wire: Uint8Array, maxLength: number): Outcome[] {
	const outcomes: Outcome[] = [];
	let packet: number[] = [];
	let start = 0;
	let state = "between" as State;
	const refuse = (code: string, at: number): void => {
		outcomes.push([code, start, at]);
		state = "skipping";
	};
	for (const [at, byte] of wire.entries()) {
		if (state === "between") {
			packet = [];
			start = at;
		}
		if (state === "escaped") {
			state = "inside";
			if (byte === 0xdc) packet.push(0xc0);
			else if (byte === 0xdd) packet.push(0xdb);
			else refuse("invalid-syntax", at);
			if (byte !== 0xc0) continue;
		}
		if (byte === 0xc0) {
			if (state === "inside")
				outcomes.push([Buffer.from(packet).toString("hex"), start, undefined]);
			state = "between";
		} else if (state !== "skipping") {
			if (packet.length === maxLength) refuse("too-large", at);
			else if (byte === 0xdb) state = "escaped";
			else {
				state = "inside";
				packet.push(byte);
			}
		}
	}
	if (state !== "between") outcomes.push(["truncated", start, wire.length]);
	return outcomes;
}
