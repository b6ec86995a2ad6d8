// The MCP project's reference server, on its SDK, over stdio.

import { stack } from "@framewright/codec";
import { jsonRpc } from "@framewright/json-rpc";
import {
	contract,
	type Fault,
	jsonRpcPeer,
	mcp,
	method,
	notification,
	type Peer,
} from "@framewright/json-rpc-peer";
import { newline } from "@framewright/newline";
import { nodeChannel } from "@framewright/streams/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Child, startChild } from "../src/child.ts";
import { packageProgram } from "../src/program.ts";
import { until } from "../src/until.ts";

const server = contract({
	methods: {
		initialize: method<object, { serverInfo: { name: string } }>(),
		ping: method(),
		"tools/list": {
			result: z.object({ tools: z.array(z.object({ name: z.string() })) }),
		},
		"tools/call": {
			params: z.object({ name: z.string(), arguments: z.object() }),
			result: z.object({
				content: z.array(z.object({ type: z.string(), text: z.string() })),
				isError: z.boolean().optional(),
			}),
		},
	},
	notifications: { "notifications/initialized": notification() },
});

describe("server-everything", () => {
	const faults: Fault[] = [];
	const asked: string[] = [];
	/** Progress of calls that were taken back: the peer has no call of that token any more. */
	const stray: number[] = [];
	let child: Child;
	let peer: Peer<typeof server>;

	beforeAll(async () => {
		const command = packageProgram(
			"@modelcontextprotocol/server-everything",
			"mcp-server-everything",
		);
		child = startChild([...command, "stdio"], { lifetime: 60_000 });
		const { stdout, stdin } = child.process;
		peer = jsonRpcPeer(
			nodeChannel(
				{ readable: stdout, writable: stdin },
				stack(newline(), jsonRpc()),
			),
			{
				remote: server,
				dialect: mcp,
				timeout: 20_000,
				onFault: (fault) => faults.push(fault),
				middleware: [
					(call, next) => {
						if (call.id !== undefined) asked.push(call.method);
						return next();
					},
				],
				handlers: {
					"roots/list": () => ({
						roots: [{ uri: "file:///srv/music", name: "Musik" }],
					}),
					"sampling/createMessage": ({ messages, maxTokens }) => ({
						role: "assistant",
						model: "an echo",
						content: {
							type: "text",
							text: `${maxTokens}: ${messages[0].content.text}`,
						},
					}),
					"notifications/progress"({ progress }) {
						stray.push(progress);
					},
				},
			},
		);
	});
	afterAll(() => child?.[Symbol.asyncDispose]());

	const call = async (name: string, args: object, options = {}) => {
		const params = { name, arguments: args as Record<string, never> };
		return await peer.request("tools/call", params, options);
	};
	const echo = async (message: string) =>
		(await call("echo", { message })).content[0]?.text;

	test("is initialized", async () => {
		const { serverInfo } = await peer.request("initialize", {
			protocolVersion: "2025-06-18",
			capabilities: { sampling: {}, roots: { listChanged: true } },
			clientInfo: { name: "framewright", version: "0.0.0" },
		});
		expect(serverInfo.name).toBe("mcp-servers/everything");
		await peer.notify("notifications/initialized");
		expect(await peer.request("ping")).toEqual({});
	});

	test("lists its tools", async () => {
		const { tools } = await peer.request("tools/list");
		expect(tools.map(({ name }) => name)).toEqual(
			expect.arrayContaining(["echo", "get-sum", "trigger-sampling-request"]),
		);
	});

	test("echoes what is not ASCII", async () => {
		expect(await echo("Grüße, 世界 🌍\u2028\n")).toBe(
			"Echo: Grüße, 世界 🌍\u2028\n",
		);
	});

	test("answers a hundred calls at once, each with its own", async () => {
		const names = Array.from({ length: 100 }, (_, n) => `${n}`);
		expect(await Promise.all(names.map(echo))).toEqual(
			names.map((name) => `Echo: ${name}`),
		);
	});

	test("answers with an error of the tool or of JSON-RPC", async () => {
		expect(await call("echo", { message: 7 })).toMatchObject({ isError: true });
		await expect(
			peer.request("framewright/unknown" as "ping"),
		).rejects.toMatchObject({ code: -32601 });
	});

	test("tells the progress of a long operation", async () => {
		const told: unknown[] = [];
		const result = await call(
			"trigger-long-running-operation",
			{ duration: 0.3, steps: 3 },
			{ onProgress: (value: unknown) => told.push(value) },
		);
		expect(result.content[0]?.text).toContain("completed");
		expect(told).toEqual([
			{ progress: 1, total: 3 },
			{ progress: 2, total: 3 },
			{ progress: 3, total: 3 },
		]);
	});

	test("does not answer a call that was taken back, though its tool works on", async () => {
		const reason = new Error("Never mind");
		const abort = new AbortController();
		const operation = call(
			"trigger-long-running-operation",
			{ duration: 1, steps: 5 },
			{ signal: abort.signal, onProgress: () => abort.abort(reason) },
		);
		await expect(operation).rejects.toBe(reason);
		expect(await echo("next")).toBe("Echo: next");
		await until("The last step", () => stray.includes(5) || undefined);
		// What it would have answered would have come before this.
		expect(await echo("last")).toBe("Echo: last");
		expect(stray).toEqual([2, 3, 4, 5]);
		expect(faults).toEqual([]);
	});

	test("asks us to sample while it is called", async () => {
		const result = await call("trigger-sampling-request", {
			prompt: "Wie geht's?",
			maxTokens: 12,
		});
		expect(result.content[0]?.text).toContain("12: Resource");
		expect(result.content[0]?.text).toContain("Wie geht's?");
		expect(asked).toContain("sampling/createMessage");
	});

	test("asks us for our roots", async () => {
		const { content } = await call("get-roots-list", {});
		expect(content[0]?.text).toContain("1. Musik\n   URI: file:///srv/music");
		expect(asked).toContain("roots/list");
	});

	test("ends with 0 when we close", async () => {
		await peer.close();
		expect(await child.ended, child.said()).toBe(0);
		await peer.closed;
		expect(faults).toEqual([]);
	});
});
