import { Consumer } from "./consumer.ts";
import { copyElements } from "./copy.ts";
import { type ElementArray, type ElementKind, viewElements } from "./layout.ts";

/**
 * Reads a stream of elements, in place or as copies.
 *
 * Takes the role of the consumer. Throws a `DecodeError` if the memory is no sound ring, a `TypeError` if the ring carries
 * something else, an `Error` if the role is taken.
 */
export class StreamConsumer<K extends ElementKind> extends Consumer {
	/** The data of the ring: what `next` found lies at `elements[offset, offset + length)`. */
	readonly elements: ElementArray<K>;
	offset = 0;
	length = 0;

	constructor(memory: SharedArrayBuffer, kind: K) {
		super(memory, kind);
		this.elements = viewElements(kind, memory);
	}

	/**
	 * Moves to the next elements that lie side by side, up to `max`: `elements[offset, offset + length)`. Returns false when
	 * there are none yet. They stay until `release`, with all others since the last one.
	 */
	next(max: number = this.capacity): boolean {
		if (!(Number.isInteger(max) && max > 0))
			throw new RangeError(`max must be a whole number above 0, not ${max}`);
		if (this.available <= 0) this.refresh();
		this.offset = this.position & (this.capacity - 1);
		this.length = Math.min(max, this.available, this.capacity - this.offset);
		this.advance(this.length);
		return this.length > 0;
	}

	/** Copies as many elements into `target` as there are, up to its length, and releases all that was read. Returns how many. */
	read(target: ElementArray<K>): number {
		if (this.available < target.length) this.refresh();
		const count = Math.min(target.length, this.available);
		const at = this.position & (this.capacity - 1);
		const first = Math.min(count, this.capacity - at);
		copyElements<K>(target, 0, this.elements, at, first);
		if (first < count)
			copyElements<K>(target, first, this.elements, 0, count - first);
		this.advance(count);
		this.release();
		return count;
	}

	/** Tells whether there are `count` elements. */
	poll(count: number): "ready" | "ended" | undefined {
		if (!(Number.isInteger(count) && count >= 0 && count <= this.capacity))
			throw new RangeError(
				`There are never ${count} elements in ${this.capacity}`,
			);
		return this.pollUnits(count);
	}

	protected find(): number {
		return this.written();
	}
}
