// The client of the MCP SDK calls a server on our peer.

import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { ListRootsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

describe("the MCP SDK's client", () => {
	let said = "";
	let transport: StdioClientTransport;
	const client = new Client(
		{ name: "interop", version: "0.0.0" },
		{ capabilities: { roots: {} } },
	);
	client.setRequestHandler(ListRootsRequestSchema, () => ({
		roots: [{ uri: "file:///srv/music", name: "Musik" }],
	}));

	beforeAll(async () => {
		transport = new StdioClientTransport({
			command: process.execPath,
			args: [
				"--conditions=@framewright/source",
				fileURLToPath(new URL("../src/mcp-server.ts", import.meta.url)),
			],
			stderr: "pipe",
		});
		transport.stderr?.on("data", (chunk: Buffer) => {
			said += chunk.toString();
		});
		await client.connect(transport, { timeout: 20_000 });
	}, 30_000);
	// It kills the server, should that not end by itself.
	afterAll(() => client.close());

	const call = async (name: string, args = {}, options = {}) => {
		const result = await client.callTool({ name, arguments: args }, undefined, {
			timeout: 20_000,
			...options,
		});
		return (result.content as { text: string }[])[0]?.text;
	};

	test("is told who we are", () => {
		expect(client.getServerVersion()?.name).toBe("framewright-interop");
	});

	test("pings, and lists our tools", async () => {
		expect(await client.ping()).toEqual({});
		const { tools } = await client.listTools();
		expect(tools.map(({ name }) => name)).toEqual([
			"echo",
			"count",
			"cancelled",
			"roots",
		]);
	});

	test("calls a tool with what is not ASCII, and a hundred at once", async () => {
		expect(await call("echo", { message: "Grüße, 世界 🌍\u2028" })).toBe(
			"Echo: Grüße, 世界 🌍\u2028",
		);
		const names = Array.from({ length: 100 }, (_, n) => `${n}`);
		expect(
			await Promise.all(names.map((message) => call("echo", { message }))),
		).toEqual(names.map((name) => `Echo: ${name}`));
	});

	test("is told errors with code and data", async () => {
		await expect(call("dig")).rejects.toMatchObject({
			code: -32602,
			data: { name: "dig" },
		});
		await expect(
			client.callTool({ name: 7 as unknown as string }),
		).rejects.toMatchObject({ code: -32602, data: [{ path: ["name"] }] });
		await expect(client.listPrompts()).rejects.toThrow();
	});

	test("is told progress under the token that it chose", async () => {
		const told: unknown[] = [];
		const onprogress = (progress: unknown) => told.push(progress);
		expect(await call("count", { to: 3 }, { onprogress })).toBe("Counted to 3");
		expect(told).toEqual([
			{ progress: 1, total: 3, message: "1 of 3" },
			{ progress: 2, total: 3, message: "2 of 3" },
			{ progress: 3, total: 3, message: "3 of 3" },
		]);
	});

	test("takes a call back, which ends our handler, and is not answered", async () => {
		const errors: Error[] = [];
		// It would complain of a response that it has no request for.
		client.onerror = (error) => errors.push(error);
		const abort = new AbortController();
		const onprogress = () => abort.abort("Never mind");
		await expect(
			call("count", { to: 1000 }, { onprogress, signal: abort.signal }),
		).rejects.toThrow("Never mind");
		await expect.poll(() => call("cancelled"), { timeout: 5000 }).toBe("1");
		expect(errors.filter(({ message }) => /response/i.test(message))).toEqual(
			[],
		);
	});

	test("is called back by our tool", async () => {
		expect(JSON.parse((await call("roots")) ?? "")).toEqual({
			roots: [{ uri: "file:///srv/music", name: "Musik" }],
		});
	});

	test("closes, and our server ends by itself", async () => {
		await client.close();
		expect(said).toBe("closed in peace\n");
		expect(transport.pid).toBeNull();
	});
});
