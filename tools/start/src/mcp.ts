import { equal } from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { stack } from "@framewright/codec";
import { jsonRpc } from "@framewright/json-rpc";
import {
	mcp as dialect,
	jsonRpcPeer,
	type Peer,
} from "@framewright/json-rpc-peer";
import { newline } from "@framewright/newline";
import { nodeChannel } from "@framewright/streams/node";
import { startChild } from "./child.ts";

const SERVER = "@modelcontextprotocol/server-everything";

/** Talks to an MCP server over its stdio (https://modelcontextprotocol.io, transports: stdio). */
export async function mcp(signal: AbortSignal): Promise<readonly string[]> {
	const manifest = createRequire(import.meta.url).resolve(
		`${SERVER}/package.json`,
	);
	const { bin } = JSON.parse(await readFile(manifest, "utf8"));
	const program = join(dirname(manifest), bin["mcp-server-everything"]);
	await using child = startChild([process.execPath, program, "stdio"], signal);
	const { stdin, stdout, stderr } = child.process;
	stderr.resume();
	const peer = jsonRpcPeer(
		nodeChannel(
			{ readable: stdout, writable: stdin },
			stack(newline(), jsonRpc()),
		),
		{ dialect },
	);
	const { protocolVersion, serverInfo } = (await peer.request("initialize", {
		protocolVersion: "2025-06-18",
		capabilities: {},
		clientInfo: { name: "framewright", version: "0.0.0" },
	})) as Initialized;
	await peer.notify("notifications/initialized");
	const { tools } = (await peer.request("tools/list")) as ToolList;
	const [echoed, added] = await Promise.all([
		callTool(peer, "echo", { message: "Grüße, 世界 🌍" }),
		callTool(peer, "get-sum", { a: 2, b: 3 }),
	]);
	equal(echoed, "Echo: Grüße, 世界 🌍");
	equal(added, "The sum of 2 and 3 is 5.");

	await peer.close();
	equal(await child.ended, 0, "the server ended with an error");
	const names = tools.map(({ name }) => name);
	return [
		`${SERVER} calls itself ${serverInfo.name} ${serverInfo.version}, speaks MCP of ${protocolVersion},`,
		`has ${tools.length} tools (${names.slice(0, 3).join(", ")}, ...), and answered two calls at once:`,
		`  echo     ${echoed}`,
		`  get-sum  ${added}`,
	];
}

interface Initialized {
	readonly protocolVersion: string;
	readonly serverInfo: { readonly name: string; readonly version: string };
}

interface ToolList {
	readonly tools: readonly { readonly name: string }[];
}

async function callTool(
	peer: Peer,
	name: string,
	args: object,
): Promise<string | undefined> {
	const result = await peer.request("tools/call", { name, arguments: args });
	const { content } = result as { content: readonly { text: string }[] };
	return content[0]?.text;
}
