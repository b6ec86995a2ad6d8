// The other end of a channel that is being measured: in a process of its own, or in a worker.

import { connect } from "node:net";
import { type MessagePort, workerData } from "node:worker_threads";
import { lengthPrefixed } from "@framewright/length-prefixed";
import { portChannel } from "@framewright/streams/message-port";
import { nodeChannel } from "@framewright/streams/node";
import { acknowledge } from "./acknowledge.ts";

const { port } = (workerData ?? {}) as { port?: MessagePort };
const path = process.argv[2];
const framing = lengthPrefixed();
await acknowledge(
	port !== undefined
		? portChannel(port, framing)
		: path === undefined
			? nodeChannel(
					{ readable: process.stdin, writable: process.stdout },
					framing,
				)
			: nodeChannel(connect(path), framing),
);
