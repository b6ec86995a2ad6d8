import { jsonRpcPeer, memoryChannels } from "@framewright/json-rpc-peer";
import { describe, expect, test } from "vitest";
import { settled } from "./text-end.ts";

describe("memory channels", () => {
	test("connect two peers", async () => {
		const [here, there] = memoryChannels();
		const client = jsonRpcPeer(here, { handlers: { name: () => "client" } });
		const server = jsonRpcPeer(there, { handlers: { name: () => "server" } });
		expect(await client.request("name")).toBe("server");
		expect(await server.request("name")).toBe("client");
		await client.close();
		await Promise.all([client.closed, server.closed]);
	});

	test("share nothing, and carry only what JSON does", async () => {
		const [here, there] = memoryChannels();
		const params = { a: [1] };
		jsonRpcPeer(there, { handlers: { echo: (params: unknown) => params } });
		const client = jsonRpcPeer(here);
		const back = (await client.request("echo", params)) as typeof params;
		expect(back).toEqual(params);
		expect(back).not.toBe(params);
		await expect(client.request("echo", [1n])).rejects.toThrow(TypeError);
	});

	test("take the options of the codec", async () => {
		const [here, there] = memoryChannels({ maxLength: 100 });
		jsonRpcPeer(there);
		const call = jsonRpcPeer(here).request("m", ["x".repeat(100)]);
		await expect(call).rejects.toThrow(RangeError);
	});

	test("make senders wait while 64 messages are unread", async () => {
		const [here, there] = memoryChannels();
		let sent = 0;
		const sending = (async () => {
			for (; sent < 200; sent++)
				await here.send({ kind: "notification", method: "m" });
			await here.close();
		})();
		await settled();
		expect(sent).toBe(63);
		let read = 0;
		for await (const _ of there) read += 1;
		await sending;
		expect(read).toBe(200);
	});

	test("hand over what was sent before they end, and end half by half", async () => {
		const [here, there] = memoryChannels();
		await here.send({ kind: "notification", method: "last" });
		await here.close();
		await here.close();
		await expect(
			here.send({ kind: "notification", method: "late" }),
		).rejects.toThrow("after close()");
		const seen = [];
		for await (const message of there) seen.push(message);
		expect(seen).toEqual([{ kind: "notification", method: "last" }]);
		let isClosed = false;
		there.closed.then(() => {
			isClosed = true;
		});
		await settled();
		expect(isClosed).toBe(false);
		await there.close();
		await there.closed;
		for await (const _ of here) throw new Error("nothing was sent");
		await here.closed;
		here.abort("too late");
		await here.closed;
	});

	test("fail on both ends when one is aborted", async () => {
		const [here, there] = memoryChannels();
		const sendings = Array.from({ length: 100 }, () =>
			here.send({ kind: "notification", method: "m" }),
		);
		here.abort("reason");
		await expect(sendings.at(-1)).rejects.toMatchObject({ cause: "reason" });
		await expect(here.closed).rejects.toBe("reason");
		await expect(here.close()).rejects.toBe("reason");
		await expect(here.send({ kind: "notification", method: "m" })).rejects.toBe(
			"reason",
		);
		await expect(there.closed).rejects.toMatchObject({
			message: "The other end was aborted",
			cause: "reason",
		});
		await expect(async () => {
			for await (const _ of there);
		}).rejects.toThrow("The other end was aborted");
	});

	test("fail whoever waits for a message, and abort when left early", async () => {
		const [here, there] = memoryChannels();
		const next = there[Symbol.asyncIterator]().next();
		here.abort();
		await expect(next).rejects.toMatchObject({
			cause: { name: "AbortError" },
		});
		const [a, b] = memoryChannels();
		await a.send({ kind: "notification", method: "m" });
		for await (const _ of b) break;
		await expect(b.closed).rejects.toMatchObject({ name: "AbortError" });
	});
});
