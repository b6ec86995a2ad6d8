import type { Peer } from "@framewright/fuzz";

/** What the state machines of the tests of `slip` and `cobs` say of a wire: packets in hex, or the code of a fault. */
type Outcomes = readonly (readonly [
	text: string,
	start: number,
	fault: number | undefined,
])[];

/** Makes a peer of such a machine, whose first fault is the end. This is no target: it exports no `fuzz`. */
export function machinePeer(machine: (data: Uint8Array) => Outcomes): Peer {
	return {
		name: "a state machine of one byte after the other",
		decode: (data) =>
			machine(data).map(([text, , fault]) => {
				const isPacket =
					fault === undefined && !/^(truncated|too-|invalid-)/.test(text);
				if (!isPacket) throw new Error(text);
				return Uint8Array.from(text.match(/../g) ?? [], (digits) =>
					Number.parseInt(digits, 16),
				);
			}),
	};
}
