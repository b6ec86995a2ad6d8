// A small MCP server on our peer, over its stdio. Its tools are what the tests need, nothing more.

import { setTimeout as sleep } from "node:timers/promises";
import { stack } from "@framewright/codec";
import { jsonRpc } from "@framewright/json-rpc";
import {
	type AnyContract,
	contract,
	type IncomingCall,
	jsonRpcPeer,
	mcp,
	method,
	type Peer,
	ResponseError,
} from "@framewright/json-rpc-peer";
import { newline } from "@framewright/newline";
import { nodeChannel } from "@framewright/streams/node";
import { z } from "zod";

const local = contract({
	methods: {
		initialize: { params: z.object({ protocolVersion: z.string() }) },
		ping: method<object | undefined, object>(),
		"tools/list": method<object | undefined, object>(),
		"tools/call": {
			params: z.object({
				name: z.string(),
				arguments: z.record(z.string(), z.unknown()).default({}),
			}),
		},
	},
});

type Tool = (
	args: Readonly<Record<string, unknown>>,
	call: IncomingCall<Peer<AnyContract, typeof local>>,
) => string | Promise<string>;

let cancelled = 0;
const tools: Readonly<Record<string, Tool>> = {
	echo: ({ message }) => `Echo: ${message}`,
	async count({ to }, { progress, signal }) {
		const total = Number(to);
		for (let n = 1; n <= total; n++) {
			await progress({ progress: n, total, message: `${n} of ${total}` });
			await sleep(10, undefined, { signal }).catch((error) => {
				cancelled += 1;
				throw error;
			});
		}
		return `Counted to ${total}`;
	},
	cancelled: () => `${cancelled}`,
	async roots(_, { peer }) {
		return JSON.stringify(await peer.request("roots/list"));
	},
};

const stdio = { readable: process.stdin, writable: process.stdout };
const peer = jsonRpcPeer(nodeChannel(stdio, stack(newline(), jsonRpc())), {
	local,
	dialect: mcp,
	handlers: {
		initialize: ({ protocolVersion }) => ({
			protocolVersion,
			capabilities: { tools: {} },
			serverInfo: { name: "framewright-interop", version: "0.0.0" },
		}),
		ping: () => ({}),
		"tools/list": () => ({
			tools: Object.keys(tools).map((name) => ({
				name,
				inputSchema: { type: "object" },
			})),
		}),
		async "tools/call"({ name, arguments: args }, call) {
			const tool = Object.hasOwn(tools, name) ? tools[name] : undefined;
			if (tool === undefined)
				throw new ResponseError(-32602, `There is no tool ${name}`, { name });
			const text = await tool(args, call);
			return { content: [{ type: "text", text }] };
		},
	},
});
await peer.closed;
process.stderr.write("closed in peace\n");
