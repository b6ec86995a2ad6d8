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
		*decode(data) {
			for (const [text, , fault] of machine(data)) {
				if (fault !== undefined || !/^([\da-f]{2})*$/.test(text))
					throw new Error(text);
				yield Uint8Array.from(text.match(/../g) ?? [], (digits) =>
					Number.parseInt(digits, 16),
				);
			}
		},
	};
}
