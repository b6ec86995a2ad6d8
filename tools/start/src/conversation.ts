import { deepEqual, equal, rejects } from "node:assert/strict";
import type { Params } from "@framewright/json-rpc";
import type { Peer } from "@framewright/json-rpc-peer";

/** What a client did; whoever reads the traffic must find the same. */
export interface Tally {
	readonly calls: number;
	/** Calls that were answered with an error, as they should be. */
	readonly errors: number;
	readonly notifications: number;
}

export function sum(tallies: readonly Tally[]): Tally {
	const total = { calls: 0, errors: 0, notifications: 0 };
	for (const tally of tallies)
		for (const key of ["calls", "errors", "notifications"] as const)
			total[key] += tally[key];
	return total;
}

// Characters of one to four bytes, and whatever JSON writes with a backslash.
const TEXT = 'Grüße, 世界 🌍 \u0000\u001f"\\/\u2028 ';

/** Puts `methods.ts` to the test, with calls that overtake each other and messages of up to some 300 KiB. */
export async function converse(peer: Peer, name: string): Promise<Tally> {
	let calls = 0;
	const call = (method: string, params?: Params): Promise<unknown> => {
		calls += 1;
		return peer.request(method, params);
	};
	const refused = [
		rejects(call("divide", [1, 0]), {
			code: 1,
			message: "Division by zero",
			data: { dividend: 1 },
		}),
		rejects(call("fail"), { code: -32603, message: "Internal error" }),
		rejects(call("toString"), { code: -32601, message: "Method not found" }),
	];
	// Not answered before the second call of its kind, below: all calls in between overtake it.
	const first = call("meet", [name, 2]);
	const notified = peer.notify("note", [`from ${name}`]);
	await Promise.all([
		...refused,
		...[0, 1, 10, 100, 1000, 6000].map(async (times) => {
			const params = { text: `${TEXT.repeat(times)}${name}` };
			deepEqual(await call("echo", params), params);
		}),
		call("add", [0.1, 0.2]).then((result) => equal(result, 0.1 + 0.2)),
		call("divide", [1, 3]).then((result) => equal(result, 1 / 3)),
		notified,
	]);
	deepEqual(await Promise.all([call("meet", [name, 2]), first]), [2, 2]);
	return { calls, errors: refused.length, notifications: 1 };
}
