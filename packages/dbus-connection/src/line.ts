import { mayHoldFds, toIndexes } from "./descriptors.ts";
import type { Settings } from "./options.ts";
import type { Serials } from "./serials.ts";
import type { DBusChannel, ReceivedMessage, SentMessage } from "./transport.ts";

/** A message that has no serial yet. */
export type Unnumbered = SentMessage extends infer M
	? M extends unknown
		? Omit<M, "serial">
		: never
	: never;

/** The channel, and the serials of what goes out on it. */
export class Line {
	readonly #channel: DBusChannel;
	readonly #serials: Serials;
	readonly #settings: Settings;

	constructor(channel: DBusChannel, serials: Serials, settings: Settings) {
		this.#channel = channel;
		this.#serials = serials;
		this.#settings = settings;
	}

	/** Sends a message. Never throws. */
	send(
		message: Unnumbered,
		serial: number = this.#serials.next(),
	): Promise<void> {
		try {
			const numbered = { ...this.#withIndexes(message), serial } as SentMessage;
			this.#settings.trace?.({ direction: "sent", message: numbered });
			return this.#channel.send(numbered);
		} catch (error) {
			return Promise.reject(error);
		}
	}

	#withIndexes(message: Unnumbered): Unnumbered {
		const { signature = "", body = [] } = message;
		if (!mayHoldFds(signature) || body instanceof Uint8Array) return message;
		const { passesFds } = this.#settings;
		// Where none can be passed, only those are looked for that a signature says must be there.
		if (!passesFds && !signature.includes("h")) return message;
		const indexed = toIndexes(signature, body);
		if (indexed.fds.length === 0) return message;
		if (!passesFds)
			throw new RangeError(
				`The connection passes no descriptors, and "${signature}" has some`,
			);
		const { fds } = indexed;
		return { ...message, body: indexed.body, fds, unixFds: fds.length };
	}

	/** Notes that a message has come. */
	received(message: ReceivedMessage): void {
		this.#settings.trace?.({ direction: "received", message });
	}
}
