// What other libraries get wrong, by name: see the project's notes on JSON-RPC. Most of it is in transcripts.txt as well.

import {
	contract,
	jsonRpcPeer,
	lsp,
	mcp,
	memoryChannels,
	method,
} from "@framewright/json-rpc-peer";
import { describe, expect, test } from "vitest";
import {
	error,
	gate,
	notification,
	request,
	result,
	settled,
	setup,
} from "./text-end.ts";

describe("vscode-jsonrpc", () => {
	test('loses the first of two requests with the ids 1 and "1"', async () => {
		const { handler, open } = gate();
		const { receive, sent } = setup({ handlers: { m: handler } });
		receive(request(1, "m"), request("1", "m"));
		await settled();
		await open("first");
		await open("second");
		expect(sent).toEqual([result(1, "first"), result("1", "second")]);
	});

	test("leaves calls pending when the stream ends (#1621, #65)", async () => {
		const { peer, end } = setup({ dialect: lsp });
		const call = peer.request("m");
		end();
		await expect(call).rejects.toMatchObject({ code: "closed" });
	});

	test("ignores batches (#781)", async () => {
		const { receive, sent } = setup({ handlers: { m: () => 1 } });
		receive(`[${request(1, "m")}]`);
		await settled();
		expect(sent).toEqual([`[${result(1, 1)}]`]);
	});

	test("does not survive stray output between messages (#1305)", async () => {
		const { peer, receive, sent } = setup({ invalid: "ignore" });
		const call = peer.request("m");
		receive("Server started on port 1234", result(1, "answer"));
		expect(await call).toBe("answer");
		expect(sent).toHaveLength(1);
	});
});

describe("the MCP SDK", () => {
	test.each(['""', '" 0x0 "', '"0"', "null", "false", "[]"])(
		"takes a response with the id %s for the answer to request 0",
		async (id) => {
			const { peer, receive, sent } = setup({ dialect: mcp });
			// Ours begin at 1; 0 is what all of these convert to, and 1 is tried as well.
			const call = peer.request("m");
			receive(
				`{"jsonrpc":"2.0","id":${id},"result":"wrong"}`,
				`{"jsonrpc":"2.0","id":${id.replace("0", "1")},"result":"wrong"}`,
				result(1, "right"),
			);
			expect(await call).toBe("right");
			expect(sent).toHaveLength(1);
		},
	);

	test("does not reply when a handler throws undefined, or returns a BigInt or a cycle", async () => {
		const cycle: unknown[] = [];
		cycle.push(cycle);
		const { receive, sent } = setup({
			dialect: mcp,
			handlers: {
				nothing() {
					throw undefined;
				},
				bigint: () => ({ size: 1n }),
				cycle: () => cycle,
			},
		});
		receive(request(1, "nothing"), request(2, "bigint"), request(3, "cycle"));
		await settled();
		const internal = (id: number): string =>
			error(id, -32603, "Internal error");
		expect(sent.sort()).toEqual([internal(1), internal(2), internal(3)]);
	});

	test("cancels one of two requests of the same id", async () => {
		const { handler, calls, open } = gate();
		const { receive, sent } = setup({ dialect: mcp, handlers: { m: handler } });
		receive(request(1, "m"), request(1, "m"));
		await settled();
		expect(calls).toHaveLength(1);
		receive(notification("notifications/cancelled", { requestId: 1 }));
		await settled();
		await open();
		expect(calls[0]?.signal.aborted).toBe(true);
		expect(sent).toMatchObject([
			error(
				1,
				-32600,
				"Invalid Request",
				"The id is that of another request in flight",
			),
		]);
	});

	test("shares one server among clients, and their responses leak (GHSA-345p-7cg4-v4c7)", async () => {
		const waiting: (() => void)[] = [];
		const handlers = {
			who: ([name]: [string]) =>
				new Promise((resolve) => waiting.push(() => resolve(name))),
		};
		const clients = ["a", "b"].map(() => {
			const [here, there] = memoryChannels();
			jsonRpcPeer(there, { handlers });
			return jsonRpcPeer(here);
		});
		// Both use the id 1.
		const calls = clients.map((client, i) => client.request("who", [`${i}`]));
		await settled();
		for (const answer of waiting.reverse()) answer();
		expect(await Promise.all(calls)).toEqual(["0", "1"]);
	});

	test("takes the last of two equal members (GHSA-wvj2-96wp-fq3f, GHSA-q382-vc8q-7jhj)", async () => {
		let runs = 0;
		const { receive, sent } = setup({
			dialect: mcp,
			handlers: { allowed: () => ++runs, forbidden: () => ++runs },
		});
		receive(
			'{"jsonrpc":"2.0","id":1,"method":"allowed","method":"forbidden"}',
			'{"jsonrpc":"2.0","id":1,"method":"allowed","\\u006dethod":"forbidden"}',
			'{"jsonrpc":"2.0","id":1,"Method":"forbidden","method":"allowed"}',
		);
		await settled();
		expect(runs).toBe(1);
		expect(sent).toEqual([
			error(null, -32600, "Invalid Request"),
			error(null, -32600, "Invalid Request"),
			result(1, 1),
		]);
	});
});

describe("rpc-websockets", () => {
	test("is crashed by a response with the id toString", async () => {
		const { peer, receive } = setup();
		const call = peer.request("m");
		receive(result("toString"), result("__proto__"), result(1, "alive"));
		expect(await call).toBe("alive");
	});
});

describe("birpc", () => {
	test("lets peers call toString and constructor, of handlers and contracts", async () => {
		const api = contract({ methods: { m: method() } });
		const { receive, sent } = setup({
			local: api as never,
			handlers: { m: () => {} },
		});
		const names = ["toString", "constructor", "__proto__", "hasOwnProperty"];
		receive(...names.map((name, id) => request(id, name)));
		await settled();
		expect(sent).toEqual(
			names.map((_, id) => error(id, -32601, "Method not found")),
		);
	});
});

describe("viem", () => {
	test("gives each call of a batch the result in its place, even if one is missing", async () => {
		const { peer, receive } = setup();
		const calls = peer.batch((b) => [
			b.request("a"),
			b.request("b"),
			b.request("c"),
		]);
		receive(`[${result(2, "b")},${result(3, "c")}]`);
		const outcomes = await Promise.allSettled(calls);
		expect(outcomes).toMatchObject([
			{ reason: { code: "unanswered" } },
			{ value: "b" },
			{ value: "c" },
		]);
	});
});

describe("ethers", () => {
	test("hides the error that refuses a whole batch", async () => {
		const { peer, receive } = setup();
		const calls = peer.batch((b) => [b.request("a"), b.request("b")]);
		receive(error(null, -32600, "batch too large"));
		for (const call of calls)
			await expect(call).rejects.toMatchObject({ message: "batch too large" });
	});
});

describe("whoever comes to abuse a peer", () => {
	test("with 200 KB of [ gets one error, and the others lose nothing", async () => {
		const { receive, sent } = setup({ handlers: { m: () => "fine" } });
		receive("[".repeat(200_000), request(1, "m"));
		await settled();
		expect(sent).toEqual([
			error(null, -32700, "Parse error"),
			result(1, "fine"),
		]);
	});

	test("with 100,000 batch items gets one error (crypto-org-chain/cronos #181)", async () => {
		let runs = 0;
		const { receive, sent } = setup({ handlers: { m: () => ++runs } });
		const items = Array.from({ length: 100_000 }, () => request(1, "m"));
		receive(`[${items.join()}]`, request(2, "m"));
		await settled();
		expect(sent).toEqual([
			error(null, -32600, "Invalid Request"),
			result(2, 1),
		]);
	});

	test("with an id of 10 MB gets one error", async () => {
		const { receive, sent } = setup({ handlers: { m: () => "fine" } });
		receive(request("x".repeat(10_000_000), "m"), request(1, "m"));
		await settled();
		expect(sent).toEqual([
			error(null, -32700, "Parse error"),
			result(1, "fine"),
		]);
	});

	test("with 10,000 responses nobody asked for gets nothing", async () => {
		const { peer, receive, sent, faults } = setup({ invalid: "ignore" });
		const call = peer.request("m");
		sent.length = 0;
		receive(...Array.from({ length: 10_000 }, (_, i) => result(i + 2)));
		receive(result(1, "mine"));
		expect(await call).toBe("mine");
		expect(faults).toHaveLength(10_000);
		expect(sent).toEqual([]);
	});
});
