import type { Duplex, Readable, Writable } from "node:stream";
import type { Wire } from "./handshake.ts";

/** Two streams that are one connection, or a socket twice. */
export interface Streams {
	readonly readable: Readable;
	readonly writable: Writable;
}

export function streamsOf(socket: Duplex): Streams {
	return { readable: socket, writable: socket };
}

/**
 * Reads and writes streams for an exchange, and leaves them as if nobody had: no listeners, and nothing read ahead. Until it is
 * released, errors of the streams reject what waits.
 */
export class SocketWire implements Wire {
	readonly #streams: Streams;
	#failure: { readonly reason: unknown } | undefined;
	#wake: (() => void) | undefined;

	constructor(streams: Streams) {
		this.#streams = streams;
		const { readable, writable } = streams;
		readable.on("readable", this.#onEvent);
		readable.on("end", this.#onEvent);
		readable.on("error", this.fail);
		readable.on("close", this.#onClose);
		writable.on("error", this.fail);
	}

	async read(): Promise<Uint8Array | undefined> {
		const { readable } = this.#streams;
		for (;;) {
			if (this.#failure !== undefined) throw this.#failure.reason;
			const chunk = readable.read() as Uint8Array | null;
			if (chunk !== null) return chunk;
			if (readable.readableEnded) return undefined;
			await new Promise<void>((resolve) => {
				this.#wake = resolve;
			});
		}
	}

	async write(bytes: Uint8Array): Promise<void> {
		if (this.#failure !== undefined) throw this.#failure.reason;
		// Lines are few and short: nobody needs to wait until they are written.
		this.#streams.writable.write(bytes);
	}

	/** Hands the streams on, with what was read too much. */
	release(rest: Uint8Array): void {
		const { readable, writable } = this.#streams;
		readable.off("readable", this.#onEvent);
		readable.off("end", this.#onEvent);
		readable.off("error", this.fail);
		readable.off("close", this.#onClose);
		writable.off("error", this.fail);
		if (rest.length > 0) readable.unshift(rest);
	}

	/** Makes reading and writing reject from now on. */
	readonly fail = (reason: unknown): void => {
		this.#failure ??= { reason };
		this.#onEvent();
	};

	readonly #onEvent = (): void => {
		this.#wake?.();
		this.#wake = undefined;
	};

	readonly #onClose = (): void => {
		if (!this.#streams.readable.readableEnded)
			this.fail(new Error("The socket was closed"));
	};
}
