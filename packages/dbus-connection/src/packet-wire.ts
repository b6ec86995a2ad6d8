import type { Wire } from "./handshake.ts";
import type { Packet, PacketTransport } from "./transport.ts";

/** Reads and writes a transport of packets for an exchange, in which no descriptors have a place. */
export class PacketWire implements Wire {
	readonly #transport: PacketTransport;
	/** Descriptors that came with the last read: with the end of the exchange, and the first message. */
	#fds: number[] = [];
	#failure: { readonly reason: unknown } | undefined;
	#reject: ((reason: unknown) => void) | undefined;

	constructor(transport: PacketTransport) {
		this.#transport = transport;
	}

	async read(): Promise<Uint8Array | undefined> {
		if (this.#failure !== undefined) throw this.#failure.reason;
		// A read that is cancelled need not settle.
		const failed = new Promise<never>((_, reject) => {
			this.#reject = reject;
		});
		const packet = await Promise.race([this.#transport.source.read(), failed]);
		if (packet === undefined) return undefined;
		if (this.#fds.length > 0)
			throw new Error("Descriptors came in the exchange of authentication");
		this.#fds = packet.fds;
		return packet.bytes;
	}

	async write(bytes: Uint8Array): Promise<void> {
		if (this.#failure !== undefined) throw this.#failure.reason;
		await this.#transport.sink.write({ bytes, fds: [] });
	}

	/** Ends both directions, and makes reading and writing reject from now on. */
	readonly fail = (reason: unknown): void => {
		if (this.#failure !== undefined) return;
		this.#failure = { reason };
		this.#transport.source.cancel(reason);
		this.#transport.sink.abort(reason);
		this.#reject?.(reason);
	};

	/** Hands the transport on, with what was read too much. */
	release(rest: Uint8Array): PacketTransport {
		const { source, sink } = this.#transport;
		const fds = this.#fds;
		if (rest.length === 0 && fds.length === 0) return this.#transport;
		let first: Packet | undefined = { bytes: rest, fds };
		return {
			sink,
			source: {
				read: () => {
					if (first === undefined) return source.read();
					const packet = first;
					first = undefined;
					return Promise.resolve(packet);
				},
				cancel: (reason) => source.cancel(reason),
				...(source.closed === undefined ? {} : { closed: source.closed }),
			},
		};
	}
}
