import { DecodeError } from "@framewright/codec";
import type { Params } from "@framewright/json-rpc";
import {
	jsonRpcPeer,
	type Peer,
	PeerError,
	ResponseError,
	type CallOptions as Wishes,
} from "@framewright/json-rpc-peer";
import { nodeChannel } from "@framewright/streams/node";
import type { Address } from "./address.ts";
import { connect } from "./connection.ts";
import { type DialectName, dialectOption } from "./dialects.ts";
import { Exit, reasonOf } from "./exit.ts";
import { faultTeller } from "./faults.ts";
import { jsonLines } from "./json-lines.ts";
import { type NamedStack, ofMessages } from "./stack-expression.ts";
import { print, say } from "./standard-streams.ts";
import { within } from "./within.ts";

export interface CallOptions {
	readonly stack: NamedStack;
	/** Whether to send a notification, and wait for nothing. */
	readonly notify?: boolean;
	/** Whether to read the calls from stdin, one a line, rather than from the command line. */
	readonly script?: boolean;
	/** How a call that takes too long is taken back, and how progress is asked for; not at all without. */
	readonly dialect?: DialectName;
	/** Whether to ask for progress, and to tell it on stderr. */
	readonly progress?: boolean;
	/** Seconds that connecting and every single call may take. */
	readonly timeout: number;
}

/** A call as a script has it. */
interface Call {
	readonly method: string;
	readonly params: Params | undefined;
	readonly notify: boolean;
}

/** How long a call that is given up may take to be taken back. */
const GRACE_MS = 1000;

/** Calls a method, or the methods of a script one after the other, and prints what comes back. */
export async function call(
	address: Address,
	command: readonly string[],
	method: string | undefined,
	params: string | undefined,
	options: CallOptions,
): Promise<void> {
	const { stack, notify = false, script = false, timeout } = options;
	const { dialect, progress = false } = options;
	if ((address.kind === "stdio") !== command.length > 0)
		throw new Exit(
			"usage",
			"stdio, and only stdio, needs a command to start: framewright call stdio METHOD -- COMMAND ARGS...",
		);
	if (script !== (method === undefined))
		throw new Exit("usage", "give a METHOD or --script, and not both");
	if (progress && (notify || dialect === undefined))
		throw new Exit(
			"usage",
			"--progress needs --dialect lsp or mcp, and a call that is no notification",
		);
	const single =
		method === undefined
			? undefined
			: { method, params: parseParams(params), notify };
	if (single !== undefined && progress && cannotAsk(single))
		throw new Exit("usage", CANNOT_ASK);
	const layer = ofMessages(stack, "call");
	const ms = timeout * 1000;

	try {
		const connection = await connect(address, command, AbortSignal.timeout(ms));
		const tell = faultTeller("");
		let hasGivenUp = false;
		try {
			const peer = jsonRpcPeer(nodeChannel(connection, layer), {
				...dialectOption(dialect),
				timeout: ms,
				// Not everything that a program writes to its stdout is meant for us, and nothing of that wants a reply.
				invalid: address.kind === "stdio" ? "ignore" : "reply",
				onFault(fault) {
					// The answer to what was taken back is none.
					if (!hasGivenUp) tell(fault);
				},
			});
			try {
				if (single === undefined) await run(peer, ms, progress);
				else {
					const result = await perform(peer, single, ms, progress);
					if (result !== undefined) await print(`${JSON.stringify(result)}\n`);
				}
				await within(ms, peer.close());
			} catch (error) {
				hasGivenUp = true;
				// Lets a cancellation out, if the connection still takes any.
				await within(GRACE_MS, peer.close()).catch(() => {});
				throw error;
			}
		} finally {
			await connection.end();
		}
	} catch (error) {
		throw exitOf(error, timeout);
	}
}

/** Performs the calls of stdin in order, each when the one before it was answered. */
async function run(peer: Peer, ms: number, progress: boolean): Promise<void> {
	let calls = 0;
	let errors = 0;
	for await (const { text, place } of jsonLines(undefined)) {
		try {
			calls += 1;
			const call = parseCall(text, place);
			if (progress && cannotAsk(call))
				throw new Exit("input", `${place}: ${CANNOT_ASK}`);
			const result = await perform(peer, call, ms, progress);
			if (result !== undefined) await print(`${JSON.stringify({ result })}\n`);
		} catch (error) {
			if (!(error instanceof ResponseError)) throw error;
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

const TELLS: Wishes = {
	onProgress: (value) => say(`progress ${JSON.stringify(value)}`),
};

/** Resolves with the result, or with nothing for a notification. */
async function perform(
	peer: Peer,
	{ method, params, notify }: Call,
	ms: number,
	progress: boolean,
): Promise<unknown> {
	if (!notify)
		return peer.request(method, params, progress ? TELLS : undefined);
	await within(ms, peer.notify(method, params));
	return undefined;
}

const CANNOT_ASK =
	"--progress adds a token to the params: these must be an object, or none";

function cannotAsk({ params, notify }: Call): boolean {
	return !notify && Array.isArray(params);
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

function toJson({ code, message, data }: ResponseError): string {
	return JSON.stringify({ code, message, data });
}

/** Says what went wrong. */
function exitOf(error: unknown, timeout: number): Exit {
	if (error instanceof Exit) return error;
	if (error instanceof ResponseError)
		return new Exit("errorResponse", `error response ${toJson(error)}`);
	if (error instanceof DecodeError)
		return new Exit("input", `the peer sent ${reasonOf(error)}`);
	// What the stack cannot carry.
	if (error instanceof RangeError) return new Exit("input", error.message);
	if (error instanceof PeerError && error.code === "too-many-invalid")
		return new Exit("input", error.message);
	const { name } = error as Error;
	const isLate =
		(error instanceof PeerError && error.code === "timeout") ||
		// Of connecting.
		name === "TimeoutError" ||
		name === "AbortError";
	return new Exit(
		"noAnswer",
		isLate ? `no answer within ${timeout} s` : reasonOf(error),
	);
}
