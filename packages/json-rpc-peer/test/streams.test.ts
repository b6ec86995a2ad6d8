// Peers over real sockets, through the channels of @framewright/streams.

import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, connect as open, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stack } from "@framewright/codec";
import { jsonRpc } from "@framewright/json-rpc";
import {
	type IncomingCall,
	jsonRpcPeer,
	lsp,
	type Peer,
	type PeerOptions,
} from "@framewright/json-rpc-peer";
import { lengthPrefixed } from "@framewright/length-prefixed";
import { newline } from "@framewright/newline";
import { nodeChannel } from "@framewright/streams/node";
import { afterEach, describe, expect, test } from "vitest";

const cleanups: (() => void)[] = [];
afterEach(() => {
	for (const cleanup of cleanups.splice(0)) cleanup();
});

const layers = {
	"length-prefixed": () => stack(lengthPrefixed(), jsonRpc()),
	newline: () => stack(newline(), jsonRpc()),
};

/** A socket between two ends. */
async function sockets(): Promise<[Socket, Socket]> {
	const directory = mkdtempSync(join(tmpdir(), "framewright-peer-"));
	const path = join(directory, "s.sock");
	const server = createServer({ allowHalfOpen: true });
	server.listen(path);
	await once(server, "listening");
	const near = open({ path, allowHalfOpen: true });
	const [far] = (await once(server, "connection")) as [Socket];
	cleanups.push(() => {
		near.destroy();
		far.destroy();
		server.close();
		rmSync(directory, { recursive: true, force: true });
	});
	return [near, far];
}

describe.each(Object.entries(layers))("over a Unix socket, %s", (_, layer) => {
	async function peers(
		options: PeerOptions,
	): Promise<[Peer, Peer, Socket, Socket]> {
		const [near, far] = await sockets();
		return [
			jsonRpcPeer(nodeChannel(near, layer()), { dialect: lsp }),
			jsonRpcPeer(nodeChannel(far, layer()), { dialect: lsp, ...options }),
			near,
			far,
		];
	}

	test("calls go both ways, in batches too, and it closes in peace", async () => {
		const [client, server] = await peers({
			handlers: {
				add: ([a, b]: [number, number]) => a + b,
				async ask(_: unknown, { peer }: IncomingCall) {
					return await peer.request("name");
				},
			},
		});
		client.handle("name", () => "client");
		expect(await client.request("add", [1, 2])).toBe(3);
		expect(await client.request("ask")).toBe("client");
		const calls = Array.from({ length: 1000 }, (_, i) =>
			client.request("add", [i, i]),
		);
		expect(await Promise.all(calls)).toEqual(calls.map((_, i) => 2 * i));
		const batch = client.batch((b) =>
			Array.from({ length: 100 }, (_, i) => b.request("add", [i, 1])),
		);
		expect(await Promise.all(batch)).toEqual(batch.map((_, i) => i + 1));
		await client.close();
		await Promise.all([client.closed, server.closed]);
	});

	test("a call is cancelled on the other side", async () => {
		const [client, server] = await peers({
			handlers: {
				slow: (_: unknown, { signal }: IncomingCall) =>
					new Promise((_, reject) => {
						signal.addEventListener("abort", () => reject(signal.reason));
					}),
			},
		});
		await expect(
			client.request("slow", {}, { timeout: 20 }),
		).rejects.toMatchObject({ code: "timeout" });
		// It could not close if the handler still ran.
		await client.close();
		await server.closed;
	});

	test("a connection that breaks rejects the calls on it", async () => {
		const [client, , , far] = await peers({
			handlers: { slow: () => new Promise(() => {}) },
		});
		const call = client.request("slow");
		await new Promise((resolve) => setTimeout(resolve, 20));
		far.destroy();
		await expect(call).rejects.toBeInstanceOf(Error);
	});

	test("input that no framing can read ends it with the DecodeError", async () => {
		const [near, far] = await sockets();
		const framing =
			layer === layers.newline
				? newline({ maxLength: 10 })
				: lengthPrefixed({ maxLength: 10 });
		const channel = nodeChannel(near, stack(framing, jsonRpc()));
		const client = jsonRpcPeer(channel);
		const call = client.request("m");
		// Its own request is too large, and nothing of it is sent; then the remote's bytes are.
		await expect(call).rejects.toThrow(RangeError);
		far.write(new Uint8Array(100).fill(0x7f));
		await expect(client.closed).rejects.toMatchObject({
			name: "DecodeError",
			code: "too-large",
		});
		await expect(client.request("m")).rejects.toMatchObject({
			code: "too-large",
		});
	});

	test("many results larger than the sockets' buffers arrive, held back by backpressure", async () => {
		let most = 0;
		let running = 0;
		const [client] = await peers({
			concurrency: 4,
			handlers: {
				async large() {
					most = Math.max(most, ++running);
					await Promise.resolve();
					running -= 1;
					return "x".repeat(300_000);
				},
			},
		});
		const calls = Array.from({ length: 60 }, () => client.request("large"));
		const results = (await Promise.all(calls)) as string[];
		expect(new Set(results.map(({ length }) => length))).toEqual(
			new Set([300_000]),
		);
		expect(most).toBeLessThanOrEqual(4);
		await client.close();
	});
});
