import { expect, test } from "vitest";
import { bars } from "../src/bars.ts";
import { PARAMS, roundTrips } from "../src/json-rpc-libraries.ts";
import { IN_FLIGHT } from "../src/json-rpc-peer.ts";

test.each(Object.entries(roundTrips))(
	"%s: calls in flight are answered, each with its own result",
	async (_, open) => {
		const { call, end } = open();
		const results = await Promise.all(
			Array.from({ length: 100 }, (_, i) => call([i, 1, "abc"])),
		);
		expect(results).toEqual(Array.from({ length: 100 }, (_, i) => i - 1));
		expect(await call(PARAMS)).toBe(19);
		end();
	},
);

test("the peer's bars compare round trips a second", () => {
	const rows = {
		"framewright, texts": { "round trips/s": 100 },
		"json-rpc-2.0, texts": { "round trips/s": 50 },
	};
	const table = { what: IN_FLIGHT, rows };
	const bar = bars.find(
		({ text }) =>
			text.includes("in flight") && text.endsWith("json-rpc-2.0, texts"),
	);
	expect(bar?.measured({ "json-rpc-peer": { on: "", tables: [table] } })).toBe(
		2,
	);
	expect(bar?.measured({})).toBeUndefined();
});
