// Who is held to the transcripts: each set up as its README tells, and with what options it has to answer correctly.

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { PassThrough, type Readable, type Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { stack } from "@framewright/codec";
import { contentLength } from "@framewright/content-length";
import { jsonRpc } from "@framewright/json-rpc";
import { jsonRpcPeer, ResponseError } from "@framewright/json-rpc-peer";
import { nodeChannel } from "@framewright/streams/node";
import jayson from "jayson/promise/index.js";
import {
	createJSONRPCErrorResponse,
	JSONRPCErrorCode,
	JSONRPCErrorException,
	JSONRPCServer,
} from "json-rpc-2.0";
import { Server as WebSocketRpcServer } from "rpc-websockets";
import {
	createMessageConnection,
	NullLogger,
	StreamMessageReader,
	StreamMessageWriter,
	ResponseError as VscodeError,
} from "vscode-jsonrpc/node";
import type { Exchange } from "../../../packages/json-rpc-peer/test/transcript.ts";
import { transcriptMethods } from "../../../packages/json-rpc-peer/test/transcript-methods.ts";

/** A server with the methods of the transcripts, and one connection to it. */
export interface Server {
	readonly exchange: Exchange;
	end(): void;
}

export type Servers = Readonly<Record<string, () => Server | Promise<Server>>>;

/** Milliseconds of silence after which nothing more is expected: four times the longest `wait` of the transcripts. */
const SILENCE = 40;

/** Sends texts, and takes what comes until nothing does. */
export function exchanger(
	answers: string[],
	send: (text: string) => void,
): Exchange {
	return async (texts) => {
		for (const text of texts) send(text);
		let count: number;
		do {
			count = answers.length;
			await delay(SILENCE);
		} while (answers.length > count);
		return answers.splice(0);
	};
}

/** A server that takes a text and resolves with its answer, or with nothing. */
export function answering(
	answer: (text: string) => Promise<string | undefined>,
): Server {
	const answers: string[] = [];
	const exchange = exchanger(answers, (text) => {
		answer(text).then(
			(json) => {
				if (json !== undefined) answers.push(json);
			},
			// What the library could not answer, or gave us to write and JSON cannot, stays without an answer.
			() => {},
		);
	});
	return { exchange, end() {} };
}

/** A server at one end of two streams, with messages behind a Content-Length. */
function streaming(
	serve: (input: Readable, output: Writable) => () => void,
): Server {
	const [input, output] = [new PassThrough(), new PassThrough()];
	const encoder = contentLength().encoder();
	const decoder = contentLength().decoder();
	const answers: string[] = [];
	output.on("data", (chunk: Uint8Array) => {
		decoder.push(chunk);
		for (let body = decoder.pull(); body; body = decoder.pull())
			answers.push(Buffer.from(body).toString());
	});
	const end = serve(input, output);
	return {
		exchange: exchanger(answers, (text) => {
			input.write(encoder.encode(Buffer.from(text)));
		}),
		end,
	};
}

export const servers: Servers = {
	framewright: () =>
		streaming((readable, writable) => {
			const peer = jsonRpcPeer(
				nodeChannel({ readable, writable }, stack(contentLength(), jsonRpc())),
				{
					handlers: transcriptMethods(
						(code, message, data) => new ResponseError(code, message, data),
					),
				},
			);
			return () => peer.abort();
		}),

	// Its JSONRPCServerAndClient ignores responses, as it should, but rejects what is invalid: it keeps to fewer.
	"json-rpc-2.0"() {
		const server = new JSONRPCServer({ errorListener() {} });
		// Its own code for what a handler throws is 0, and it would tell the message.
		server.mapErrorToJSONRPCErrorResponse = (id, error) =>
			error instanceof JSONRPCErrorException
				? createJSONRPCErrorResponse(id, error.code, error.message, error.data)
				: createJSONRPCErrorResponse(
						id,
						JSONRPCErrorCode.InternalError,
						"Internal error",
					);
		const methods = transcriptMethods(
			(code, message, data) => new JSONRPCErrorException(message, code, data),
		);
		for (const [name, method] of Object.entries(methods))
			server.addMethod(name, (params) => method(params));
		return answering(async (text) => {
			const answer = await server.receiveJSON(text);
			return answer === null ? undefined : JSON.stringify(answer);
		});
	},

	jayson() {
		const server = new jayson.Server();
		const methods = transcriptMethods((code, message, data) =>
			server.error(code, message, data as object),
		);
		for (const [name, method] of Object.entries(methods))
			server.method(
				name,
				new jayson.Method(async (params: unknown) => method(params)),
			);
		return answering(
			(text) =>
				new Promise((resolve, reject) => {
					server.call(text, (error: unknown, answer: unknown) => {
						try {
							const json = error ?? answer;
							resolve(json === undefined ? undefined : JSON.stringify(json));
						} catch (reason) {
							reject(reason);
						}
					});
				}),
		);
	},

	async "rpc-websockets"() {
		const server = new WebSocketRpcServer({ host: "127.0.0.1", port: 0 });
		const methods = transcriptMethods((code, message, data) =>
			server.createError(code, message, data as object),
		);
		for (const [name, method] of Object.entries(methods))
			server.register(name, (params) => method(params));
		await new Promise((resolve) => server.once("listening", resolve));
		const { port } = server.wss.address() as AddressInfo;
		const socket = new WebSocket(`ws://127.0.0.1:${port}`);
		const answers: string[] = [];
		socket.addEventListener("message", ({ data }) => answers.push(data));
		await once(socket, "open");
		return {
			exchange: exchanger(answers, (text) => socket.send(text)),
			end() {
				socket.close();
				server.close();
			},
		};
	},

	"vscode-jsonrpc": () =>
		streaming((input, output) => {
			const connection = createMessageConnection(
				new StreamMessageReader(input),
				new StreamMessageWriter(output),
				NullLogger,
			);
			const methods = transcriptMethods(
				(code, message, data) => new VscodeError(code, message, data),
			);
			for (const [name, method] of Object.entries(methods)) {
				connection.onRequest(name, (...args: unknown[]) =>
					method(paramsOf(args)),
				);
				connection.onNotification(name, (...args: unknown[]) => {
					method(paramsOf(args));
				});
			}
			connection.listen();
			return () => connection.dispose();
		}),
};

/** Undoes what vscode-jsonrpc does with params: an array comes as arguments, an object as one; requests have a token behind. */
function paramsOf(args: unknown[]): unknown {
	const isToken = (value: unknown): boolean =>
		typeof value === "object" &&
		value !== null &&
		"onCancellationRequested" in value;
	const params = isToken(args.at(-1)) ? args.slice(0, -1) : args;
	const [only] = params;
	const isByName =
		params.length === 1 && typeof only === "object" && only !== null;
	return isByName ? only : params;
}
