import { DecodeError, type Decoder, type Layer } from "@framewright/codec";
import type { DBusMessages } from "@framewright/dbus-message";
import type { Packet, ReceivedMessage, SentMessage } from "./transport.ts";

/** The most descriptors of a message: what dbus-daemon allows by default. */
const MAX_FDS = 16;

/**
 * Messages, and the descriptors that travel beside their bytes: the layer for a `PacketTransport`.
 *
 *     packet 1   [message, UNIX_FDS 2][message, none][mess    fds 5, 6
 *     packet 2   age, UNIX_FDS 1]                             fds 7        5, 6 | | 7
 *
 * Each message takes as many as its UNIX_FDS says, from the front. Decoding throws, besides what `dbusMessage` does,
 * `invalid-value` for a message whose descriptors are not there, for more than 16 that belong to no message yet, and for any
 * that are there although all bytes before belong to whole messages.
 */
export function packets(
	messages: DBusMessages,
): Layer<ReceivedMessage, Packet, SentMessage> {
	return {
		decoder: () => new PacketDecoder(messages),
		encoder: () => ({
			encode: (message) => ({
				bytes: messages.encode(message),
				fds: [...(message.fds ?? [])],
			}),
		}),
	};
}

class PacketDecoder implements Decoder<Packet, ReceivedMessage> {
	readonly #decoder: ReturnType<DBusMessages["decoder"]>;
	/** The descriptors of packets, as long as some are in them: the source closes those that nobody takes. */
	#arrays: number[][] = [];
	#received = 0;
	#failure: DecodeError | undefined;

	constructor(messages: DBusMessages) {
		this.#decoder = messages.decoder();
	}

	push({ bytes, fds }: Packet): void {
		this.#received += bytes.length;
		this.#decoder.push(bytes);
		if (fds.length > 0) this.#arrays.push(fds);
	}

	pull(): ReceivedMessage | undefined {
		if (this.#failure !== undefined) throw this.#failure;
		const message = this.#decoder.pull();
		const waiting = this.#arrays.reduce((sum, { length }) => sum + length, 0);
		if (message === undefined) {
			if (waiting === 0) return undefined;
			if (waiting > MAX_FDS)
				this.#fail(`${MAX_FDS} descriptors may come with a message at most`);
			if (this.#decoder.bytesHeld === 0)
				this.#fail(`${waiting} descriptors came that belong to no message`);
			return undefined;
		}
		const { unixFds } = message;
		if (unixFds === 0) return message;
		if (unixFds > waiting)
			this.#fail(
				`Of ${unixFds} descriptors of a message, ${waiting} have come`,
			);
		return { ...message, fds: this.#take(unixFds) };
	}

	end(): void {
		this.#decoder.end();
	}

	#take(count: number): number[] {
		const taken: number[] = [];
		while (taken.length < count) {
			const [first] = this.#arrays;
			taken.push(...(first?.splice(0, count - taken.length) ?? []));
			if (first?.length === 0) this.#arrays.shift();
		}
		return taken;
	}

	#fail(message: string): never {
		this.#failure = new DecodeError("invalid-value", message, this.#received);
		throw this.#failure;
	}
}
