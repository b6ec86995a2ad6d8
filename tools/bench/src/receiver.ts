// The other end of a channel that is being measured: in a process of its own, or in a worker.

import { connect } from "node:net";
import { type MessagePort, workerData } from "node:worker_threads";
import { lengthPrefixed } from "@framewright/length-prefixed";
import { portChannel } from "@framewright/streams/message-port";
import { nodeChannel } from "@framewright/streams/node";
import { type RingPair, ringChannel } from "@framewright/streams/ring-buffer";
import { acknowledge } from "./acknowledge.ts";

const { port, rings } = (workerData ?? {}) as {
	port?: MessagePort;
	rings?: RingPair;
};
const path = process.argv[2];
const framing = lengthPrefixed();
await acknowledge(
	port !== undefined
		? portChannel(port, framing)
		: rings !== undefined
			? ringChannel(rings, framing)
			: path === undefined
				? nodeChannel(
						{ readable: process.stdin, writable: process.stdout },
						framing,
					)
				: nodeChannel(connect(path), framing),
);
