import type { Socket } from "node:net";
import { stack } from "@framewright/codec";
import { contentLength } from "@framewright/content-length";
import { jsonRpc } from "@framewright/json-rpc";
import {
	type Fault,
	jsonRpcPeer,
	lsp,
	type Peer,
} from "@framewright/json-rpc-peer";
import { nodeChannel } from "@framewright/streams/node";
import {
	createMessageConnection,
	type MessageConnection,
	StreamMessageReader,
	StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { unixSockets } from "./unix-sockets.ts";

/** Our peer, and a connection of vscode-jsonrpc at the other end of a Unix socket. */
export interface VscodeConnection extends AsyncDisposable {
	readonly ours: Peer;
	readonly theirs: MessageConnection;
	readonly theirSocket: Socket;
	/** What our peer had to step over. */
	readonly faults: Fault[];
}

export async function vscodeConnection(): Promise<VscodeConnection> {
	const sockets = await unixSockets();
	const { near, far } = sockets;
	const faults: Fault[] = [];
	const theirs = createMessageConnection(
		new StreamMessageReader(far),
		new StreamMessageWriter(far),
	);
	theirs.listen();
	const ours = jsonRpcPeer(
		nodeChannel(near, stack(contentLength(), jsonRpc())),
		{
			dialect: lsp,
			timeout: 20_000,
			onFault: (fault) => faults.push(fault),
		},
	);
	return {
		ours,
		theirs,
		theirSocket: far,
		faults,
		async [Symbol.asyncDispose]() {
			theirs.dispose();
			await sockets[Symbol.asyncDispose]();
		},
	};
}
