import { equal } from "node:assert/strict";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { jsonRpc } from "@framewright/json-rpc";
import { jsonRpcPeer } from "@framewright/json-rpc-peer";
import { portChannel } from "@framewright/streams/message-port";
import { converse } from "./conversation.ts";

/** Talks to a worker; a port keeps messages apart, so that no framing is needed. */
export async function messagePort(
	signal: AbortSignal,
): Promise<readonly string[]> {
	const worker = new Worker(new URL("worker.ts", import.meta.url));
	const ended = once(worker, "exit");
	try {
		const peer = jsonRpcPeer(portChannel(worker, jsonRpc(), { signal }));
		const { calls, errors, notifications } = await converse(peer, "main");
		equal(await peer.request("countNotes"), notifications);
		await peer.close();
		await peer.closed;
		const [code] = await ended;
		equal(code, 0, "the worker ended with an error");
		return [
			`It serves what the daemon served: ${calls + 1} calls, ${errors} of which had to get an error, and ${notifications} notification.`,
		];
	} finally {
		await worker.terminate();
	}
}
