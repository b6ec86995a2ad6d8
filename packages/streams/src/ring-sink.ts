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
import { TurnBudget, turn } from "./turn.ts";

const DONE = Promise.resolve();

/** What sinks for a ring share: its end. */
abstract class RingSink<Ring extends RingProducer> implements Sink<Uint8Array> {
	protected readonly ring: Ring;
	protected readonly waiter: RingWaiter;
	protected readonly budget: TurnBudget = new TurnBudget();

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

	/** Lets the event loop turn. */
	protected async turn(): Promise<void> {
		await turn();
		this.budget.renew();
	}

	/** Throws if nobody reads any more. */
	protected assertRead(): void {
		const { end } = this.ring;
		if (end === ENDED) throw new Error("The peer has stopped reading");
		if (end !== OPEN) throw endError(end);
	}
}

/** Writes each chunk as a message, and publishes it. */
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
		const { ring, budget } = this;
		try {
			if (
				budget.isSpent ||
				message.length > ring.maxLength ||
				ring.end !== OPEN ||
				!ring.write(message)
			)
				return false;
		} catch {
			// The fault of a ring lasts: `write` meets it again.
			return false;
		}
		budget.spend(message.length);
		return true;
	}

	async #writeLater(message: Uint8Array): Promise<void> {
		const { ring, budget } = this;
		if (budget.isSpent) await this.turn();
		for (;;) {
			this.assertRead();
			if (ring.write(message)) break;
			await this.waiter.untilReady(message.length);
		}
		budget.spend(message.length);
	}
}

/** Writes chunks as pieces, of which a ring of messages takes several at once, so that the peer reads one while the next is written. */
export class PieceSink extends RingSink<RingProducer> {
	async write(chunk: Uint8Array): Promise<void> {
		const { ring, budget } = this;
		for (let at = 0; at < chunk.length; ) {
			if (budget.isSpent) await this.turn();
			this.assertRead();
			const most = Math.min(ring.capacity / 4, chunk.length - at);
			const count = this.#append(chunk, at, most);
			ring.publish();
			at += count;
			budget.spend(count);
			if (count === 0) await this.waiter.untilReady(most);
		}
	}

	/** Not while the peer has something to read: what comes till then goes out as one. */
	tryWrite(chunk: Uint8Array): boolean {
		const { ring, budget } = this;
		try {
			if (
				budget.isSpent ||
				ring.fill > 0 ||
				ring.end !== OPEN ||
				chunk.length > ring.capacity / 4 ||
				// Where nothing is, there is room for all of it.
				this.#append(chunk, 0, chunk.length) === 0
			)
				return false;
			ring.publish();
		} catch {
			// The fault of a ring lasts: `write` meets it again.
			return false;
		}
		budget.spend(chunk.length);
		return true;
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
