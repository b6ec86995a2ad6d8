import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { constants } from "node:os";
import { type Address, formatAddress } from "./address.ts";
import { connect } from "./connection.ts";
import { Exit, reasonOf } from "./exit.ts";
import type { BytesNotation } from "./json-items.ts";
import type { NamedStack } from "./stack-expression.ts";
import { say } from "./standard-streams.ts";
import { type Decoding, decodingOf } from "./tap-decoding.ts";
import {
	forward,
	GRACE_MS,
	type Observer,
	ownSide,
	type ServerProcess,
	type Side,
	socketSide,
	start,
} from "./tap-forward.ts";
import {
	FLUSH_MS,
	fileOutput,
	stderrOutput,
	stdoutOutput,
	type TraceOutput,
} from "./tap-output.ts";
import { lineWriter, type Party, type TraceEvent } from "./tap-print.ts";
import { ConnectionTrace } from "./tap-trace.ts";

export interface TapOptions {
	readonly stack: NamedStack;
	/** Where clients connect. By default, our stdin and stdout are the one client. */
	readonly listen?: Address;
	/** The file to append the trace to. */
	readonly log?: string;
	/** Whether to write JSON, one object a line. */
	readonly json?: boolean;
	/** Whether to write all of params, results and items; `maxBody` is the most characters otherwise. */
	readonly bodies?: boolean;
	readonly maxBody?: number;
	/** Whether to write dates rather than seconds. */
	readonly absolute?: boolean;
	readonly bytes: BytesNotation;
}

/** What is shown of a body to people, if they do not say. */
const MAX_BODY = 200;

/** What all connections of a tap have in common. */
interface Tap {
	readonly address: Address;
	readonly command: readonly string[];
	readonly decoding: Decoding;
	readonly output: TraceOutput;
	readonly tell: (event: TraceEvent) => void;
	/** Aborted by SIGINT, SIGTERM or SIGHUP, which is the reason. */
	readonly stop: AbortSignal;
}

/**
 * Stands between clients and a server, forwards their bytes, and writes what they say to each other. Over stdio, ends with
 * the server, and resolves with its exit code; otherwise ends at a signal.
 */
export async function tap(
	address: Address,
	command: readonly string[],
	options: TapOptions,
): Promise<number> {
	const { stack, listen = { kind: "stdio" }, log, json = false } = options;
	if ((address.kind === "stdio") !== command.length > 0)
		throw new Exit(
			"usage",
			"stdio, and only stdio, needs a command to start: framewright tap stdio ... -- COMMAND ARGS...",
		);
	if (options.bodies && options.maxBody !== undefined)
		throw new Exit("usage", "give --bodies or --max-body, and not both");

	const stopping = new AbortController();
	const stop = (signal: NodeJS.Signals): void => stopping.abort(signal);
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
		process.on(signal, stop);
	const output =
		log !== undefined
			? fileOutput(log)
			: listen.kind === "stdio"
				? // Stdout is the client's.
					stderrOutput()
				: stdoutOutput(() => stop("SIGINT"));
	const line = lineWriter({
		json,
		maxBody:
			options.maxBody ??
			(json || options.bodies ? Number.POSITIVE_INFINITY : MAX_BODY),
		absolute: options.absolute ?? false,
		colours: output.colours,
	});
	let lost = 0;
	const tell = (event: TraceEvent): void => {
		if (lost > 0) {
			const { now } = event;
			const remark = `${lost} lines: nobody read them`;
			if (output.write(line({ kind: "lost", now, remark, details: { lost } })))
				lost = 0;
		}
		if (!output.write(line(event))) lost += 1;
	};
	const shared: Tap = {
		address,
		command,
		decoding: decodingOf(stack, options.bytes),
		output,
		tell,
		stop: stopping.signal,
	};
	try {
		return listen.kind === "stdio"
			? await tapStdio(shared)
			: await tapSockets(shared, listen);
	} finally {
		await output.flush();
	}
}

/** Taps the connection of the client that started us. */
async function tapStdio(tap: Tap): Promise<number> {
	const { stop } = tap;
	const server = await open(tap);
	if (server === undefined) return 0;
	const trace = new ConnectionTrace(tap.decoding, tap.tell);
	trace.opened(describe(tap));
	const directions = relay(ownSide(), server, trace, tap);
	// A client that does not read, or a process that the server left behind, keeps us for as long as nobody wants us to end.
	const outOfTime = aborted(stop).then(() => after(GRACE_MS));

	if (!("exited" in server)) {
		onAbort(stop, () => server.destroy());
		await Promise.race([directions.both, outOfTime]);
		trace.closed();
		const reason = directions.broken.get("server");
		if (reason === undefined) return 0;
		throw new Exit("noAnswer", `the server is gone: ${reason}`);
	}
	onAbort(stop, () => server.kill(stop.reason));
	const { code, signal } = await server.exited;
	await Promise.race([directions.fromServer, outOfTime]);
	await Promise.race([server.stderrEnded, after(FLUSH_MS)]);
	trace.exited(code, signal);
	trace.closed();
	return code ?? 128 + constants.signals[signal ?? "SIGKILL"];
}

/** A connection of many, and how to end it. */
interface Connection {
	readonly over: Promise<void>;
	destroy(): void;
}

/** Taps the connections of any number of clients. */
async function tapSockets(
	tap: Tap,
	listen: Exclude<Address, { kind: "stdio" }>,
): Promise<number> {
	const connections = new Set<Connection>();
	let clients = 0;
	const listener = createServer({ allowHalfOpen: true }, (socket) => {
		const connection = tapSocket(tap, socket, ++clients);
		connections.add(connection);
		connection.over.finally(() => connections.delete(connection));
	});
	try {
		listener.listen(listen);
		await once(listener, "listening");
	} catch (error) {
		throw new Exit(
			"noAnswer",
			`cannot listen on ${formatAddress(listen)}: ${reasonOf(error)}`,
		);
	}
	// Port 0 has become a real one.
	const bound =
		listen.kind === "tcp"
			? { ...listen, port: (listener.address() as AddressInfo).port }
			: listen;
	say(`tapping ${describe(tap)} on ${formatAddress(bound)}`);
	await aborted(tap.stop);
	// Takes the socket file away, too.
	listener.close();
	for (const connection of connections) connection.destroy();
	await Promise.all([...connections].map(({ over }) => over));
	return 0;
}

/** Taps the connection of one client of many, to a server of its own if that is a command. */
function tapSocket(tap: Tap, socket: Socket, number: number): Connection {
	const trace = new ConnectionTrace(tap.decoding, tap.tell, number);
	const client = socketSide(socket);
	// Until it is listened to in earnest.
	socket.on("error", () => {});
	let server: Side | ServerProcess | undefined;

	async function run(): Promise<void> {
		try {
			server = await open(tap);
		} catch (error) {
			trace.broke("server", reasonOf(error));
		}
		if (server === undefined) {
			client.cutOff();
			return;
		}
		trace.opened(describe(tap), addressOf(socket));
		const { both, fromServer } = relay(client, server, trace, tap);
		// Or the client had been at it for a while.
		if (tap.stop.aborted) destroy();
		if (!("exited" in server)) await both;
		else {
			// A process that has ended, and whose output was forwarded, takes no more.
			await Promise.race([both, server.exited.then(() => fromServer)]);
			server.close();
			const { code, signal } = await server.exited;
			trace.exited(code, signal);
		}
		client.close();
		server.close();
		trace.closed();
	}

	function destroy(): void {
		client.destroy();
		server?.destroy();
	}

	return { over: run(), destroy };
}

/** How long connecting may take. */
const CONNECT_MS = 30_000;

/** Connects to the server, or starts it. Throws an `Exit`; resolves with nothing when we are to stop. */
async function open({
	address,
	command,
	output,
	stop,
}: Tap): Promise<Side | ServerProcess | undefined> {
	if (address.kind === "stdio") return start(command, output.isStderr);
	const timeout = AbortSignal.timeout(CONNECT_MS);
	try {
		const { readable } = await connect(
			address,
			[],
			AbortSignal.any([stop, timeout]),
		);
		return socketSide(readable as Socket);
	} catch (error) {
		if (stop.aborted) return undefined;
		if (!timeout.aborted) throw error;
		throw new Exit(
			"noAnswer",
			`cannot connect to ${formatAddress(address)} within ${CONNECT_MS / 1000} s`,
		);
	}
}

/** Forwards both directions, with a look at what passes. */
function relay(
	client: Side,
	server: Side,
	trace: ConnectionTrace,
	{ output }: Tap,
): {
	readonly fromServer: Promise<void>;
	readonly both: Promise<unknown>;
	/** Who has failed, and why. */
	readonly broken: ReadonlyMap<Party, string>;
} {
	const broken = new Map<Party, string>();
	const observer = (source: Party, sink: Party): Observer => ({
		chunk: (chunk, now) => trace.received(source, chunk, now),
		end: () => trace.ended(source),
		broken(which, error) {
			const party = which === "source" ? source : sink;
			// A socket fails in both directions at once.
			if (error === undefined || broken.has(party)) return;
			broken.set(party, reasonOf(error));
			trace.broke(party, reasonOf(error));
		},
		get isFull() {
			return output.isFull;
		},
		room: (callback) => output.room(callback),
	});
	const fromClient = forward(client, server, observer("client", "server"));
	const fromServer = forward(server, client, observer("server", "client"));
	return { fromServer, both: Promise.all([fromClient, fromServer]), broken };
}

function describe({ address, command }: Tap): string {
	return address.kind === "stdio" ? command.join(" ") : formatAddress(address);
}

/** Where a client is; a Unix socket does not tell. */
function addressOf({
	remoteAddress: host,
	remotePort: port,
}: Socket): string | undefined {
	return host === undefined || port === undefined
		? undefined
		: formatAddress({ kind: "tcp", host, port });
}

/** Calls back when the signal is aborted, or at once if it is. */
function onAbort(signal: AbortSignal, callback: () => void): void {
	if (signal.aborted) callback();
	else signal.addEventListener("abort", callback, { once: true });
}

function aborted(signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => onAbort(signal, resolve));
}

function after(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms));
}
