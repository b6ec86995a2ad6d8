import { DIED, HELD, OPEN, READ, type RingKind, WRITE } from "./layout.ts";
import { Side } from "./side.ts";

/** The side that reads. What it has read stays in place until it is released; all of that at once. */
export abstract class Consumer extends Side {
	/** Where the next unit is: free-running, modulo 2^32. */
	protected position: number;
	/** Units that are there for certain: the producer may have published more since. Below 0, nothing may be read. */
	protected available = 0;
	/** Up to where all is released. */
	protected released: number;
	/** Whether the producer of an overwritable ring may drop nothing now. */
	#holding = false;
	/** How the producer has ended, once that was told. */
	#end = OPEN;

	constructor(
		memory: SharedArrayBuffer,
		kind: RingKind,
		lead?: SharedArrayBuffer,
	) {
		super(memory, kind, "consumer", lead);
		this.position = this.released = Atomics.load(this.header, READ);
		if ((this.position & this.alignment) !== 0)
			this.fail("invalid-length", "The read position is no possible one", READ);
		if (this.overwritable) this.#hold();
		else this.written();
		this.release();
	}

	/** Gives the room of all that was read back to the producer, and wakes it. */
	release(): void {
		if (this.position === this.released && !this.#holding) return;
		this.released = this.position;
		if (this.#holding) {
			this.#holding = false;
			// The producer may drop the rest. Below 0, it stays.
			this.available = Math.min(this.available, 0);
		}
		Atomics.store(this.header, READ, this.position & this.positionMask);
		this.wakeOther();
	}

	flush(): void {
		this.release();
	}

	/**
	 * How the producer has ended, or `OPEN` as long as there is something to read: `ENDED`, `DIED`, or the code of its error.
	 */
	get end(): number {
		if (this.#end !== OPEN) return this.#end;
		// First: what is not there after this will never come.
		const end = this.otherEnd();
		if (end === OPEN) return OPEN;
		if (this.available <= 0 && !this.closed) this.refresh();
		if (this.available > 0) return OPEN;
		if (end !== DIED && !this.closed && !this.overwritable)
			this.#assertDrained();
		// It lasts, even if a producer lives that was marked dead, and publishes more.
		this.#end = end;
		return end;
	}

	/** Looks how far the producer is. */
	protected refresh(): void {
		this.assertAlive();
		if (this.overwritable && !this.#holding && !this.#hold()) return;
		this.available = this.find();
		// The producer had dropped all that there was.
		if (this.available === 0 && this.position === this.released) this.release();
	}

	/** How many units can be read from this position on. */
	protected abstract find(): number;

	/** How many units the producer has published from this position on. */
	protected written(): number {
		const available =
			(Atomics.load(this.header, WRITE) - this.position) & this.positionMask;
		const held = (this.position - this.released) | 0;
		if (
			available < this.available ||
			available > this.capacity - held ||
			(available & this.alignment) !== 0
		)
			this.fail(
				"invalid-length",
				"The write position is no possible one",
				WRITE,
			);
		this.measure(available + held);
		return available;
	}

	/** Who closed had shown all that it had written. */
	#assertDrained(): void {
		if (this.written() !== 0)
			this.fail(
				"invalid-length",
				"The write position is beyond the last record",
				WRITE,
			);
	}

	protected advance(units: number): void {
		this.position = (this.position + units) | 0;
		this.available -= units;
	}

	protected pollUnits(units: number): "ready" | "ended" | undefined {
		if (this.available >= units) return "ready";
		// First: what is not there after this will never come.
		const end = this.otherEnd();
		this.refresh();
		if (this.available >= units) return "ready";
		// It must not hold what is too little while it sleeps.
		if (this.position === this.released) this.release();
		return end === OPEN ? undefined : "ended";
	}

	/** Takes hold of what the producer has not dropped yet, whatever that is. Returns false if there is nothing. */
	#hold(): boolean {
		// Only a look: an empty ring is polled without writing to it.
		const seen = Atomics.load(this.header, READ);
		const fill = Atomics.load(this.header, WRITE) - seen;
		if ((fill & this.positionMask) === 0) return false;
		const read = Atomics.or(this.header, READ, HELD);
		if (read < 0 || (read & this.alignment) !== 0)
			this.fail("invalid-length", "The read position is no possible one", READ);
		this.#holding = true;
		this.position = this.released = read;
		this.written();
		return true;
	}

	protected forget(): void {
		this.available = -1;
	}
}
