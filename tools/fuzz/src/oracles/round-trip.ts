import { decode, eventsOf, type Run } from "../decoding.ts";
import { type Encoded, encode } from "../encoding.ts";
import { type Execution, WHOLE } from "../execution.ts";
import { type Oracle, report } from "../oracle.ts";
import type { Subject } from "../subject.ts";

/** Whatever decodes can be encoded, and that decodes to the same: `decode(encode(v))` is `v`. */
export const roundTrip: Oracle = {
	name: "round-trip",
	check(execution) {
		const { subject, whole } = execution;
		if (subject.encoder === undefined) return;
		if (whole.items.length > 0) comesBack(execution);
		if (execution.thorough) valuesComeBack(execution);
	},
};

function comesBack(execution: Execution): void {
	const { subject, encoded, whole } = execution;
	if (encoded.refusal !== undefined) {
		const { item, error } = encoded.refusal;
		report(
			execution,
			"round-trip",
			`the encoder refuses what was decoded: ${String(error)}`,
			{
				events: { expected: [subject.show(item)], actual: eventsOf(whole) },
				error,
			},
		);
		return;
	}
	// What is encoded as it came is decoded to the same: it was.
	if (encoded.sent.length === 0 || execution.isVerbatim) return;
	const { again } = execution;
	const sent = encoded.sent.map((item) => subject.show(item));
	// What reads differently may be the same to the subject: keys in another order.
	const difference = sent.findIndex(
		(text, i) =>
			text !== again.items[i] &&
			!subject.equals(encoded.sent[i], again.values[i]),
	);
	if (
		difference === -1 &&
		again.items.length === sent.length &&
		again.ending === undefined
	)
		return;
	report(
		execution,
		"round-trip",
		`what was decoded and encoded again decodes to something else`,
		{
			events: { expected: sent, actual: eventsOf(again) },
			code: again.ending?.kind === "error" ? again.ending.code : "",
		},
	);
}

/** Generates values, the input being the seed. */
function valuesComeBack(execution: Execution): void {
	const { subject } = execution;
	if (subject.generate === undefined) return;
	// What cannot be sent of what was decoded is another matter.
	const asItIs: Subject = { ...subject, sent: (value) => value };
	for (const value of subject.generate(execution.hash)) {
		const encoded = encode(asItIs, [value]);
		valuesCameBack(execution, encoded, decode(subject, encoded.bytes, WHOLE));
	}
}

/** Demands that values which were encoded as they are came back. An encoder may refuse what the protocol cannot carry. */
export function valuesCameBack(
	execution: Execution,
	{ sent, refusal }: Encoded,
	run: Run,
): void {
	const { subject } = execution;
	const error = refusal?.error;
	if (
		refusal !== undefined &&
		!(error instanceof RangeError || error instanceof TypeError)
	)
		report(
			execution,
			"round-trip",
			`an encoder may refuse an item with a RangeError or a TypeError; it threw ${String(error)}`,
			{
				events: { expected: [subject.show(refusal.item)], actual: [] },
				error,
			},
		);
	if (sent.length === 0) return;
	if (
		run.values.length === sent.length &&
		run.ending === undefined &&
		sent.every((value, i) => subject.equals(value, run.values[i]))
	)
		return;
	report(
		execution,
		"round-trip",
		"a value that was encoded decodes to something else",
		{
			events: {
				expected: sent.map((value) => subject.show(value)),
				actual: eventsOf(run),
			},
			code: "value",
		},
	);
}
