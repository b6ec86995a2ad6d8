import { DROPS, READ, type RingKind, WRITE } from "./layout.ts";
import { Side } from "./side.ts";

const DROP_ATTEMPTS = 3;

/** The side that writes. What it has written is seen when it is published; all of that at once. */
export abstract class Producer extends Side {
	/** Where the next unit goes: free-running, modulo 2^32. */
	protected position: number;
	/** Units that are free for certain: the consumer may have freed more since. Below 0, nothing may be written. */
	protected vacant = 0;
	/** The messages or elements in the units that `oldest` told last. */
	protected passed = 0;
	/** Up to where all is published. */
	protected published: number;
	#drops: number;

	constructor(
		memory: SharedArrayBuffer,
		kind: RingKind,
		lead?: SharedArrayBuffer,
	) {
		super(memory, kind, "producer", lead);
		this.position = this.published = Atomics.load(this.header, WRITE);
		this.#drops = Atomics.load(this.header, DROPS);
		if ((this.position & this.alignment) !== 0)
			this.fail(
				"invalid-length",
				"The write position is no possible one",
				WRITE,
			);
		this.refresh();
	}

	/** Shows the consumer all that was written, and wakes it. */
	publish(): void {
		const from = this.published;
		if (this.position === from) return;
		this.published = this.position;
		Atomics.store(this.header, WRITE, this.position);
		this.reveal(from);
		this.wakeOther();
	}

	flush(): void {
		this.publish();
	}

	/** How the consumer has ended, or `OPEN`: `ENDED`, `DIED`, or the code of its error. Nobody reads what is written then. */
	get end(): number {
		return this.otherEnd();
	}

	/**
	 * Looks how far the consumer is, and returns the word of its position. Publishes first: it may be waiting for what is held
	 * back.
	 */
	protected refresh(): number {
		this.assertAlive();
		this.publish();
		const read = Atomics.load(this.header, READ);
		const fill = (this.position - read) & this.positionMask;
		const vacant = this.capacity - fill;
		if (fill < 0 || vacant < this.vacant || (fill & this.alignment) !== 0)
			this.fail("invalid-length", "The read position is no possible one", READ);
		this.vacant = vacant;
		this.measure(fill);
		return read;
	}

	/**
	 * Drops the oldest until `units` are free, and counts them. Returns false if the consumer holds them.
	 *
	 *     read position   producer: p -> p + dropped, by comparison
	 *                     consumer: p -> p with HELD, by or; then p + read without it, by a store
	 *
	 * So of two that want the same units, one is first, and knows it.
	 */
	protected dropOldest(units: number): boolean {
		if (!this.overwritable)
			throw new Error("This ring was not made overwritable");
		for (let attempt = 0; ; attempt++) {
			if (units <= this.vacant) return true;
			const read = this.refresh();
			if (units <= this.vacant) return true;
			// The comparison fails when the consumer was quicker: it reads as fast as this writes. No need to try for ever.
			if (read < 0 || attempt === DROP_ATTEMPTS) return false;
			const dropped = this.oldest(read, units - this.vacant);
			const next = (read + dropped) & this.positionMask;
			if (Atomics.compareExchange(this.header, READ, read, next) !== read)
				continue;
			this.vacant += dropped;
			this.drop(this.passed);
		}
	}

	/** Shows the consumer what lies between `from` and the write position, unless it sees it by that position. */
	protected reveal(_from: number): void {}

	/** How many units are whole messages or elements from a position on, and `needed` or more. */
	protected abstract oldest(read: number, needed: number): number;

	protected advance(units: number): void {
		this.position = (this.position + units) | 0;
		this.vacant -= units;
	}

	/** Whether there is room, or there will never be any use of it. */
	protected pollRoom(units: number): "ready" | "ended" | undefined {
		// Here too: room is of no use when the consumer is gone.
		if (this.otherEnd() !== 0) return "ended";
		if (this.vacant < units) this.refresh();
		return this.vacant >= units ? "ready" : undefined;
	}

	protected drop(count: number): void {
		this.#drops = (this.#drops + count) | 0;
		Atomics.store(this.header, DROPS, this.#drops);
	}

	protected forget(): void {
		this.vacant = -1;
	}
}
