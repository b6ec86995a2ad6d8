// The other end of message-port.ts: serves the daemon's methods in a thread of its own.

import { parentPort } from "node:worker_threads";
import { jsonRpc } from "@framewright/json-rpc";
import { jsonRpcPeer } from "@framewright/json-rpc-peer";
import { portChannel } from "@framewright/streams/message-port";
import * as handlers from "./methods.ts";

if (parentPort === null) throw new Error("worker.ts runs in a worker");
const peer = jsonRpcPeer(portChannel(parentPort, jsonRpc()), { handlers });
await peer.closed;
