import { eventsOf } from "../decoding.ts";
import { encode } from "../encoding.ts";
import { startsWith } from "../execution.ts";
import { type Oracle, report } from "../oracle.ts";
import { hex } from "../write-down.ts";

/**
 * Encoding is a fixed point: what was decoded is encoded to bytes that are decoded and encoded to themselves. Of a strict
 * format, where each value has one encoding, they are the input itself.
 */
export const canonical: Oracle = {
	name: "canonical",
	check(execution) {
		const { subject, whole, encoded } = execution;
		if (subject.encoder === undefined || encoded.sent.length === 0) return;
		if (encoded.refusal !== undefined || execution.isVerbatim) return;
		if (subject.strict && encoded.skipped === 0) {
			report(
				execution,
				"canonical",
				"what was decoded is encoded to other bytes than it came from",
				{
					events: {
						expected: [hex(execution.data), ...eventsOf(whole)],
						actual: [hex(encoded.bytes)],
					},
					code: "strict",
				},
			);
			return;
		}
		const { again } = execution;
		// Another oracle's business.
		if (again.ending !== undefined) return;
		const twice = encode(subject, again.values);
		if (
			twice.bytes.length === encoded.bytes.length &&
			startsWith(twice.bytes, encoded.bytes)
		)
			return;
		report(execution, "canonical", "what was encoded is no fixed point", {
			events: {
				expected: [hex(encoded.bytes), ...eventsOf(again)],
				actual: [hex(twice.bytes)],
			},
		});
	},
};
