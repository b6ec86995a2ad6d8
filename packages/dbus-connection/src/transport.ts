import type { Message, OutgoingMessage } from "@framewright/dbus-message";
import type { Transport } from "@framewright/streams";

/** A message as a channel hands it over, with the descriptors that came beside its bytes. */
export type ReceivedMessage = Message & {
	/**
	 * Descriptors, as many as `unixFds` says; an `h` in the body is an index of one. They belong to whoever takes the message,
	 * who closes them.
	 */
	readonly fds?: readonly number[];
};

/** A message for a channel to send. */
export type SentMessage = OutgoingMessage & {
	/** Descriptors to send along: duplicated by the kernel, and still the sender's to close. Only if the channel `passesFds`. */
	readonly fds?: readonly number[];
};

/**
 * What a connection needs of a channel of messages. A `Channel` of `@framewright/streams` over `dbusMessage()` is one, which
 * passes no descriptors.
 *
 * The connection reads it alone, one message at a time.
 */
export interface DBusChannel extends AsyncIterable<ReceivedMessage> {
	/**
	 * Sends a message; messages go out in the order of the calls. Resolves when there is room for more. Rejects when it can
	 * never be sent: because it cannot be encoded, after which nothing of it is on the wire and the channel goes on, or
	 * because the channel has failed.
	 */
	send(message: SentMessage): Promise<void>;
	/** Ends our direction when all is sent, while the other goes on. */
	close(): Promise<void>;
	/** Ends both directions at once; the iteration and what is being sent reject with the reason. */
	abort(reason?: unknown): void;
	/** Settles when both directions have ended: rejects with the first error. */
	readonly closed: Promise<void>;
}

/**
 * Bytes, and the descriptors that travelled beside them: what one `recvmsg` returned, or what one `sendmsg` takes.
 *
 *     bytes  [message 1][message 2: UNIX_FDS 2][message 3
 *     fds     5, 6                                          whole messages take theirs from the front
 *
 * Descriptors go out with the first byte of their message, as the specification wants it ("Valid Signatures", UNIX_FD).
 */
export interface Packet {
	readonly bytes: Uint8Array;
	/**
	 * Received: whoever takes a descriptor removes it from this array, and owns it. What is still in there belongs to the
	 * source. Sent: they remain the sender's, and may be closed once the write has settled.
	 */
	readonly fds: number[];
}

/**
 * Bytes and descriptors both ways: a `Transport` whose source, besides what its interface says,
 *
 * - closes what was not removed from the `fds` of its packets, when it is cancelled, and when it is asked for more at the end;
 * - sets close-on-exec on what it receives, and rejects when control data were cut off (`MSG_CTRUNC`).
 *
 * Reads never return bytes of two packets as one where that would move descriptors to an earlier byte.
 */
export type PacketTransport = Transport<Packet>;

/**
 * Opens transports that pass descriptors: `@framewright/dbus-fds` is one. Only where a connection was given one is
 * NEGOTIATE_UNIX_FD offered, since descriptors that came to a plain socket would be lost.
 */
export interface FdPassing {
	/** Connects to a Unix socket; a path that begins with NUL is an abstract name. Rejects as `net.connect` fails. */
	connect(
		path: string,
		options?: { readonly signal?: AbortSignal | undefined },
	): Promise<PacketTransport>;
	/**
	 * Takes over a Unix socket that a server has accepted, of which nothing was read: from a `net.Server` with
	 * `pauseOnConnect: true`. Throws for any other.
	 */
	accept(socket: unknown): PacketTransport;
	/** Closes a descriptor that nobody wants. Never throws. */
	close(fd: number): void;
}
