import {
	ENDED,
	type MessageProducer,
	OPEN,
	StreamProducer,
} from "@framewright/ring-buffer";
import {
	abortRing,
	endError,
	type RingProducer,
	RingWaiter,
} from "./ring-wait.ts";
import type { Sink } from "./transport.ts";

const DONE = Promise.resolve();

/** What sinks for a ring share: its end. */
abstract class RingSink<Ring extends RingProducer> implements Sink<Uint8Array> {
	protected readonly ring: Ring;
	protected readonly waiter: RingWaiter;

	constructor(ring: Ring, spin: number) {
		this.ring = ring;
		this.waiter = new RingWaiter(ring, spin);
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
	/** Throws a `RangeError` for a message that no ring of this capacity takes. */
	write(message: Uint8Array): Promise<void> {
		const { ring } = this;
		if (message.length > ring.maxLength)
			throw new RangeError(
				`A message may have ${ring.maxLength} bytes at most in this ring, not ${message.length}`,
			);
		return this.tryWrite(message) ? DONE : this.#writeLater(message);
	}

	tryWrite(message: Uint8Array): boolean {
		const { ring } = this;
		try {
			if (message.length > ring.maxLength || ring.end !== OPEN) return false;
			return ring.write(message);
		} catch {
			// The fault of a ring lasts: `write` meets it again.
			return false;
		}
	}

	async #writeLater(message: Uint8Array): Promise<void> {
		const { ring } = this;
		for (;;) {
			this.assertRead();
			if (ring.append(message)) break;
			await this.waiter.untilReady(message.length);
		}
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
			if (count === 0) await this.waiter.untilReady(most);
		}
	}

	/** Not while the peer has something to read: what comes till then goes out as one. */
	tryWrite(chunk: Uint8Array): boolean {
		const { ring } = this;
		try {
			if (
				ring.fill > 0 ||
				ring.end !== OPEN ||
				chunk.length > ring.capacity / 4
			)
				return false;
			const written = this.#append(chunk, 0, chunk.length) > 0;
			ring.publish();
			return written;
		} catch {
			return false;
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
