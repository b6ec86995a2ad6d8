import { Console } from "node:console";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { DecodeError } from "@framewright/codec";
import {
	jsonRpcPeer,
	type Peer,
	PeerError,
	type PeerOptions,
} from "@framewright/json-rpc-peer";
import { nodeChannel } from "@framewright/streams/node";
import { type Address, formatAddress } from "./address.ts";
import { tellCodedErrors } from "./coded-errors.ts";
import { type DialectName, dialectOption } from "./dialects.ts";
import { Exit, reasonOf } from "./exit.ts";
import { faultTeller } from "./faults.ts";
import { loadMethods } from "./methods-file.ts";
import { type NamedStack, ofMessages } from "./stack-expression.ts";
import { say } from "./standard-streams.ts";
import { type Stop, stopSignals } from "./stop-signals.ts";

export interface ServeOptions {
	readonly stack: NamedStack;
	/** A module; each function that it exports is a method. */
	readonly methods: string;
	/** How calls are cancelled and tell their progress; not at all without. */
	readonly dialect?: DialectName;
}

type MessageLayer = ReturnType<typeof ofMessages>;

/** Answers calls until SIGINT or SIGTERM; over stdio, until stdin ends. */
export async function serve(
	address: Address,
	{ stack, methods: file, dialect: name }: ServeOptions,
): Promise<void> {
	const layer = ofMessages(stack, "serve");
	// Stdout may be the connection: what a method logs must not end up in it.
	globalThis.console = new Console(process.stderr);
	const dialect = dialectOption(name);
	const handlers = await loadMethods(file, dialect);
	const options = { ...dialect, handlers, middleware: [tellCodedErrors] };
	const stop = stopSignals();
	if (address.kind === "stdio") await serveStdio(layer, options, stop);
	else await serveSocket(address, layer, options, stop);
}

async function serveSocket(
	address: Exclude<Address, { kind: "stdio" }>,
	layer: MessageLayer,
	options: PeerOptions,
	{ soon, now }: Stop,
): Promise<void> {
	let clients = 0;
	const peers = new Set<Peer>();
	const server = createServer({ allowHalfOpen: true }, (socket) => {
		const client = ++clients;
		const peer = jsonRpcPeer(nodeChannel(socket, layer, { signal: now }), {
			...options,
			onFault: faultTeller(`client ${client}: `),
		});
		peers.add(peer);
		peer.closed
			.catch((error: unknown) => {
				if (soon.aborted) return;
				const isAtFault =
					error instanceof DecodeError || error instanceof PeerError;
				const fate = isAtFault ? "was cut off" : "is gone";
				say(`client ${client} ${fate}: ${reasonOf(error)}`);
			})
			.finally(() => peers.delete(peer));
	});
	try {
		server.listen(address);
		await once(server, "listening");
	} catch (error) {
		throw new Exit(
			"noAnswer",
			`cannot listen on ${formatAddress(address)}: ${reasonOf(error)}`,
		);
	}
	// Port 0 has become a real one.
	const bound =
		address.kind === "tcp"
			? { ...address, port: (server.address() as AddressInfo).port }
			: address;
	const names = Object.keys(options.handlers ?? {}).join(", ");
	say(`serving ${names} on ${formatAddress(bound)}`);
	if (!soon.aborted) await once(soon, "abort");
	// Takes the socket file away, too.
	server.close();
	// Those that do not end in peace are aborted when the time is over.
	for (const peer of peers) peer.close().catch(() => {});
	await once(server, "close");
}

async function serveStdio(
	layer: MessageLayer,
	options: PeerOptions,
	{ soon, now }: Stop,
): Promise<void> {
	const stdio = { readable: process.stdin, writable: process.stdout };
	const channel = nodeChannel(stdio, layer, { signal: now });
	const peer = jsonRpcPeer(channel, { ...options, onFault: faultTeller("") });
	// Our end of stdin is not ours to wait for.
	const stopped = once(soon, "abort").then(() => peer.close());
	try {
		await Promise.race([peer.closed, stopped]);
	} catch (error) {
		if (!soon.aborted) throw new Exit("input", reasonOf(error));
	}
}
