import {
	ENDED,
	type MessageProducer,
	OPEN,
	StreamProducer,
} from "@framewright/ring-buffer";
import { afterTick } from "./outgoing.ts";
import {
	abortRing,
	endError,
	type RingProducer,
	untilReady,
} from "./ring-wait.ts";
import type { Sink } from "./transport.ts";

const DONE = Promise.resolve();

/** What sinks for a ring share: its end. */
abstract class RingSink<Ring extends RingProducer> implements Sink<Uint8Array> {
	protected readonly ring: Ring;
	protected readonly spin: number;

	constructor(ring: Ring, spin: number) {
		this.ring = ring;
		this.spin = spin;
	}

	abstract write(chunk: Uint8Array): Promise<void>;

	end(): Promise<void> {
		this.ring.close();
		return DONE;
	}

	abort(reason: unknown): void {
		abortRing(this.ring, reason);
	}

	/** Throws if nobody reads any more. */
	protected assertRead(): void {
		const { end } = this.ring;
		if (end === ENDED) throw new Error("The peer has stopped reading");
		if (end !== OPEN) throw endError(end);
	}
}

/** Writes each chunk as a message, and publishes those of a tick at once. */
export class MessageSink extends RingSink<MessageProducer> {
	#scheduled = false;

	/** Throws a `RangeError` for a message that no ring of this capacity takes. */
	write(message: Uint8Array): Promise<void> {
		const { ring } = this;
		if (message.length > ring.maxLength)
			throw new RangeError(
				`A message may have ${ring.maxLength} bytes at most in this ring, not ${message.length}`,
			);
		try {
			this.assertRead();
			if (!ring.append(message)) return this.#writeLater(message);
		} catch (error) {
			return Promise.reject(error);
		}
		if (!this.#scheduled) {
			this.#scheduled = true;
			afterTick(() => {
				this.#scheduled = false;
				ring.publish();
			});
		}
		return DONE;
	}

	async #writeLater(message: Uint8Array): Promise<void> {
		const { ring } = this;
		do {
			await untilReady(ring, this.spin, message.length);
			this.assertRead();
		} while (!ring.append(message));
		ring.publish();
	}
}

/** Writes chunks as pieces, of which a ring of messages takes several at once, so that the peer reads one while the next is written. */
export class PieceSink extends RingSink<RingProducer> {
	async write(chunk: Uint8Array): Promise<void> {
		const { ring } = this;
		for (let at = 0; at < chunk.length; ) {
			this.assertRead();
			const most = Math.min(ring.capacity / 4, chunk.length - at);
			const count = this.#append(chunk, at, most);
			ring.publish();
			at += count;
			if (count === 0) await untilReady(ring, this.spin, most);
		}
	}

	async writev(chunks: readonly Uint8Array[]): Promise<void> {
		for (const chunk of chunks) await this.write(chunk);
	}

	#append(chunk: Uint8Array, at: number, most: number): number {
		const { ring } = this;
		if (ring instanceof StreamProducer)
			return ring.append(chunk, at, at + most);
		return ring.append(chunk.subarray(at, at + most)) ? most : 0;
	}
}
