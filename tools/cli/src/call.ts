import { DecodeError } from "@framewright/codec";
import type { Params } from "@framewright/json-rpc";
import { nodeChannel } from "@framewright/streams/node";
import type { Address } from "./address.ts";
import {
	type Caller,
	caller,
	ErrorResponse,
	type MessageChannel,
} from "./calls.ts";
import { connect } from "./connection.ts";
import { Exit, reasonOf } from "./exit.ts";
import { jsonLines } from "./json-lines.ts";
import { type NamedStack, ofMessages } from "./stack-expression.ts";
import { print, say } from "./standard-streams.ts";

export interface CallOptions {
	readonly stack: NamedStack;
	/** Whether to send a notification, and wait for nothing. */
	readonly notify?: boolean;
	/** Whether to read the calls from stdin, one a line, rather than from the command line. */
	readonly script?: boolean;
	/** Seconds that connecting and every single call may take. */
	readonly timeout: number;
}

/** A call as a script has it. */
interface Call {
	readonly method: string;
	readonly params: Params | undefined;
	readonly notify: boolean;
}

/** Calls a method, or the methods of a script one after the other, and prints what comes back. */
export async function call(
	address: Address,
	command: readonly string[],
	method: string | undefined,
	params: string | undefined,
	{ stack, notify = false, script = false, timeout }: CallOptions,
): Promise<void> {
	if ((address.kind === "stdio") !== command.length > 0)
		throw new Exit(
			"usage",
			"stdio, and only stdio, needs a command to start: framewright call stdio METHOD -- COMMAND ARGS...",
		);
	if (script !== (method === undefined))
		throw new Exit("usage", "give a METHOD or --script, and not both");
	const single =
		method === undefined
			? undefined
			: { method, params: parseParams(params), notify };
	const layer = ofMessages(stack, "call");
	const signal = (): AbortSignal => AbortSignal.timeout(timeout * 1000);

	try {
		const connection = await connect(address, command, signal());
		try {
			const channel: MessageChannel = nodeChannel(connection, layer);
			const peer = caller(channel, (skipped) =>
				say(`skipped: ${reasonOf(skipped)}`),
			);
			if (single === undefined) await run(peer, signal);
			else {
				const result = await perform(peer, single, signal());
				if (result !== undefined) await print(`${JSON.stringify(result)}\n`);
			}
			await peer.close();
		} finally {
			await connection.end();
		}
	} catch (error) {
		throw exitOf(error, timeout);
	}
}

/** Performs the calls of stdin in order, each when the one before it was answered. */
async function run(peer: Caller, signal: () => AbortSignal): Promise<void> {
	let calls = 0;
	let errors = 0;
	for await (const { text, place } of jsonLines(undefined)) {
		try {
			calls += 1;
			const result = await perform(peer, parseCall(text, place), signal());
			if (result !== undefined) await print(`${JSON.stringify({ result })}\n`);
		} catch (error) {
			if (!(error instanceof ErrorResponse)) throw error;
			errors += 1;
			await print(`{"error":${toJson(error)}}\n`);
		}
	}
	if (errors > 0)
		throw new Exit(
			"errorResponse",
			`error responses to ${errors} of ${calls} calls`,
		);
}

/** Resolves with the result, or with nothing for a notification. */
async function perform(
	peer: Caller,
	{ method, params, notify }: Call,
	signal: AbortSignal,
): Promise<unknown> {
	if (!notify) return peer.call(method, params, { signal });
	await peer.notify(method, params);
	return undefined;
}

/** `{"method": ..., "params": ..., "notify": true}`, the last two optional. */
function parseCall(text: string, place: string): Call {
	try {
		const { method, params, notify = false, ...more } = JSON.parse(text);
		const [unknown] = Object.keys(more);
		if (
			typeof method === "string" &&
			typeof notify === "boolean" &&
			(params === undefined ||
				(typeof params === "object" && params !== null)) &&
			unknown === undefined
		)
			return { method, params, notify };
	} catch {
		// Whatever it is, it is no call.
	}
	throw new Exit(
		"input",
		`${place}: expected {"method":"...","params":[...] or {...},"notify":true or false}`,
	);
}

function parseParams(text: string | undefined): Params | undefined {
	if (text === undefined) return undefined;
	try {
		const params: unknown = JSON.parse(text);
		if (typeof params === "object" && params !== null) return params as Params;
	} catch {
		// Told below, as any other value that is neither.
	}
	throw new Exit("usage", `PARAMS must be a JSON array or object, not ${text}`);
}

function toJson({ code, message, data }: ErrorResponse): string {
	return JSON.stringify({ code, message, data });
}

/** Says what went wrong. */
function exitOf(error: unknown, timeout: number): Exit {
	if (error instanceof Exit) return error;
	if (error instanceof ErrorResponse)
		return new Exit("errorResponse", `error response ${toJson(error)}`);
	if (error instanceof DecodeError)
		return new Exit("input", `the peer sent ${reasonOf(error)}`);
	// What the stack cannot carry.
	if (error instanceof RangeError) return new Exit("input", error.message);
	const { name } = error as Error;
	return new Exit(
		"noAnswer",
		name === "TimeoutError" || name === "AbortError"
			? `no answer within ${timeout} s`
			: reasonOf(error),
	);
}
