import type { ErrorMessage, SuccessMessage } from "@framewright/json-rpc";
import type { Fault } from "@framewright/json-rpc-peer";
import { until } from "./until.ts";

/**
 * Waits for the answer to a call that was taken back. The call itself has rejected long ago, so the peer tells of the answer
 * as of one that nobody asked for. It is taken out of the faults: it was to be expected.
 */
export function lateAnswer(
	faults: Fault[],
): Promise<SuccessMessage | ErrorMessage> {
	return until("The answer to the cancelled call", () => {
		const index = faults.findIndex(isAnswer);
		const [fault] = index < 0 ? [] : faults.splice(index, 1);
		return fault !== undefined && isAnswer(fault) ? fault : undefined;
	});
}

function isAnswer(fault: Fault): fault is SuccessMessage | ErrorMessage {
	return fault.kind === "success" || fault.kind === "error";
}
