import { setTimeout as delay } from "node:timers/promises";

/** A method of any library's server: params as they came, an array or an object. */
export type TranscriptMethod = {
	// A method's own type may say what it expects of them.
	method(params: unknown): unknown;
}["method"];

/**
 * The methods that the transcripts call.
 *
 * @param refusal Makes what a handler throws to choose the error's code, message and data, in the way of its library.
 */
export function transcriptMethods(
	refusal: (code: number, message: string, data: unknown) => unknown,
): Record<string, TranscriptMethod> {
	return {
		subtract(
			params: [number, number] | { minuend: number; subtrahend: number },
		) {
			const [minuend, subtrahend] = Array.isArray(params)
				? params
				: [params.minuend, params.subtrahend];
			return minuend - subtrahend;
		},
		sum: (numbers: number[]) => numbers.reduce((a, b) => a + b, 0),
		get_data: () => ["hello", 5],
		echo: (params: unknown) => params,
		nothing: () => {},
		wait: ([ms]: [number]) => delay(ms, "waited"),
		fail() {
			throw new Error("the password is 1234");
		},
		fail_oddly() {
			throw undefined;
		},
		refuse() {
			throw refusal(7, "no", { why: "because" });
		},
		bigint: () => 1n,
		cycle() {
			const cycle: unknown[] = [];
			cycle.push(cycle);
			return cycle;
		},
		update() {},
		notify_hello() {},
		notify_sum() {},
	};
}
