import { decode, eventsOf, type Run } from "../decoding.ts";
import { type Execution, WHOLE } from "../execution.ts";
import { type Oracle, report } from "../oracle.ts";

/** The assembled stack does what its layers do one by one: the same items, and the same error. */
export const composition: Oracle = {
	name: "composition",
	check(execution) {
		const { subject, whole, data } = execution;
		const { apart } = subject;
		if (apart === undefined) return;
		// One in four, which the input decides, and all that bring something new.
		if (!execution.thorough && (execution.hash & 0x300) !== 0) return;
		const single = { ...subject, decoder: apart };
		compare(execution, whole, decode(single, data, WHOLE));
		if (execution.thorough)
			compare(
				execution,
				execution.cut,
				decode(single, data, execution.cut.delivery),
			);
	},
};

/** Where on the wire something was skipped, the upper layers do not know alone. */
function withoutOffset(item: string): string {
	return item.startsWith("Skipped ")
		? item.replace(/"offset": \d+/, '"offset"')
		: item;
}

function compare(execution: Execution, stack: Run, apart: Run): void {
	const code = ({ ending }: Run): string =>
		ending === undefined
			? "a clean end"
			: ending.kind === "error"
				? ending.code
				: ending.what;
	if (
		stack.items.length === apart.items.length &&
		stack.items.every(
			(item, i) => withoutOffset(item) === withoutOffset(apart.items[i] ?? ""),
		) &&
		code(stack) === code(apart)
	)
		return;
	report(
		execution,
		"composition",
		`the stack came to something else than its layers one by one, ${stack.delivery.name}`,
		{
			events: { expected: eventsOf(apart), actual: eventsOf(stack) },
			cuts: stack.delivery.cuts,
			code: `${code(apart)} or ${code(stack)}`,
		},
	);
}
