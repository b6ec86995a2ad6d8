import { CONSUMER_WAKE, DROPS, READ, type RingKind, WRITE } from "./layout.ts";
import { Side } from "./side.ts";
import { wake } from "./wake.ts";

/** The side that writes. What it has written is seen when it is published; all of that at once. */
export abstract class Producer extends Side {
	/** Where the next unit goes: free-running, modulo 2^32. */
	protected position: number;
	/** Units that are free for certain: the consumer may have freed more since. Below 0, nothing may be written. */
	protected vacant = 0;
	#published: number;
	#drops: number;

	constructor(memory: SharedArrayBuffer, kind: RingKind) {
		super(memory, kind, "producer");
		this.position = this.#published = Atomics.load(this.words, WRITE);
		this.#drops = Atomics.load(this.words, DROPS);
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
		if (this.position === this.#published) return;
		this.#published = this.position;
		Atomics.store(this.words, WRITE, this.position);
		wake(this.words, CONSUMER_WAKE);
	}

	flush(): void {
		this.publish();
	}

	/** How the consumer has ended, or `OPEN`: `ENDED`, `DIED`, or the code of its error. Nobody reads what is written then. */
	get end(): number {
		return this.otherEnd();
	}

	/** Looks how far the consumer is. Publishes first: it may be waiting for what is held back. */
	protected refresh(): void {
		this.assertAlive();
		this.publish();
		const fill = (this.position - Atomics.load(this.words, READ)) | 0;
		const vacant = this.capacity - fill;
		if (fill < 0 || vacant < this.vacant || (fill & this.alignment) !== 0)
			this.fail("invalid-length", "The read position is no possible one", READ);
		this.vacant = vacant;
		this.measure(fill);
	}

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
		Atomics.store(this.words, DROPS, this.#drops);
	}

	protected forget(): void {
		this.vacant = -1;
	}
}
