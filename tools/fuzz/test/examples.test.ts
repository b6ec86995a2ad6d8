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
		const { faults } = await campaign({
			target,
			runs,
			seed: 1,
			// A small heap is sooner used up.
			heap: 96,
			// Others of its faults are found first by the oracle that counts steps, which takes many of them.
			...(name === "dbus-next" && { oracles: ["declared-errors"] }),
		});
		const [fault] = faults;
		expect(fault?.oracle).toMatch(oracle);
		const { expected = [], actual = [] } = fault?.events ?? {};
		expect([fault?.message, ...expected, ...actual].join("\n")).toMatch(shown);
	},
);
