import { fileURLToPath } from "node:url";
import { Finding } from "./finding.ts";

/**
 * Runs one input of a target as `framewright-fuzz repro` does: instrumented, with a limit on work, in a process that has a
 * limit on memory. Rejects with a `Finding` when anything is wrong. For tests of what does not show otherwise.
 */
export async function replayInput(
	target: string | URL,
	input: Uint8Array,
): Promise<void> {
	const file = target instanceof URL ? fileURLToPath(target) : target;
	// Late: targets import this package, too, and need no engine.
	const { replayOne } = await import("./engine/campaign.ts");
	const fault = await replayOne({ target: file }, input);
	if (fault === undefined) return;
	const { oracle, message, events, cuts, code } = fault;
	throw new Finding(oracle, message, {
		cuts,
		code,
		...(events ? { events } : {}),
	});
}
