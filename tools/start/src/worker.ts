// The other end of message-port.ts: serves the daemon's methods in a thread of its own.

import { parentPort } from "node:worker_threads";
import { type Method, serve } from "@framewright/cli/calls";
import { jsonRpc } from "@framewright/json-rpc";
import { portChannel } from "@framewright/streams/message-port";
import * as methods from "./methods.ts";

if (parentPort === null) throw new Error("worker.ts runs in a worker");
await serve(
	portChannel(parentPort, jsonRpc()),
	new Map(Object.entries(methods) as [string, Method][]),
);
