// Node's own HTTP as the peer, over sockets.

import { once } from "node:events";
import {
	createServer,
	type IncomingMessage,
	request,
	type Server,
} from "node:http";
import {
	type AddressInfo,
	connect,
	createServer as createRawServer,
	type Server as RawServer,
	type Socket,
} from "node:net";
import { DecodeError } from "@framewright/codec";
import { httpChunked, type Trailer } from "@framewright/http-chunked";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { joined } from "./adapters.ts";
import { latin1, wire } from "./wires.ts";

const text = (bytes: Uint8Array): string =>
	Buffer.from(bytes).toString("latin1");

/** Reads a header section, then a body with our decoder; returns what came behind both. */
async function readMessage(
	socket: Socket,
	before: Uint8Array = new Uint8Array(0),
): Promise<{
	header: string;
	body: string;
	trailers: readonly Trailer[];
	rest: Uint8Array;
}> {
	let received = before;
	const chunks = socket.iterator({ destroyOnReturn: false });
	const read = async (): Promise<Uint8Array> => {
		const { done, value } = await chunks.next();
		if (done) throw new Error("The connection ended");
		return value;
	};
	let at = text(received).indexOf("\r\n\r\n");
	for (; at === -1; at = text(received).indexOf("\r\n\r\n"))
		received = joined([received, await read()]);
	const header = text(received.subarray(0, at));
	const decoder = httpChunked().decoder();
	const data: Uint8Array[] = [];
	decoder.push(received.subarray(at + 4));
	for (;;) {
		const item = decoder.pull();
		if (item === undefined) decoder.push(await read());
		else if (item instanceof Uint8Array) data.push(item.slice());
		else
			return {
				header,
				body: text(joined(data)),
				trailers: item.trailers,
				rest: decoder.rest(),
			};
	}
}

const port = (server: Server | RawServer): number =>
	(server.address() as AddressInfo).port;

test("a request that Node's client sends, with trailers, is decoded", async () => {
	const server = createRawServer();
	await once(server.listen(0, "127.0.0.1"), "listening");
	const client = request({
		port: port(server),
		host: "127.0.0.1",
		method: "POST",
		headers: { "Transfer-Encoding": "chunked", Trailer: "Check" },
	});
	const answered = once(client, "response");
	const data = "some data ".repeat(20_000);
	client.write("first, ");
	client.write(data);
	client.addTrailers({ Check: "sum" });
	client.end("last");
	const [socket] = (await once(server, "connection")) as [Socket];
	const message = await readMessage(socket);
	expect(message.body).toBe(`first, ${data}last`);
	expect(message.trailers).toEqual([["Check", "sum"]]);
	expect(message.rest.length).toBe(0);
	socket.end("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
	const [response] = (await answered) as [IncomingMessage];
	expect(response.statusCode).toBe(204);
	server.close();
});

interface Seen {
	readonly url: string | undefined;
	readonly body: string;
	readonly trailers: readonly string[];
}

describe("Node's server", () => {
	let server: Server;
	let seen: Seen[];
	let refused: boolean;

	beforeAll(async () => {
		server = createServer((message, response) => {
			const parts: Uint8Array[] = [];
			// A body that is refused half way; the server tells of it as a clientError.
			message.on("error", () => {});
			message.on("data", (part: Uint8Array) => parts.push(part));
			message.on("end", () => {
				seen.push({
					url: message.url,
					body: text(joined(parts)),
					trailers: message.rawTrailers,
				});
				response.setHeader("Trailer", "Length");
				for (const part of parts) response.write(part);
				response.addTrailers({ Length: String(joined(parts).length) });
				response.end();
			});
		});
		server.on("clientError", (_, socket) => {
			refused = true;
			socket.destroy();
		});
		await once(server.listen(0, "127.0.0.1"), "listening");
	});

	afterAll(() => {
		server.close();
	});

	/** Sends a request with this body, and another one behind it; returns what the server made of them. */
	async function send(body: Uint8Array): Promise<void> {
		seen = [];
		refused = false;
		const socket = connect(port(server), "127.0.0.1");
		socket.on("error", () => {});
		socket.write(
			"POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
		);
		socket.write(body);
		socket.end("GET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
		socket.resume();
		await once(socket, "close");
	}

	test("reads what we encode", async () => {
		const encoder = httpChunked().encoder();
		const chunks = [1, 15, 16, 255, 4096, 70_000].map((length) =>
			latin1("0123456789abcdef\r\n".repeat(length / 18 + 1)).subarray(
				0,
				length,
			),
		);
		const trailers = [
			["Check", "a \t: b"],
			["empty", ""],
			["Obs", "\x80\xff"],
		] as const;
		const body = [...chunks, { kind: "end", trailers } as const].map((item) =>
			encoder.encode(item),
		);
		await send(joined(body));
		expect(seen).toEqual([
			{ url: "/1", body: text(joined(chunks)), trailers: trailers.flat() },
			{ url: "/2", body: "", trailers: [] },
		]);
	});

	test("sends responses that we decode, one behind the other on one connection", async () => {
		seen = [];
		const socket = connect(port(server), "127.0.0.1");
		const sent = ["one", "", "three".repeat(50_000)];
		for (const body of sent)
			socket.write(
				`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
			);
		let rest: Uint8Array | undefined;
		for (const body of sent) {
			const message = await readMessage(socket, rest);
			expect(message.header).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
			expect(message.body).toBe(body);
			expect(message.trailers).toEqual([["Length", String(body.length)]]);
			rest = message.rest;
		}
		expect(rest?.length).toBe(0);
		socket.destroy();
	});

	test("agrees with us on where a body ends and what is in it; of what we refuse, it lets pass some extensions", async () => {
		let agreed = 0;
		await fc.assert(
			fc.asyncProperty(wire, async (bytes) => {
				const decoder = httpChunked().decoder();
				decoder.push(bytes);
				decoder.end();
				let body = "";
				try {
					for (;;) {
						const item = decoder.pull();
						if (item === undefined) return;
						if (item instanceof Uint8Array) {
							body += text(item);
							continue;
						}
						await send(bytes.subarray(0, bytes.length - decoder.rest().length));
						expect(seen).toEqual([
							{ url: "/1", body, trailers: item.trailers.flat() },
							{ url: "/2", body: "", trailers: [] },
						]);
						agreed += 1;
						return;
					}
				} catch (fault) {
					if (!(fault instanceof DecodeError)) throw fault;
					if (fault.code !== "invalid-syntax") return;
					await send(bytes);
					// Such as ;=b, ;a= and ;a=b"c".
					if (seen[0]?.url === "/1")
						expect(fault.message).toMatch(/^A chunk extension must be/);
					else expect(refused).toBe(true);
				}
			}),
			{ numRuns: 400 },
		);
		expect(agreed).toBeGreaterThan(40);
	});
});
