// aria2, a download program with a JSON-RPC server of its own in C++, over HTTP and over WebSocket.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Fault, jsonRpcPeer, type Peer } from "@framewright/json-rpc-peer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Aria2, startAria2 } from "../src/aria2.ts";
import { httpChannel } from "../src/http-channel.ts";
import { describeProgram } from "../src/program.ts";
import { until } from "../src/until.ts";
import { webSocketChannel } from "../src/web-socket-channel.ts";

const transports = {
	HTTP: async (address: string) => httpChannel(`http://${address}`),
	WebSocket: (address: string) => webSocketChannel(`ws://${address}`),
};

describeProgram("aria2c", "apt-get install aria2", (program) => {
	let aria2: Aria2;
	beforeAll(async () => {
		aria2 = await startAria2(program);
	}, 30_000);
	afterAll(() => aria2?.[Symbol.asyncDispose]());

	describe.each(Object.entries(transports))("over %s", (name, open) => {
		const faults: Fault[] = [];
		const notified: string[] = [];
		let peer: Peer;
		beforeAll(async () => {
			peer = jsonRpcPeer(await open(aria2.address), {
				timeout: 20_000,
				onFault: (fault) => faults.push(fault),
				middleware: [
					(call, next) => {
						notified.push(call.method);
						return next();
					},
				],
			});
		});

		test("tells its version", async () => {
			expect(await peer.request("aria2.getVersion")).toMatchObject({
				version: expect.stringMatching(/^1\.\d+/),
				enabledFeatures: expect.arrayContaining(["GZip"]),
			});
		});

		test("lists its methods", async () => {
			expect(await peer.request("system.listMethods")).toEqual(
				expect.arrayContaining(["aria2.addUri", "system.multicall"]),
			);
		});

		test("answers a hundred calls at once, each with its own", async () => {
			const options = await Promise.all(
				Array.from({ length: 100 }, (_, n) =>
					peer.request(n % 2 ? "aria2.getGlobalStat" : "aria2.getSessionInfo"),
				),
			);
			expect(
				options.map((option) => Object.keys(option as object).length),
			).toEqual(Array.from({ length: 100 }, (_, n) => (n % 2 ? 6 : 1)));
		});

		test("answers system.multicall with results in arrays of one, and errors bare", async () => {
			const calls = [
				{ methodName: "aria2.getSessionInfo" },
				{ methodName: "framewright.unknown" },
			];
			expect(await peer.request("system.multicall", [calls])).toEqual([
				[{ sessionId: expect.stringMatching(/^[0-9a-f]{40}$/) }],
				{ code: 1, message: "No such method: framewright.unknown" },
			]);
		});

		// Not -32601: 1 is its code for whatever a method fails with.
		test("answers an unknown method with code 1, a wrong argument, too", async () => {
			await expect(peer.request("framewright.unknown")).rejects.toMatchObject({
				name: "ResponseError",
				code: 1,
				message: "No such method: framewright.unknown",
			});
			await expect(
				peer.request("aria2.tellStatus", ["zz"]),
			).rejects.toMatchObject({ code: 1, message: "Invalid GID zz" });
		});

		test("takes no params by name", async () => {
			await expect(
				peer.request("aria2.getVersion", { a: 1 }),
			).rejects.toMatchObject({ code: -32602 });
		});

		test("answers a batch as one", async () => {
			const [version, unknown] = peer.batch((batch) => [
				batch.request("aria2.getVersion"),
				batch.request("framewright.unknown"),
			]);
			await expect(unknown).rejects.toMatchObject({ code: 1 });
			expect(await version).toHaveProperty("version");
			expect(faults).toEqual([]);
		});

		// It takes a request without an id for an invalid one (section 4.1 forbids any answer).
		test("answers a notification with an error, which does not hurt the calls of its batch", async () => {
			const session = peer.batch((batch) => {
				batch.notify("aria2.getVersion");
				return batch.request("aria2.getSessionInfo");
			});
			expect(await session).toHaveProperty("sessionId");
			expect(faults.splice(0)).toMatchObject([
				{ kind: "error", id: null, error: { code: -32600 } },
			]);
		});

		test("downloads, and notifies whoever has a WebSocket", async () => {
			const body = `Grüße over ${name}`;
			const server = createServer((_, response) => response.end(body));
			await once(server.listen(0, "127.0.0.1"), "listening");
			const { port } = server.address() as AddressInfo;
			try {
				const uris = [`http://127.0.0.1:${port}/${name}.txt`];
				const gid = (await peer.request("aria2.addUri", [uris])) as string;
				expect(gid).toMatch(/^[0-9a-f]{16}$/);
				await until("The download", async () => {
					const asked = peer.request("aria2.tellStatus", [gid, ["status"]]);
					const { status } = (await asked) as { status: string };
					return status === "complete" || undefined;
				});
				if (name === "WebSocket") {
					await until(
						"The end of the download",
						() => notified.includes("aria2.onDownloadComplete") || undefined,
					);
					expect(notified).toEqual([
						"aria2.onDownloadStart",
						"aria2.onDownloadComplete",
					]);
				} else {
					expect(notified).toEqual([]);
				}
				expect(await readFile(join(aria2.folder, `${name}.txt`), "utf8")).toBe(
					body,
				);
			} finally {
				server.close();
			}
		});

		test("closes in peace", async () => {
			await peer.close();
			await peer.closed;
			expect(faults).toEqual([]);
		});
	});

	test("shuts down when it is told to, and exits with 0", async () => {
		const peer = jsonRpcPeer(httpChannel(`http://${aria2.address}`));
		expect(await peer.request("aria2.shutdown")).toBe("OK");
		await peer.close();
		expect(await aria2.child.ended, aria2.child.said()).toBe(0);
	});
});
