import { resolve } from "node:path";
import { expect, test } from "vitest";
import { campaign } from "../src/engine/campaign.ts";

// What the examples find in what people install, from nothing. Should a peer be mended, its line here goes.
const known: [name: string, runs: number, oracle: RegExp, shown: RegExp][] = [
	["split2", 5000, /^any-cut$/, /maximum buffer reached/],
	["mcp-sdk", 5000, /^any-cut$/, /exceeded maximum size of 64/],
	[
		"it-length-prefixed",
		5000,
		/^differential$/,
		/The input ended 0 bytes into/,
	],
	["msgpack", 5000, /^declared-errors$/, /RangeError/],
	// An array of bytes that are not there: memory, or work without an end.
	["dbus-next", 20_000, /^(memory|fuel)$/, /(96 MiB|steps)/],
];

test.each(known)(
	"in %s, the fault that is known is found",
	{ timeout: 300_000 },
	async (name, runs, oracle, shown) => {
		const target = resolve(import.meta.dirname, `../examples/${name}.ts`);
		// More may be wrong with it than what is known: it goes on until that is found.
		const enough = new AbortController();
		const { faults } = await campaign({
			target,
			runs,
			seed: 1,
			// A small heap is sooner used up.
			heap: 96,
			keepGoing: true,
			signal: enough.signal,
			onFault: (one) => {
				if (oracle.test(one.oracle)) enough.abort();
			},
		});
		const fault = faults.find((one) => oracle.test(one.oracle));
		expect(fault, faults.map((one) => one.oracle).join()).toBeDefined();
		const { expected = [], actual = [] } = fault?.events ?? {};
		expect([fault?.message, ...expected, ...actual].join("\n")).toMatch(shown);
	},
);
