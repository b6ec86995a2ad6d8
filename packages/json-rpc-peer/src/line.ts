import type { Skipped } from "@framewright/codec";
import type { OutgoingMessage } from "@framewright/json-rpc";
import type { MessageChannel } from "./channel.ts";
import type { TraceEvent } from "./options.ts";

/** The channel, and the clock of whoever traces it. */
export class Line {
	readonly #channel: MessageChannel;
	readonly #trace: ((event: TraceEvent) => void) | undefined;

	constructor(
		channel: MessageChannel,
		trace: ((event: TraceEvent) => void) | undefined,
	) {
		this.#channel = channel;
		this.#trace = trace;
	}

	/** The time, if anybody wants to know. */
	now(): number {
		return this.#trace === undefined ? 0 : performance.now();
	}

	/** Sends a message; `since` is when what it answers came. */
	send(message: OutgoingMessage, since?: number): Promise<void> {
		this.#tell("sent", message, since);
		try {
			return this.#channel.send(message);
		} catch (error) {
			return Promise.reject(error);
		}
	}

	/** Notes that a message has come; `since` is when what it answers was sent. */
	received(message: OutgoingMessage | Skipped, since?: number): void {
		this.#tell("received", message, since);
	}

	#tell(
		direction: "sent" | "received",
		message: TraceEvent["message"],
		since: number | undefined,
	): void {
		if (this.#trace === undefined) return;
		const at = performance.now();
		this.#trace(
			since === undefined
				? { direction, message, at }
				: { direction, message, at, durationMs: at - since },
		);
	}
}
