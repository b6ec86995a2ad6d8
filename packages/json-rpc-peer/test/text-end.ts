import { setTimeout as delay } from "node:timers/promises";
import {
	type JsonRpcOptions,
	jsonRpcText,
	type Message,
} from "@framewright/json-rpc";
import {
	type Fault,
	type IncomingCall,
	jsonRpcPeer,
	type MessageChannel,
	type Peer,
	type PeerOptions,
} from "@framewright/json-rpc-peer";

/** A channel whose other end is a test that reads and writes text. */
export interface TextEnd {
	readonly channel: MessageChannel;
	/** The texts that were sent and not looked at yet. */
	readonly sent: string[];
	/** Lets texts arrive. */
	receive(...texts: string[]): void;
	/** Ends what arrives. */
	end(): void;
	/** Lets texts arrive, and returns what is sent until nothing comes for a while. */
	exchange(texts: readonly string[]): Promise<string[]>;
	/** What the channel was aborted with. */
	aborted: { readonly reason: unknown } | undefined;
	isClosed: boolean;
	/** While set, sends wait for it. */
	room: Promise<void> | undefined;
	/** How many messages were asked for. */
	reads: number;
}

/** Lets everything happen that needs no time to pass. */
export async function settled(): Promise<void> {
	for (let i = 0; i < 3; i++)
		await new Promise((resolve) => setImmediate(resolve));
}

/** Milliseconds of silence after which nothing more is expected. The longest `wait` of the transcripts is shorter. */
const SILENCE = 25;

export function textEnd(options: JsonRpcOptions = {}): TextEnd {
	const codec = jsonRpcText(options);
	const unread: Message[] = [];
	let waiting:
		| {
				resolve(result: IteratorResult<Message, undefined>): void;
				reject(reason: unknown): void;
		  }
		| undefined;
	let ended = false;
	let settle!: { resolve(): void; reject(reason: unknown): void };
	const closed = new Promise<void>((resolve, reject) => {
		settle = { resolve, reject };
	});
	closed.catch(() => {});
	const checkEnd = (): void => {
		if (ended && end.isClosed) settle.resolve();
	};
	const end: TextEnd = {
		sent: [],
		aborted: undefined,
		isClosed: false,
		room: undefined,
		reads: 0,
		receive(...texts) {
			for (const text of texts) unread.push(codec.decode(text));
			const message = waiting && unread.shift();
			if (message === undefined) return;
			waiting?.resolve({ done: false, value: message });
			waiting = undefined;
		},
		end() {
			ended = true;
			checkEnd();
			waiting?.resolve({ done: true, value: undefined });
			waiting = undefined;
		},
		async exchange(texts) {
			end.receive(...texts);
			let count: number;
			do {
				count = end.sent.length;
				await delay(SILENCE);
			} while (end.sent.length > count);
			return end.sent.splice(0);
		},
		channel: {
			async send(message) {
				if (end.aborted !== undefined) throw end.aborted.reason;
				if (end.isClosed) throw new Error("send() was called after close()");
				end.sent.push(codec.encode(message));
				await end.room;
			},
			async close() {
				end.isClosed = true;
				checkEnd();
			},
			abort(reason) {
				end.aborted ??= { reason };
				settle.reject(reason);
				waiting?.reject(reason);
				waiting = undefined;
			},
			closed,
			[Symbol.asyncIterator]: () => ({
				next() {
					end.reads += 1;
					if (end.aborted !== undefined)
						return Promise.reject(end.aborted.reason);
					const value = unread.shift();
					if (value !== undefined)
						return Promise.resolve({ done: false, value });
					if (ended) return Promise.resolve({ done: true, value: undefined });
					return new Promise((resolve, reject) => {
						waiting = { resolve, reject };
					});
				},
			}),
		},
	};
	return end;
}

/** A peer whose other end is a test. */
export interface Setup extends TextEnd {
	readonly peer: Peer;
	readonly faults: Fault[];
}

export function setup(
	options: PeerOptions = {},
	codec: JsonRpcOptions = {},
): Setup {
	const end = textEnd(codec);
	const faults: Fault[] = [];
	const onFault = (fault: Fault): void => {
		faults.push(fault);
	};
	const peer = jsonRpcPeer(end.channel, { onFault, ...options });
	return Object.assign(end, { peer, faults });
}

export function request(id: unknown, method: string, params?: unknown): string {
	return JSON.stringify({ jsonrpc: "2.0", id, method, params });
}

export function notification(method: string, params?: unknown): string {
	return JSON.stringify({ jsonrpc: "2.0", method, params });
}

export function result(id: unknown, value: unknown = null): string {
	return JSON.stringify({ jsonrpc: "2.0", id, result: value });
}

export function error(
	id: unknown,
	code: number,
	message: string,
	data?: unknown,
): string {
	return JSON.stringify({ jsonrpc: "2.0", id, error: { code, message, data } });
}

/** A handler that a test lets go on. */
export function gate(): {
	readonly handler: (params: unknown, call: IncomingCall) => Promise<unknown>;
	readonly calls: IncomingCall[];
	/** Lets the first call that waits return. */
	open(value?: unknown): Promise<void>;
	fail(reason: unknown): Promise<void>;
} {
	const waiting: {
		resolve(value: unknown): void;
		reject(reason: unknown): void;
	}[] = [];
	const calls: IncomingCall[] = [];
	return {
		calls,
		handler(_, call) {
			calls.push(call);
			return new Promise((resolve, reject) => {
				waiting.push({ resolve, reject });
			});
		},
		async open(value = null) {
			waiting.shift()?.resolve(value);
			await settled();
		},
		async fail(reason) {
			waiting.shift()?.reject(reason);
			await settled();
		},
	};
}
