import { Skipped } from "@framewright/codec";
import type { Message, SingleMessage } from "@framewright/json-rpc";
import { reasonOf } from "./exit.ts";
import { toJson } from "./json-items.ts";
import {
	beginning,
	bodyOf,
	cancelledBy,
	errorBody,
	type Values,
} from "./tap-body.ts";
import { Calls } from "./tap-calls.ts";
import type { Decoding, Finder, Found } from "./tap-decoding.ts";
import type { Body, Party, TraceEvent } from "./tap-print.ts";

type AnyMessage = Message<Values>;
type AnySingle = SingleMessage<Values>;

/** What each direction of a connection is up to. */
interface Direction {
	readonly finder: Finder;
	readonly calls: Calls;
	faulty: boolean;
	items: number;
	bytes: number;
}

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
