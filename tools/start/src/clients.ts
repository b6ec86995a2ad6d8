import { deepEqual, equal } from "node:assert/strict";
import { once } from "node:events";
import { createConnection } from "node:net";
import { buffer, text } from "node:stream/consumers";
import { stack } from "@framewright/codec";
import { jsonRpc } from "@framewright/json-rpc";
import { jsonRpcPeer } from "@framewright/json-rpc-peer";
import { lengthPrefixed } from "@framewright/length-prefixed";
import { nodeChannel } from "@framewright/streams/node";
import { framewright, startChild } from "./child.ts";
import { converse, type Tally } from "./conversation.ts";
import type { Python } from "./python.ts";

/** Where clients meet. */
export interface Appointment {
	readonly socket: string;
	/** How many they are, the hostile one not counted. None leaves before all of them are done. */
	readonly clients: number;
	/** How many they are with the hostile one. None begins before all have come. */
	readonly expected: number;
	readonly signal: AbortSignal;
}

/** A channel in this process. Leaves when `done` has settled, and so keeps everybody connected until then. */
export async function channelClient(
	name: string,
	{ socket: path, clients, expected, signal }: Appointment,
	done: Promise<unknown>,
): Promise<Tally> {
	const socket = createConnection(path);
	const layer = stack(lengthPrefixed(), jsonRpc());
	const peer = jsonRpcPeer(nodeChannel(socket, layer, { signal }));
	try {
		equal(await peer.request("meet", ["start", expected]), expected);
		const tally = await converse(peer, name);
		await done;
		equal(await peer.request("meet", ["end", clients]), clients);
		// Everybody took one note along, and sent it before this.
		equal(await peer.request("countNotes"), clients);
		await peer.close();
		await peer.closed;
		return { ...tally, calls: tally.calls + 3 };
	} finally {
		peer.abort();
	}
}

/** The command `framewright call`, as a process of its own, with a script on its stdin. */
export async function commandClient({
	socket,
	clients,
	expected,
	signal,
}: Appointment): Promise<Tally> {
	const script: readonly [call: object, answer?: object][] = [
		[{ method: "meet", params: ["start", expected] }, { result: expected }],
		[{ method: "echo", params: ["Grüße"] }, { result: ["Grüße"] }],
		[{ method: "note", params: ["from the command"], notify: true }],
		[
			{ method: "divide", params: [1, 0] },
			{
				error: {
					code: 1,
					message: "Division by zero",
					data: { dividend: 1 },
				},
			},
		],
		[{ method: "add", params: [2, 3] }, { result: 5 }],
		[{ method: "meet", params: ["end", clients] }, { result: clients }],
	];
	await using child = startChild(
		[
			...framewright,
			...["call", `unix:${socket}`, "--script"],
			...["--stack", "length-prefixed,json-rpc"],
		],
		signal,
	);
	const { stdin, stdout, stderr } = child.process;
	stdin.end(script.map(([call]) => `${JSON.stringify(call)}\n`).join(""));
	const [printed, said, code] = await Promise.all([
		text(stdout),
		text(stderr),
		child.ended,
	]);
	const answers = script.flatMap(([, answer]) => answer ?? []);
	deepEqual(
		printed
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line)),
		answers,
	);
	// One of the answers is an error, and the command says so.
	deepEqual(
		[code, said],
		[3, "framewright: error responses to 1 of 6 calls\n"],
	);
	return { calls: answers.length, errors: 1, notifications: 1 };
}

/** A program in another language, with nothing of ours in it. */
export async function pythonClient(
	python: Python,
	{ socket, clients, expected, signal }: Appointment,
): Promise<Tally> {
	const args = [socket, `${clients}`, `${expected}`];
	return (await python.run("client.py", args, signal)) as Tally;
}

/** A client that makes one good call, and then announces a message of 4 GiB. Resolves when it was cut off. */
export async function hostileClient({
	socket: path,
	expected,
	signal,
}: Appointment): Promise<Tally> {
	const socket = createConnection({ path, signal });
	try {
		const encoder = stack(lengthPrefixed(), jsonRpc()).encoder();
		socket.write(
			encoder.encode({
				kind: "request",
				id: 1,
				method: "meet",
				params: ["start", expected],
			}),
		);
		await once(socket, "data");
		socket.write(Uint8Array.of(255, 255, 255, 255, 1, 2, 3));
		equal((await buffer(socket).catch(() => [])).length, 0);
		return { calls: 1, errors: 0, notifications: 0 };
	} finally {
		socket.destroy();
	}
}
