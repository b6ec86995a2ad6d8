import type { Skipped } from "@framewright/codec";
import type {
	Message,
	OutgoingMessage,
	RawMessage,
} from "@framewright/json-rpc";

/**
 * What a peer needs of a connection. A `Channel` of `@framewright/streams` is one; so is anything with these five members.
 *
 * The peer reads it alone, one message at a time, and stops reading while it has enough to do.
 */
export interface MessageChannel
	extends AsyncIterable<Message | RawMessage | Skipped> {
	/**
	 * Sends a message; messages go out in the order of the calls. Resolves when there is room for more. Rejects when it can
	 * never be sent: because it cannot be encoded, after which nothing of it is on the wire and the channel goes on, or
	 * because the channel has failed.
	 */
	send(message: OutgoingMessage): Promise<void>;
	/** Ends our direction when all is sent, while the other goes on. */
	close(): Promise<void>;
	/** Ends both directions at once; the iteration and what is being sent reject with the reason. */
	abort(reason?: unknown): void;
	/** Settles when both directions have ended: rejects with the first error. */
	readonly closed: Promise<void>;
}
