import { type Item, Skipped } from "@framewright/codec";
import {
	type ErrorMessage,
	ExactId,
	type Id,
	idKey,
	type Message,
	type Params,
	RawJson,
	type SingleMessage,
} from "@framewright/json-rpc";
import { reasonOf } from "./exit.ts";
import { type BytesNotation, toJson } from "./json-items.ts";
import { type Kind, layers } from "./layers.ts";
import { type NamedStack, parseStack } from "./stack-expression.ts";
import type { Body, Party, TraceEvent } from "./tap-print.ts";

type Values = Params | RawJson;
type AnyMessage = Message<Values>;
type AnySingle = SingleMessage<Values>;

/** What was found in the bytes of one direction. */
interface Found {
	readonly item: Item;
	readonly gives: Kind;
	/** Bytes on the wire, without the framing; of a JSON value, for one, that is not known. */
	readonly size: number | undefined;
	readonly offset: number;
}

/** Finds the items of one direction. `pull` throws as a decoder's does. */
interface Finder {
	push(chunk: Uint8Array): void;
	end(): void;
	pull(): Found | undefined;
}

/** What a tap decodes with. */
export interface Decoding {
	readonly gives: Kind;
	readonly notation: BytesNotation;
	finder(): Finder;
}

/** Reads `... , json-rpc(option=value)`: the stack below the messages, and the options of the messages. */
const OVER_FRAMES = /^(.*),\s*json-rpc\s*(?:\(([^()]*)\)\s*)?$/s;

/** Prepares what decodes the items of a stack, and measures them. */
export function decodingOf(
	stack: NamedStack,
	notation: BytesNotation,
): Decoding {
	const { gives, layer, expression } = stack;
	const [, below, options = ""] = OVER_FRAMES.exec(expression) ?? [];
	const entry = layers.get("json-rpc");
	if (below === undefined || entry === undefined)
		return {
			gives,
			notation,
			finder() {
				const decoder = layer.decoder();
				return {
					push: (chunk) => decoder.push(chunk),
					end: () => decoder.end(),
					pull() {
						const item = decoder.pull();
						return item === undefined
							? undefined
							: {
									...{ item, gives, size: sizeOf(item, gives) },
									offset: decoder.itemOffset,
								};
					},
				};
			},
		};
	// Frame by frame, because a message does not tell its size; and with the values as they stand on the wire, in which every
	// digit of a number counts.
	const frames = parseStack(below).layer;
	const messages = entry.make({ ...valuesOf(options), raw: true });
	return {
		gives,
		notation,
		finder() {
			const lower = frames.decoder();
			const upper = messages.decoder();
			return {
				push: (chunk) => lower.push(chunk),
				end: () => lower.end(),
				pull() {
					const frame = lower.pull();
					if (frame === undefined) return undefined;
					const { itemOffset: offset } = lower;
					// What the framing skipped.
					if (!(frame instanceof Uint8Array))
						return { item: frame, gives: "bytes", size: undefined, offset };
					upper.push(frame);
					// Every frame is one message, if only an invalid one.
					const item = upper.pull() as Item;
					// The frame is on loan.
					upper.pull();
					return { item, gives, size: frame.length, offset };
				},
			};
		},
	};

	/** Reads options that the parser of stacks has found to be in order. */
	function valuesOf(text: string): Record<string, unknown> {
		return Object.fromEntries(
			[...text.matchAll(/(\w+)\s*=\s*([^\s=,]+)/g)].map(
				([, option = "", value = ""]) => [
					option,
					entry?.options[option]?.read(value),
				],
			),
		);
	}
}

function sizeOf(item: Item, kind: Kind): number | undefined {
	if (item instanceof Uint8Array) return item.length;
	return kind === "text" && typeof item === "string"
		? Buffer.byteLength(item)
		: undefined;
}

/** A request that was not answered yet. */
interface Call {
	readonly id: Id;
	readonly method: string;
	readonly since: number;
	cancelled: boolean;
}

/** The most requests of one direction that are remembered, and the most characters of their ids and methods. */
const MAX_CALLS = 10_000;
const MAX_NAMES = 8 * 1024 * 1024;

/** The requests of one direction that were not answered yet; the oldest are forgotten when there are too many. */
class Calls {
	/** By the key of the id. Nothing but good manners keeps a peer from using an id twice. */
	readonly #calls = new Map<string, Call[]>();
	#count = 0;
	#names = 0;
	forgotten = 0;

	/** Returns whether the id is in use already. */
	add(id: Id, method: string, since: number): boolean {
		const key = ownMemory(idKey(id));
		const call = {
			id: ownId(id),
			method: ownMemory(method),
			since,
			cancelled: false,
		};
		const same = this.#calls.get(key);
		if (same === undefined) this.#calls.set(key, [call]);
		else same.push(call);
		this.#count += 1;
		this.#names += key.length + method.length;
		while (this.#count > MAX_CALLS || this.#names > MAX_NAMES) {
			const [oldest] = this.#calls.keys();
			if (oldest === undefined) break;
			this.#take(oldest);
			this.forgotten += 1;
		}
		return same !== undefined;
	}

	take(id: Id): Call | undefined {
		return this.#take(idKey(id));
	}

	get(id: Id): Call | undefined {
		return this.#calls.get(idKey(id))?.at(-1);
	}

	all(): Call[] {
		return [...this.#calls.values()].flat();
	}

	#take(key: string): Call | undefined {
		const calls = this.#calls.get(key);
		const call = calls?.shift();
		if (call === undefined) return undefined;
		if (calls?.length === 0) this.#calls.delete(key);
		this.#count -= 1;
		this.#names -= key.length + call.method.length;
		return call;
	}
}

function ownId(id: Id): Id {
	if (id instanceof ExactId) return new ExactId(ownMemory(id.token));
	return typeof id === "string" ? ownMemory(id) : id;
}

/** Copies text: a piece of a message would keep the whole message in memory. */
function ownMemory(text: string): string {
	return Buffer.from(text, "utf16le").toString("utf16le");
}

/** What each direction of a connection is up to. */
interface Direction {
	readonly finder: Finder;
	readonly calls: Calls;
	faulty: boolean;
	items: number;
	bytes: number;
}

/** The notifications that take back a request, and where they name its id: those of LSP and MCP. */
const CANCELLATIONS: ReadonlyMap<string, string> = new Map([
	["$/cancelRequest", "id"],
	["notifications/cancelled", "requestId"],
]);

/** Decodes what passes through one connection, ties answers to requests, and tells it as events. Never throws. */
export class ConnectionTrace {
	readonly #decoding: Decoding;
	readonly #tell: (event: TraceEvent) => void;
	readonly #directions: Readonly<Record<Party, Direction>>;

	/** `client` is the number of the connection, if there can be several. */
	constructor(
		decoding: Decoding,
		tell: (event: TraceEvent) => void,
		client?: number,
	) {
		this.#decoding = decoding;
		this.#tell = (event) => tell({ ...event, client });
		const direction = (): Direction => ({
			finder: decoding.finder(),
			calls: new Calls(),
			faulty: false,
			items: 0,
			bytes: 0,
		});
		this.#directions = { client: direction(), server: direction() };
	}

	/** Notes that there is a connection now, between whom. */
	opened(server: string, client?: string): void {
		const now = performance.now();
		const date = new Date(performance.timeOrigin + now).toISOString();
		this.#tell({
			kind: "open",
			now,
			remark: `${client === undefined ? "" : `${client} to `}${server} ${date}`,
			details: { server, address: client, date },
		});
	}

	/** Notes bytes that were sent at `now`. They are borrowed until this returns. */
	received(from: Party, chunk: Uint8Array, now: number): void {
		const direction = this.#directions[from];
		direction.bytes += chunk.length;
		if (!direction.faulty)
			this.#decode(from, now, ({ finder }) => finder.push(chunk));
	}

	/** Notes that a direction has ended. */
	ended(from: Party): void {
		const now = performance.now();
		if (!this.#directions[from].faulty)
			this.#decode(from, now, ({ finder }) => finder.end());
		this.#tell({ kind: "end", now, from, ...this.#totals(from) });
	}

	/** Notes that a party is gone, or takes no more. */
	broke(party: Party, reason: string): void {
		const totals = this.#totals(party);
		this.#tell({
			kind: "broken",
			now: performance.now(),
			from: party,
			remark:
				totals.details.bytes === 0
					? reason
					: `${reason}, after ${totals.remark}`,
			details: { reason, ...totals.details },
		});
	}

	/** Notes how the server process ended. */
	exited(code: number | null, signal: NodeJS.Signals | null): void {
		this.#tell({
			kind: "exit",
			now: performance.now(),
			from: "server",
			remark: signal ?? `code ${code}`,
			details: signal === null ? { code } : { signal },
		});
	}

	/** Notes that the connection is over: tells of the requests that nobody answered. */
	closed(): void {
		const now = performance.now();
		for (const from of ["client", "server"] as const) {
			const { calls } = this.#directions[from];
			const note = this.#directions[other(from)].faulty
				? "(the other direction was not decoded to its end)"
				: undefined;
			for (const { id, method, since, cancelled } of calls.all())
				this.#tell({
					kind: "unanswered",
					now,
					from,
					method,
					id,
					latency: now - since,
					remark: cancelled ? "(cancelled)" : note,
					details: { cancelled: cancelled || undefined, note },
				});
			if (calls.forgotten > 0)
				this.#tell({
					kind: "unanswered",
					now,
					from,
					remark: `${calls.forgotten} older requests, which were not kept`,
					details: { forgotten: calls.forgotten },
				});
		}
	}

	#decode(
		from: Party,
		now: number,
		feed: (direction: Direction) => void,
	): void {
		const direction = this.#directions[from];
		try {
			feed(direction);
			for (;;) {
				const found = direction.finder.pull();
				if (found === undefined) return;
				if (!(found.item instanceof Skipped)) direction.items += 1;
				this.#found(from, found, now);
			}
		} catch (fault) {
			// Whatever it was: what is forwarded does not depend on it.
			direction.faulty = true;
			const { code, offset } = fault as { code?: string; offset?: number };
			this.#tell({
				kind: "fault",
				now,
				from,
				remark: `${reasonOf(fault)}; this direction is forwarded without decoding from here`,
				details: { code, offset, message: (fault as Error).message },
			});
		}
	}

	#found(from: Party, found: Found, now: number): void {
		const { item, gives, size, offset } = found;
		const { notation } = this.#decoding;
		if (item instanceof Skipped) {
			const { code, message } = item;
			this.#tell({
				kind: "skipped",
				now,
				from,
				remark: reasonOf(item),
				details: { code, message, offset: item.offset },
			});
		} else if (gives !== "messages") {
			const body: Body = {
				name: "item",
				json: (limit) =>
					toJson(beginning(item, limit), gives, notation, offset),
			};
			this.#tell({ kind: "item", now, from, size, offset, body });
		} else {
			const message = item as AnyMessage;
			if (message.kind !== "batch")
				this.#message(from, message, now, { size, offset });
			else
				for (const [index, single] of message.items.entries())
					this.#message(from, single, now, {
						batch: { item: index + 1, of: message.items.length, size },
						offset,
					});
		}
	}

	#message(
		from: Party,
		message: AnySingle,
		now: number,
		place: Pick<TraceEvent, "size" | "batch" | "offset">,
	): void {
		const { kind } = message;
		const { calls } = this.#directions[from];
		switch (message.kind) {
			case "request": {
				const { id, method, params } = message;
				const twice = calls.add(id, method, now);
				const remark = twice
					? "(this id is in use: a request of that id was not answered yet)"
					: undefined;
				const details = twice ? { idInUse: true } : {};
				const body = bodyOf("params", params);
				this.#tell({
					...{ kind, now, from, method, id, ...place },
					...{ remark, details, body },
				});
				return;
			}
			case "notification": {
				const { method, params } = message;
				const cancelled = cancelledBy(method, params);
				const call = cancelled === undefined ? undefined : calls.get(cancelled);
				if (call !== undefined) call.cancelled = true;
				this.#tell({
					...{ kind, now, from, method, ...place },
					remark: call && `(cancels ${call.method})`,
					details: { cancels: call?.method },
					body: bodyOf("params", params),
				});
				return;
			}
			case "invalid":
				this.#tell({
					...{ kind, now, from, ...place },
					remark: message.reason,
					details: { reason: message.reason },
				});
				return;
			default: {
				const { id } = message;
				const asked = this.#directions[other(from)];
				const call = asked.calls.take(id);
				// An error may answer what could not be read, with the id null; and there may be requests that we did not see.
				const unasked =
					call === undefined &&
					id !== null &&
					!asked.faulty &&
					asked.calls.forgotten === 0;
				this.#tell({
					...{ kind, now, from, id, ...place },
					method: call?.method,
					latency: call && now - call.since,
					remark: unasked
						? "(answers no request)"
						: call?.cancelled
							? "(cancelled)"
							: undefined,
					details: {
						unasked: unasked || undefined,
						cancelled: call?.cancelled || undefined,
					},
					body:
						message.kind === "success"
							? bodyOf("result", message.result)
							: errorBody(message),
				});
			}
		}
	}

	#totals(from: Party): {
		readonly remark: string;
		readonly details: { readonly items: number; readonly bytes: number };
	} {
		const { items, bytes, faulty } = this.#directions[from];
		const noun = this.#decoding.gives === "messages" ? "message" : "item";
		return {
			remark: `${items} ${noun}${items === 1 ? "" : "s"}${faulty ? " before the fault" : ""}, ${bytes}B`,
			details: { items, bytes },
		};
	}
}

function other(party: Party): Party {
	return party === "client" ? "server" : "client";
}

function bodyOf(name: Body["name"], value: unknown): Body | undefined {
	return value === undefined ? undefined : { name, json: () => textOf(value) };
}

function textOf(value: unknown): string {
	return value instanceof RawJson ? value.text : JSON.stringify(value);
}

function errorBody({ error }: ErrorMessage): Body {
	const { code, message, data } = error;
	const head = JSON.stringify({ code, message });
	return {
		name: "error",
		json: () =>
			data === undefined
				? head
				: `${head.slice(0, -1)},"data":${textOf(data)}}`,
	};
}

/** Gives as much of an item as must be written to show `limit` characters of it, and a little more. */
function beginning(item: Item, limit: number): Item {
	if (typeof item === "string") return item.slice(0, limit + 2);
	if (!(item instanceof Uint8Array) || item.length <= 4 * limit + 8)
		return item;
	// Not within a UTF-8 character, which has up to three bytes behind the first.
	let end = 4 * limit + 8;
	while (((item[end] as number) & 0xc0) === 0x80 && end > 4 * limit + 4)
		end -= 1;
	return item.subarray(0, end);
}

/** Longer params name more than a request to cancel. */
const MAX_CANCELLATION = 10_000;

function cancelledBy(
	method: string,
	params: Values | undefined,
): Id | undefined {
	const member = CANCELLATIONS.get(method);
	if (member === undefined || params === undefined) return undefined;
	const text = textOf(params);
	if (text.length > MAX_CANCELLATION) return undefined;
	const id: unknown = JSON.parse(text)[member];
	return typeof id === "string" || typeof id === "number" ? id : undefined;
}
