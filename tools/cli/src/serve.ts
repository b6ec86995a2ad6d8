import { Console } from "node:console";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { DecodeError } from "@framewright/codec";
import { nodeChannel } from "@framewright/streams/node";
import { type Address, formatAddress } from "./address.ts";
import { type Method, type Methods, serve as serveChannel } from "./calls.ts";
import { Exit, reasonOf } from "./exit.ts";
import { type NamedStack, ofMessages } from "./stack-expression.ts";
import { say } from "./standard-streams.ts";

export interface ServeOptions {
	readonly stack: NamedStack;
	/** A module; each function that it exports is a method. */
	readonly methods: string;
}

type MessageLayer = ReturnType<typeof ofMessages>;

/** Answers calls until SIGINT or SIGTERM; over stdio, until stdin ends. */
export async function serve(
	address: Address,
	{ stack, methods: file }: ServeOptions,
): Promise<void> {
	const layer = ofMessages(stack, "serve");
	// Stdout may be the connection: what a method logs must not end up in it.
	globalThis.console = new Console(process.stderr);
	const methods = await load(file);
	const stop = new AbortController();
	for (const signal of ["SIGINT", "SIGTERM"] as const)
		process.once(signal, () => stop.abort());
	if (address.kind === "stdio") await serveStdio(layer, methods, stop.signal);
	else await serveSocket(address, layer, methods, stop.signal);
}

async function serveSocket(
	address: Exclude<Address, { kind: "stdio" }>,
	layer: MessageLayer,
	methods: Methods,
	signal: AbortSignal,
): Promise<void> {
	let clients = 0;
	const server = createServer({ allowHalfOpen: true }, (socket) => {
		const client = ++clients;
		serveChannel(nodeChannel(socket, layer, { signal }), methods, (skipped) =>
			say(`client ${client}: skipped: ${reasonOf(skipped)}`),
		).catch((error: unknown) => {
			if (signal.aborted) return;
			const fate = error instanceof DecodeError ? "was cut off" : "is gone";
			say(`client ${client} ${fate}: ${reasonOf(error)}`);
		});
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
	say(`serving ${[...methods.keys()].join(", ")} on ${formatAddress(bound)}`);
	if (!signal.aborted) await once(signal, "abort");
	// Takes the socket file away, too.
	server.close();
	await once(server, "close");
}

async function serveStdio(
	layer: MessageLayer,
	methods: Methods,
	signal: AbortSignal,
): Promise<void> {
	const stdio = { readable: process.stdin, writable: process.stdout };
	try {
		await serveChannel(
			nodeChannel(stdio, layer, { signal }),
			methods,
			(skipped) => say(`skipped: ${reasonOf(skipped)}`),
		);
	} catch (error) {
		if (!signal.aborted) throw new Exit("input", reasonOf(error));
	}
}

async function load(file: string): Promise<Methods> {
	let exported: Record<string, unknown>;
	try {
		exported = await import(pathToFileURL(resolve(file)).href);
	} catch (error) {
		throw new Exit("usage", `cannot load ${file}: ${reasonOf(error)}`);
	}
	const methods = Object.entries(exported).filter(
		(entry): entry is [string, Method] => typeof entry[1] === "function",
	);
	if (methods.length === 0)
		throw new Exit("usage", `${file} exports no function to serve`);
	return new Map(methods);
}
