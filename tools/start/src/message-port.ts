import { equal } from "node:assert/strict";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { caller } from "@framewright/cli/calls";
import { jsonRpc } from "@framewright/json-rpc";
import { portChannel } from "@framewright/streams/message-port";
import { converse } from "./conversation.ts";

/** Talks to a worker; a port keeps messages apart, so that no framing is needed. */
export async function messagePort(
	signal: AbortSignal,
): Promise<readonly string[]> {
	const worker = new Worker(new URL("worker.ts", import.meta.url));
	const ended = once(worker, "exit");
	try {
		const channel = portChannel(worker, jsonRpc(), { signal });
		const peer = caller(channel);
		const { calls, errors, notifications } = await converse(peer, "main");
		equal(await peer.call("countNotes"), notifications);
		await peer.close();
		await channel.closed;
		const [code] = await ended;
		equal(code, 0, "the worker ended with an error");
		return [
			`It serves what the daemon served: ${calls + 1} calls, ${errors} of which had to get an error, and ${notifications} notification.`,
		];
	} finally {
		await worker.terminate();
	}
}
