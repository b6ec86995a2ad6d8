import { ExactId, type Id } from "@framewright/json-rpc";
import type { Fault } from "@framewright/json-rpc-peer";
import { reasonOf } from "./exit.ts";
import { say } from "./standard-streams.ts";

/** How many faults of a peer's are told; it could go on sending them for ever. */
const MAX_TOLD = 100;

/** The most characters of what a peer sent, such as an id, that are told. */
const MAX_LENGTH = 500;

/**
 * Tells the faults of one connection on stderr, in a line each that begins with `who`: those of our own methods all, those that
 * the peer's bytes can cause the first hundred.
 *
 *     framewright: client 7: divide failed: b is not a number
 *     framewright: client 7: an answer to no call in flight: id 5
 */
export function faultTeller(who: string): (fault: Fault) => void {
	const tell = (text: string): void => say(`${who}${cut(text)}`);
	let told = 0;
	return (fault) => {
		if (fault.kind === "failed") {
			tell(describe(fault));
			return;
		}
		told += 1;
		if (told <= MAX_TOLD) tell(describe(fault));
		else if (told === MAX_TOLD + 1)
			tell("no more is told of what is wrong with its messages");
	};
}

function describe(fault: Fault): string {
	switch (fault.kind) {
		case "skipped":
			return `skipped: ${reasonOf(fault)}`;
		case "invalid":
			return `an invalid message: ${fault.reason}`;
		case "success":
			return `an answer to no call in flight: id ${idText(fault.id)}`;
		case "error": {
			const { code, message } = fault.error;
			const error = `error ${code} ${JSON.stringify(message)}`;
			return fault.id === null
				? `an error response without an id: ${error}`
				: `an answer to no call in flight: id ${idText(fault.id)}, ${error}`;
		}
		case "failed":
			return `${fault.call?.method ?? "the answer to a batch"} failed: ${reasonOf(fault.error)}`;
	}
}

function idText(id: Id): string {
	return id instanceof ExactId ? id.token : JSON.stringify(id);
}

function cut(text: string): string {
	return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}
