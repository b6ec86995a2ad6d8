// Round trips of one call within one process, through text or bytes: a client and a server of each library.

import { PassThrough } from "node:stream";
import { stack } from "@framewright/codec";
import { contentLength } from "@framewright/content-length";
import { jsonRpc } from "@framewright/json-rpc";
import {
	jsonRpcPeer,
	type MessageChannel,
	memoryChannels,
	type Peer,
} from "@framewright/json-rpc-peer";
import { nodeChannel } from "@framewright/streams/node";
import jayson from "jayson";
import { JSONRPCClient, JSONRPCServer } from "json-rpc-2.0";
import {
	AbstractMessageReader,
	AbstractMessageWriter,
	createMessageConnection,
	type DataCallback,
	type Disposable,
	type Message,
	type MessageConnection,
	type MessageReader,
	type MessageWriter,
	NullLogger,
	StreamMessageReader,
	StreamMessageWriter,
} from "vscode-jsonrpc/node";

/** Params that make a request of 67 bytes. */
export type CallParams = [number, number, string];
export const PARAMS: CallParams = [42, 23, "abc"];
const METHOD = "subtract";

function subtract([minuend, subtrahend]: CallParams): number {
	return minuend - subtrahend;
}

/** A client whose server is at the other end. */
export interface RoundTrip {
	call(params: CallParams): Promise<number>;
	end(): void;
}

/** What each library is called, and how its two ends are joined. */
export const roundTrips: Readonly<Record<string, () => RoundTrip>> = {
	"framewright, texts": () => ours(...memoryChannels()),
	"framewright, streams"() {
		const [there, back] = [new PassThrough(), new PassThrough()];
		const layer = stack(contentLength(), jsonRpc());
		return ours(
			nodeChannel({ readable: back, writable: there }, layer),
			nodeChannel({ readable: there, writable: back }, layer),
		);
	},
	"json-rpc-2.0, texts"() {
		const server = new JSONRPCServer();
		server.addMethod(METHOD, subtract);
		const client: JSONRPCClient = new JSONRPCClient(async (request) => {
			const answer = await server.receiveJSON(JSON.stringify(request));
			client.receive(JSON.parse(JSON.stringify(answer)));
		});
		return {
			call: async (params) => await client.request(METHOD, params),
			end() {},
		};
	},
	"jayson, texts": callJayson,
	"vscode-jsonrpc, texts"() {
		const [there, back] = [new TextReader(), new TextReader()];
		return theirs(
			createMessageConnection(back, new TextWriter(there), NullLogger),
			createMessageConnection(there, new TextWriter(back), NullLogger),
		);
	},
	"vscode-jsonrpc, streams"() {
		const [there, back] = [new PassThrough(), new PassThrough()];
		const connect = (input: PassThrough, output: PassThrough) =>
			createMessageConnection(
				new StreamMessageReader(input),
				new StreamMessageWriter(output),
				NullLogger,
			);
		return theirs(connect(back, there), connect(there, back));
	},
};

function ours(here: MessageChannel, there: MessageChannel): RoundTrip {
	jsonRpcPeer(there, { handlers: { [METHOD]: subtract } });
	const client: Peer = jsonRpcPeer(here);
	return {
		call: (params) => client.request(METHOD, params) as Promise<number>,
		end: () => client.abort(),
	};
}

function theirs(
	client: MessageConnection,
	server: MessageConnection,
): RoundTrip {
	server.onRequest(METHOD, (...params: CallParams) => subtract(params));
	server.listen();
	client.listen();
	return {
		call: (params) => client.sendRequest(METHOD, ...params),
		end() {
			client.dispose();
			server.dispose();
		},
	};
}

function callJayson(): RoundTrip {
	const server = new jayson.Server({
		[METHOD](
			params: CallParams,
			callback: (error: null, result: number) => void,
		) {
			callback(null, subtract(params));
		},
	});
	let id = 0;
	const client = new jayson.Client(throughText(server), {
		// As short as everyone's: it would take UUIDs.
		generator: () => String(++id),
	});
	return {
		call: (params) =>
			new Promise((resolve, reject) => {
				client.request(
					METHOD,
					params,
					(error?: Error | null, _fault?: unknown, result?: number) => {
						if (error || result === undefined) reject(error);
						else resolve(result);
					},
				);
			}),
		end() {},
	};
}

/** Lets answers go through text: a client that is bound to a server writes its requests, but takes the answers as objects. */
function throughText(server: jayson.Server): jayson.Server {
	const call = server.call.bind(server);
	server.call = (request: unknown, answered: (...args: unknown[]) => void) =>
		call(request as never, (error: unknown, answer: unknown) => {
			answered(undefined, JSON.parse(JSON.stringify(error ?? answer)));
		});
	return server;
}

/** Reads texts that a writer hands over, in a turn of their own: a message is not read while it is written. */
class TextReader extends AbstractMessageReader implements MessageReader {
	#callback: DataCallback | undefined;

	listen(callback: DataCallback): Disposable {
		this.#callback = callback;
		return { dispose() {} };
	}

	receive(text: string): void {
		queueMicrotask(() => this.#callback?.(JSON.parse(text)));
	}
}

class TextWriter extends AbstractMessageWriter implements MessageWriter {
	readonly #reader: TextReader;

	constructor(reader: TextReader) {
		super();
		this.#reader = reader;
	}

	write(message: Message): Promise<void> {
		this.#reader.receive(JSON.stringify(message));
		return Promise.resolve();
	}

	end(): void {}
}
