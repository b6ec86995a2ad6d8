import {
	contract,
	type Handlers,
	jsonRpcPeer,
	memoryChannels,
	method,
	notification,
	type Peer,
	PeerError,
	ResponseError,
	type StandardSchemaV1,
	unchecked,
} from "@framewright/json-rpc-peer";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { request, result, settled, setup } from "./text-end.ts";

const zodCalculator = contract({
	methods: {
		add: {
			params: z.tuple([z.number(), z.number()]),
			result: z.number(),
		},
		at: {
			// What comes in is a string, what the handler gets is a Date; and the other way round.
			params: z.object({
				when: z.iso.datetime().transform((s) => new Date(s)),
			}),
			result: z.string().transform((text) => text.length),
		},
		reset: { result: z.null() },
	},
	notifications: { log: { params: z.object({ text: z.string() }) } },
});

const valibotCalculator = contract({
	methods: {
		add: {
			params: v.tuple([v.number(), v.number()]),
			result: v.number(),
		},
		at: {
			params: v.object({
				when: v.pipe(
					v.string(),
					v.isoTimestamp(),
					v.transform((s) => new Date(s)),
				),
			}),
			result: v.pipe(
				v.string(),
				v.transform((text) => text.length),
			),
		},
		reset: { result: v.null() },
	},
	notifications: { log: { params: v.object({ text: v.string() }) } },
});

describe.each([
	["zod", zodCalculator],
	// The same types, by another library.
	["valibot", valibotCalculator as unknown as typeof zodCalculator],
])("a contract with %s", (_, calculator) => {
	function connect(handlers: Handlers<typeof calculator>): {
		client: Peer<typeof calculator>;
		faults: unknown[];
	} {
		const [here, there] = memoryChannels();
		const faults: unknown[] = [];
		const onFault = (fault: unknown): void => void faults.push(fault);
		jsonRpcPeer(there, { local: calculator, handlers, onFault });
		return { client: jsonRpcPeer(here, { remote: calculator }), faults };
	}

	test("types and checks both ends", async () => {
		const texts: string[] = [];
		const { client } = connect({
			add: ([a, b]) => a + b,
			at: ({ when }) => when.toISOString(),
			reset() {},
			log: ({ text }) => {
				texts.push(text);
			},
		});
		expect((await client.request("add", [1, 2])).toFixed(1)).toBe("3.0");
		expect(
			(await client.request("at", { when: "2026-01-02T03:04:05Z" })).toFixed(),
		).toBe("24");
		expect(await client.request("reset")).toBeNull();
		await client.notify("log", { text: "hi" });
		await settled();
		expect(texts).toEqual(["hi"]);
	});

	test("answers wrong params with -32602 and the issues in data", async () => {
		let runs = 0;
		const { client } = connect({ add: () => ++runs });
		const call = client.request("add", [1, "2"] as never);
		const reason = await call.catch((reason: unknown) => reason);
		expect(reason).toBeInstanceOf(ResponseError);
		expect(reason).toMatchObject({
			code: -32602,
			message: "Invalid params",
			data: [{ message: expect.any(String), path: [1] }],
		});
		await expect(
			client.request("add", undefined as never),
		).rejects.toMatchObject({ code: -32602 });
		expect(runs).toBe(0);
	});

	test("drops a notification with wrong params, which is a fault", async () => {
		let runs = 0;
		const { client, faults } = connect({
			log() {
				runs += 1;
			},
		});
		await client.notify("log", { text: 1 } as never);
		await settled();
		expect(runs).toBe(0);
		expect(faults).toMatchObject([
			{ kind: "failed", call: { method: "log" }, error: { code: -32602 } },
		]);
	});

	test("hides a server's own wrong result behind -32603; the server is told", async () => {
		const { client, faults } = connect({ add: () => "3" as never });
		await expect(client.request("add", [1, 2])).rejects.toMatchObject({
			name: "ResponseError",
			code: -32603,
			message: "Internal error",
		});
		expect(faults).toMatchObject([
			{
				error: {
					code: "invalid-result",
					message: 'The result of "add" is not what the contract says',
					issues: [{}],
				},
			},
		]);
	});

	test("rejects a result that is not what it says, with the issues", async () => {
		const [here, there] = memoryChannels();
		jsonRpcPeer(there, { handlers: { add: () => "3" } });
		const client = jsonRpcPeer(here, { remote: calculator });
		const reason = await client.request("add", [1, 2]).catch((e: unknown) => e);
		expect(reason).toBeInstanceOf(PeerError);
		expect(reason).toMatchObject({
			code: "invalid-result",
			issues: [{ message: expect.any(String) }],
		});
	});

	test("sends a result as the handler returned it, for the caller's schema to read", async () => {
		const { receive, sent } = setup({
			local: calculator as never,
			handlers: { at: () => "text" },
		});
		receive(request(1, "at", { when: "2026-01-02T03:04:05Z" }));
		await settled();
		expect(sent).toEqual([result(1, "text")]);
	});

	test("works with batches, and with values that were left raw", async () => {
		const [here, there] = memoryChannels({ raw: true });
		jsonRpcPeer(there, {
			local: calculator,
			handlers: { add: ([a, b]) => a + b },
		});
		const client = jsonRpcPeer(here, { remote: calculator });
		const [sum, wrong] = client.batch((batch) => [
			batch.request("add", [1, 2]),
			batch.request("add", [1] as never),
		]);
		expect(await sum).toBe(3);
		await expect(wrong).rejects.toMatchObject({ code: -32602 });
	});
});

test("schemas may be asynchronous, on either side", async () => {
	const name = z.object({
		name: z.string().refine(async (name) => name !== "nobody"),
	});
	const people = contract({
		methods: { greet: { params: name, result: name } },
	});
	const [here, there] = memoryChannels();
	jsonRpcPeer(there, {
		local: people,
		handlers: { greet: (params) => params },
	});
	const client = jsonRpcPeer(here, { remote: people });
	expect(await client.request("greet", { name: "Ada" })).toEqual({
		name: "Ada",
	});
	await expect(
		client.request("greet", { name: "nobody" }),
	).rejects.toMatchObject({ code: -32602 });
	const [a, b] = memoryChannels();
	jsonRpcPeer(b, { handlers: { greet: () => ({ name: "nobody" }) } });
	await expect(
		jsonRpcPeer(a, { remote: people }).request("greet", { name: "x" }),
	).rejects.toMatchObject({ code: "invalid-result" });
});

test("a schema that throws answers -32603, and rejects a call with what it threw", async () => {
	const thrown = new Error("in the schema");
	const broken: StandardSchemaV1<object> = {
		"~standard": {
			version: 1,
			vendor: "test",
			validate() {
				throw thrown;
			},
		},
	};
	const rejecting: StandardSchemaV1<object> = {
		"~standard": {
			version: 1,
			vendor: "test",
			validate: () => Promise.reject(thrown),
		},
	};
	const api = contract({
		methods: {
			params: { params: broken },
			result: { result: broken },
			later: { result: rejecting },
		},
	});
	const [here, there] = memoryChannels();
	const faults: unknown[] = [];
	jsonRpcPeer(there, {
		local: api,
		handlers: { params: () => 1 },
		onFault: (fault) => faults.push(fault),
	});
	const client = jsonRpcPeer(here, { remote: api });
	await expect(client.request("params", {})).rejects.toMatchObject({
		code: -32603,
	});
	expect(faults).toMatchObject([{ error: thrown }]);
	const [a, b] = memoryChannels();
	jsonRpcPeer(b, { handlers: { result: () => ({}), later: () => ({}) } });
	const other = jsonRpcPeer(a, { remote: api });
	await expect(other.request("result")).rejects.toBe(thrown);
	await expect(other.request("later")).rejects.toBe(thrown);
});

test("issues tell their paths as plain keys", async () => {
	const schema: StandardSchemaV1<object> = {
		"~standard": {
			version: 1,
			vendor: "test",
			validate: () => ({
				issues: [
					{ message: "a", path: ["x", { key: 1 }, Symbol("s")] },
					{ message: "b" },
				],
			}),
		},
	};
	const { receive, sent } = setup({
		local: { methods: { m: { params: schema } } } as never,
		handlers: { m: () => 1 },
	});
	receive(request(1, "m"));
	await settled();
	expect(JSON.parse(sent[0] ?? "").error.data).toEqual([
		{ message: "a", path: ["x", 1, "Symbol(s)"] },
		{ message: "b" },
	]);
});

test("a handler must be in the contract, as an own member of it", () => {
	const api = contract({ methods: { a: method() } });
	const [channel] = memoryChannels();
	expect(() =>
		jsonRpcPeer(channel, { local: api, handlers: { b() {} } as never }),
	).toThrow('the contract has no "b"');
	expect(() =>
		(jsonRpcPeer(channel, { local: api }) as Peer).handle("toString", () => {}),
	).toThrow('the contract has no "toString"');
});

test("types alone make a contract, which checks nothing when it runs", async () => {
	const api = contract({
		methods: {
			add: method<[number, number], number>(),
			reset: method(),
			list: { params: z.object({}), result: unchecked<readonly string[]>() },
			any: {},
		},
		notifications: {
			log: notification<{ text: string }>(),
			tick: notification(),
		},
	});
	const [here, there] = memoryChannels();
	const server = jsonRpcPeer(there, {
		local: api,
		handlers: { add: ([a, b]) => a + b, reset() {}, list: () => ["a"] },
	});
	server.handle("any", (params) => params);
	const client = jsonRpcPeer(here, { remote: api });
	const sum: number = await client.request("add", [1, 2]);
	const nothing: null = await client.request("reset");
	const list: readonly string[] = await client.request("list", {});
	expect([sum, nothing, list]).toEqual([3, null, ["a"]]);
	expect(await client.request("add", ["1", "2"] as never)).toBe("12");
	expect(await client.request("any", { a: 1 })).toEqual({ a: 1 });
});

// What does not compile; nothing of this runs.
function types(client: Peer<typeof zodCalculator>): void {
	client.request("add", [1, 2]) satisfies Promise<number>;
	client.request("reset", undefined, { timeout: 1 }) satisfies Promise<null>;
	client.request("at", { when: "" }) satisfies Promise<number>;
	// @ts-expect-error: no such method
	client.request("subtract", [1, 2]);
	// @ts-expect-error: a notification is no method
	client.request("log", { text: "" });
	// @ts-expect-error: params are missing
	client.request("add");
	// @ts-expect-error: a string is no number
	client.request("add", [1, "2"]);
	// @ts-expect-error: what the schema takes is text
	client.request("at", { when: new Date() });
	// @ts-expect-error: the result is a number
	client.request("add", [1, 2]) satisfies Promise<string>;
	client.notify("log", { text: "" }) satisfies Promise<void>;
	// A call without an answer.
	client.notify("add", [1, 2]);
	// @ts-expect-error: no such notification
	client.notify("unknown");
	// @ts-expect-error: text is missing
	client.notify("log", {});
	client.batch((b) => [
		b.request("add", [1, 2]),
		b.request("reset"),
	]) satisfies Promise<number | null>[];
	// @ts-expect-error: params are missing, in a batch as well
	client.batch((b) => b.request("add"));

	const [channel] = memoryChannels();
	jsonRpcPeer(channel, {
		local: zodCalculator,
		handlers: {
			add: ([a, b], { peer, signal }) => {
				a satisfies number;
				signal satisfies AbortSignal;
				peer satisfies Peer;
				return a + b;
			},
			at: ({ when }) => when.toISOString(),
			log({ text }) {
				text satisfies string;
			},
		},
	});
	const serve = (_: Handlers<typeof zodCalculator>): void => {};
	serve({ add: async ([a]) => a, log: () => {} });
	// @ts-expect-error: the result must be a number
	serve({ add: () => "3" });
	// @ts-expect-error: there is no subtract
	serve({ subtract: () => 3 });
	// @ts-expect-error: a Date is not what the schema takes
	serve({ at: () => new Date() });
	// @ts-expect-error: params are an array or an object
	contract({ methods: { m: { params: z.string() } } });
	// @ts-expect-error: params are an array or an object
	contract({ notifications: { n: { params: v.number() } } });
	// @ts-expect-error: params are an array or an object
	method<string>();

	// Types alone are as strict.
	const typed = jsonRpcPeer(channel, {
		remote: contract({
			methods: { reset: method(), add: method<[number], number>() },
			notifications: { tick: notification() },
		}),
	});
	// @ts-expect-error: the result is null
	typed.request("reset") satisfies Promise<string>;
	// @ts-expect-error: there are no params
	typed.request("reset", {});
	// @ts-expect-error: the result is a number
	typed.request("add", [1]) satisfies Promise<string>;
	// @ts-expect-error: there are no params
	typed.notify("tick", {});

	// Both ends have a contract.
	const both = jsonRpcPeer(channel, {
		remote: zodCalculator,
		local: contract({ methods: { ask: method<{ why: string }, boolean>() } }),
		handlers: {
			ask: async ({ why }, { peer }) =>
				(await peer.request("add", [1, 2])) > why.length,
		},
	});
	both.request("add", [1, 2]) satisfies Promise<number>;
	both.handle("ask", ({ why }) => why === "");
	// @ts-expect-error: that is the remote's
	both.handle("add", () => 3);

	// Without a contract, anything goes, and the handler says what it takes.
	const any = jsonRpcPeer(channel, {
		handlers: {
			m: ([a]: [number]) => a,
			n: (params: { b: string }) => params.b,
		},
	});
	any.request("whatever", { a: 1 }) satisfies Promise<unknown>;
	any.handle("more", (params: string[]) => params.length);
}
expect(types).toBeTypeOf("function");
