// Hostile bytes through whole stacks: one clear error each, and nothing lost for anybody else.

import { duplexPair } from "node:stream";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type ByteLayer, DecodeError, stack } from "@framewright/codec";
import { contentLength } from "@framewright/content-length";
import { jsonRpc, type Message } from "@framewright/json-rpc";
import { type Fault, jsonRpcPeer, type Peer } from "@framewright/json-rpc-peer";
import { newline } from "@framewright/newline";
import { nodeChannel } from "@framewright/streams/node";
import { afterEach, describe, expect, test } from "vitest";

type Wire = ByteLayer<Message>;

const MiB = 1024 * 1024;

/** What each side takes by default, in bytes; an attack may be larger than that. */
const MAX_LENGTH = 8 * MiB;

const framings = {
	newline: {
		layer: (maxLength?: number): Wire =>
			stack(newline(maxLength ? { maxLength } : {}), jsonRpc()),
		frame: (text: string) => Buffer.from(`${text}\n`),
	},
	"content-length": {
		layer: (maxLength?: number): Wire =>
			stack(contentLength(maxLength ? { maxLength } : {}), jsonRpc()),
		frame: (text: string) =>
			Buffer.from(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`),
	},
};

type Framing = (typeof framings)["newline"];

/** A connection to the server, and what came of it. */
interface Connection {
	/** The server's peer of this connection. */
	readonly server: Peer;
	readonly faults: Fault[];
	/** What came back, calls of the server's and answers to `add` left out. */
	readonly received: Message[];
	/** Sends bytes in chunks, as a socket would deliver them. Resolves when they were taken, or the connection has ended. */
	write(bytes: Uint8Array): Promise<void>;
	/** Calls `add`; resolves with the answer to that very call. */
	add(a: number, b: number): Promise<unknown>;
}

const connections: Connection[] = [];
afterEach(() => {
	for (const { server } of connections.splice(0)) server.abort();
});

function connect({ layer, frame }: Framing, maxLength?: number): Connection {
	const [here, there] = duplexPair();
	const faults: Fault[] = [];
	const received: Message[] = [];
	const answered = new Map<unknown, (result: unknown) => void>();
	const server = jsonRpcPeer(nodeChannel(there, layer(maxLength)), {
		handlers: { add: ([a, b]: [number, number]) => a + b },
		onFault: (fault) => faults.push(fault),
	});
	const decoder = layer(maxLength).decoder();
	function take(message: Message): void {
		if (message.kind === "success" && answered.has(message.id))
			answered.get(message.id)?.(message.result);
		else if (message.kind !== "request") received.push(message);
	}
	here.on("error", () => {});
	here.on("data", (chunk) => {
		decoder.push(chunk);
		for (;;) {
			const message = decoder.pull();
			if (message === undefined) return;
			take(message);
		}
	});
	let calls = 0;
	const connection: Connection = {
		server,
		faults,
		received,
		async write(bytes) {
			let hasEnded = false;
			const ended = server.closed
				.catch(() => {})
				.then(() => {
					hasEnded = true;
				});
			for (let at = 0; at < bytes.length && !hasEnded; at += 65_536) {
				// A copy: a chunk that is kept must not keep the whole attack.
				const chunk = new Uint8Array(bytes.subarray(at, at + 65_536));
				const taken = new Promise<void>((resolve) =>
					here.write(chunk, () => resolve()),
				);
				await Promise.race([taken, ended]);
			}
		},
		add(a, b) {
			const id = `add ${++calls}`;
			const request = { jsonrpc: "2.0", id, method: "add", params: [a, b] };
			here.write(frame(JSON.stringify(request)));
			return new Promise((resolve) => answered.set(id, resolve));
		},
	};
	connections.push(connection);
	return connection;
}

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** Bytes that are still in use when all that can be freed was. */
async function bytesInUse(): Promise<number> {
	// Twice: buffers go when what has held them is gone.
	for (let i = 0; i < 2; i++) {
		await new Promise(setImmediate);
		collectGarbage();
	}
	const { heapUsed, arrayBuffers } = process.memoryUsage();
	return heapUsed + arrayBuffers;
}

function error(code: number, message: string, data?: string): object {
	const told = data === undefined ? { code, message } : { code, message, data };
	return { kind: "error", id: null, error: told };
}

const item = '{"jsonrpc":"2.0","id":1,"method":"add","params":[1,2]}';

/** Messages that the framing can step over: what is said of them on the wire, and to us. */
const messages: readonly {
	readonly name: string;
	readonly text: () => string;
	/** What the framing takes, where it is not the default. */
	readonly maxLength?: number;
	readonly reply: object;
	readonly fault: object;
}[] = [
	{
		name: "200 KB of [",
		text: () => "[".repeat(200_000),
		reply: error(-32700, "Parse error"),
		fault: {
			kind: "invalid",
			reason: "JSON may be nested 1000 levels deep at most",
		},
	},
	{
		name: "params 100,000 levels deep",
		text: () =>
			`{"jsonrpc":"2.0","id":1,"method":"add","params":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
		reply: error(-32700, "Parse error"),
		fault: {
			kind: "invalid",
			reason: "JSON may be nested 1000 levels deep at most",
		},
	},
	{
		name: "a batch of 100,000 requests",
		text: () => `[${Array(100_000).fill(item).join(",")}]`,
		reply: error(-32600, "Invalid Request"),
		fault: {
			kind: "invalid",
			reason: "A batch may have 1000 messages at most",
		},
	},
	{
		name: "a batch of 100,000 items that are none",
		text: () => `[${Array(100_000).fill("1").join(",")}]`,
		reply: error(-32600, "Invalid Request"),
		fault: {
			kind: "invalid",
			reason: "A batch may have 1000 messages at most",
		},
	},
	{
		name: "an id of 10 MB, where only the framing takes so much",
		text: () =>
			`{"jsonrpc":"2.0","id":"${"x".repeat(10_000_000)}","method":"add"}`,
		maxLength: 16 * MiB,
		reply: error(-32700, "Parse error"),
		fault: {
			kind: "invalid",
			reason: "A message may have 8388608 bytes at most",
		},
	},
	{
		name: "an id of 10 MB of digits",
		text: () => `{"jsonrpc":"2.0","id":${"9".repeat(10_000_000)},"method":"m"}`,
		maxLength: 16 * MiB,
		reply: error(-32700, "Parse error"),
		fault: {
			kind: "invalid",
			reason: "A message may have 8388608 bytes at most",
		},
	},
	{
		name: "an id that leaves no room for an answer",
		text: () => {
			const [head, tail] = ['{"jsonrpc":"2.0","id":"', '","method":"m"}'];
			const room = MAX_LENGTH - head.length - tail.length;
			return `${head}${"x".repeat(room)}${tail}`;
		},
		reply: error(-32603, "Internal error", "The id is too long"),
		fault: { kind: "failed", error: expect.any(Error) },
	},
	{
		name: "a batch whose ids leave no room for an answer",
		text: () => {
			const id = "x".repeat(MAX_LENGTH / 1000 - 45);
			const items = Array.from(
				{ length: 1000 },
				(_, i) =>
					`{"jsonrpc":"2.0","id":"${`${i}`.padStart(3)}${id.slice(3)}","method":"m"}`,
			);
			return `[${items.join(",")}]`;
		},
		reply: error(-32603, "Internal error", "The id is too long"),
		fault: { kind: "failed", error: expect.any(Error) },
	},
];

/** Input that the framing cannot step over. */
const ends = [
	{
		name: "a header that never ends",
		framing: "content-length",
		bytes: () => Buffer.alloc(10_000_000, "X-Filler: and so on\r\n"),
		code: "too-large",
		message: /^A header may have 4096 bytes at most/,
	},
	{
		name: "a header line that never ends",
		framing: "content-length",
		bytes: () => Buffer.alloc(10_000_000, "x"),
		code: "too-large",
		message: /^A header may have 4096 bytes at most/,
	},
	{
		name: "an id of 10 MB",
		framing: "newline",
		bytes: () =>
			Buffer.from(`{"jsonrpc":"2.0","id":"${"x".repeat(10_000_000)}"`),
		code: "too-large",
		message: /^A line may have 8388608 bytes at most; no delimiter came/,
	},
	{
		name: "an id of 10 MB",
		framing: "content-length",
		bytes: () =>
			framings["content-length"].frame(
				`{"jsonrpc":"2.0","id":"${"x".repeat(10_000_000)}","method":"add"}`,
			),
		code: "too-large",
		message:
			/^A body may have 8388608 bytes at most; the header announces 100000/,
	},
] as const;

describe.each(Object.entries(framings))("over %s", (name, framing) => {
	test.each(messages)(
		"$name: one error, and the connection goes on",
		async ({ text, maxLength, reply, fault }) => {
			const attacked = connect(framing, maxLength);
			const bystander = connect(framing);
			const ours = attacked.server.request("never answered");
			ours.catch(() => {});
			const before = await bytesInUse();

			expect(await attacked.add(1, 2)).toBe(3);
			const isWritten = attacked.write(framing.frame(text()));
			expect(await bystander.add(1, 3)).toBe(4);
			await isWritten;
			expect(await attacked.add(1, 4)).toBe(5);
			expect(await bystander.add(1, 5)).toBe(6);

			expect(attacked.received).toEqual([reply]);
			expect(attacked.faults).toMatchObject([fault]);
			expect([bystander.received, bystander.faults]).toEqual([[], []]);
			attacked.faults.length = 0;
			expect((await bytesInUse()) - before).toBeLessThan(MiB);
		},
	);

	test("an id of 7 MB comes back, once, as it was", async () => {
		const attacked = connect(framing);
		const id = "x".repeat(7_000_000);
		const request = { jsonrpc: "2.0", id, method: "missing" };
		await attacked.write(framing.frame(JSON.stringify(request)));
		expect(await attacked.add(1, 2)).toBe(3);
		const message = "Method not found";
		expect(attacked.received).toEqual([
			{ kind: "error", id, error: { code: -32601, message } },
		]);
	});

	test("100,000 responses that nobody asked for: a fault each, no reply, and the connection goes on", async () => {
		const attacked = connect(framing);
		const bystander = connect(framing);
		let isSettled = false;
		// Call 1, which none of them may settle: they have the ids of others.
		const ours = attacked.server.request("never answered");
		ours
			.catch(() => {})
			.finally(() => {
				isSettled = true;
			});
		const before = await bytesInUse();

		expect(await attacked.add(1, 2)).toBe(3);
		const responses = Array.from({ length: 100_000 }, (_, i) =>
			framing.frame(`{"jsonrpc":"2.0","id":${i + 2},"result":${i}}`),
		);
		const isWritten = attacked.write(Buffer.concat(responses.splice(0)));
		expect(await bystander.add(1, 3)).toBe(4);
		await isWritten;
		expect(await attacked.add(1, 4)).toBe(5);

		expect(attacked.received).toEqual([]);
		expect(attacked.faults).toHaveLength(100_000);
		expect(attacked.faults[0]).toEqual({ kind: "success", id: 2, result: 0 });
		expect(attacked.faults.at(-1)).toMatchObject({ id: 100_001 });
		expect(bystander.faults).toEqual([]);
		expect(isSettled).toBe(false);
		attacked.faults.length = 0;
		expect((await bytesInUse()) - before).toBeLessThan(MiB);
	});

	test.each(ends.filter((end) => end.framing === name))(
		"$name: ends this connection with one DecodeError, and no other",
		async ({ bytes, code, message }) => {
			const attacked = connect(framing);
			const bystander = connect(framing);
			let settled = 0;
			const outcome = attacked.server
				.request("never answered")
				.catch((reason: unknown) => reason)
				.finally(() => {
					settled += 1;
				});
			const before = await bytesInUse();

			expect(await attacked.add(1, 2)).toBe(3);
			const isWritten = attacked.write(bytes());
			expect(await bystander.add(1, 3)).toBe(4);
			const reason = await outcome;
			await isWritten;
			expect(reason).toBeInstanceOf(DecodeError);
			expect(reason).toMatchObject({ code });
			expect((reason as Error).message).toMatch(message);
			await expect(attacked.server.closed).rejects.toBe(reason);
			await expect(attacked.server.request("too late")).rejects.toBe(reason);
			expect(await bystander.add(1, 4)).toBe(5);

			expect(settled).toBe(1);
			expect([attacked.received, attacked.faults]).toEqual([[], []]);
			expect([bystander.received, bystander.faults]).toEqual([[], []]);
			expect((await bytesInUse()) - before).toBeLessThan(MiB);
		},
	);
});
