import { copyElements } from "./copy.ts";
import { type ElementArray, type ElementKind, viewElements } from "./layout.ts";
import { Producer } from "./producer.ts";

/**
 * Writes a stream of elements: bytes, or numbers of one type.
 *
 * Takes the role of the producer. Throws a `DecodeError` if the memory is no sound ring, a `TypeError` if the ring carries
 * something else, an `Error` if the role is taken.
 */
export class StreamProducer<K extends ElementKind> extends Producer {
	/** The data of the ring: what was claimed lies at `elements[offset, offset + length)`. */
	readonly elements: ElementArray<K>;
	offset = 0;
	length = 0;

	constructor(memory: SharedArrayBuffer, kind: K) {
		super(memory, kind);
		this.elements = viewElements(kind, memory);
	}

	/**
	 * Claims up to `max` elements that lie side by side, to be written to `elements` from `offset` on and then committed.
	 * Returns how many: 0 when the ring is full, fewer than `max` also before its end. A second claim takes the place of the first.
	 */
	claim(max: number): number {
		if (!(Number.isInteger(max) && max >= 0))
			throw new RangeError(`A claim cannot be for ${max}`);
		const room = this.#room(max);
		this.offset = this.position & (this.capacity - 1);
		this.length = Math.min(room, this.capacity - this.offset);
		return this.length;
	}

	/** Ends a claim after `count` elements. They are seen when they are published. */
	commit(count: number = this.length): void {
		this.assertAlive();
		if (!(Number.isInteger(count) && count >= 0 && count <= this.length))
			throw new RangeError(
				`${this.length} elements were claimed, not ${count}`,
			);
		this.length = 0;
		this.advance(count);
	}

	/** Gives up what was claimed. */
	abort(): void {
		this.length = 0;
	}

	/** Adds as many elements of `source` as there is room for, to be seen when they are published. Returns how many. */
	append(
		source: ElementArray<K>,
		start: number = 0,
		end: number = source.length,
	): number {
		if (
			!(
				Number.isInteger(start) &&
				start >= 0 &&
				start <= end &&
				end <= source.length
			)
		)
			throw new RangeError(
				`There are no elements from ${start} to ${end} in ${source.length}`,
			);
		this.length = 0;
		const count = this.#room(end - start);
		const at = this.position & (this.capacity - 1);
		const first = Math.min(count, this.capacity - at);
		copyElements<K>(this.elements, at, source, start, first);
		if (first < count)
			copyElements<K>(this.elements, 0, source, start + first, count - first);
		this.advance(count);
		return count;
	}

	/** Adds as many elements of `source` as there is room for, and publishes them. Returns how many. */
	write(source: ElementArray<K>, start?: number, end?: number): number {
		const count = this.append(source, start, end);
		this.publish();
		return count;
	}

	/** As `write`, but those that find no room are counted as dropped. */
	writeOrDrop(source: ElementArray<K>): number {
		const count = this.write(source);
		if (count < source.length) this.drop(source.length - count);
		return count;
	}

	/**
	 * Drops the oldest elements until `count` find room. Returns false, and drops none, if the consumer is reading them in place.
	 * Throws an `Error` if the ring was not made overwritable.
	 */
	makeRoom(count: number): boolean {
		this.#assertFits(count);
		return this.dropOldest(count);
	}

	/**
	 * As `write`, but the oldest elements make room, and are counted as dropped; while the consumer is reading them in place, it is
	 * those of `source` without room that are. Throws a `RangeError` for more than the capacity, an `Error` if the ring was not
	 * made overwritable.
	 */
	overwrite(source: ElementArray<K>): number {
		this.makeRoom(source.length);
		return this.writeOrDrop(source);
	}

	/** Tells whether `count` elements find room. */
	poll(count: number): "ready" | "ended" | undefined {
		this.#assertFits(count);
		return this.pollRoom(count);
	}

	protected oldest(_read: number, needed: number): number {
		this.passed = needed;
		return needed;
	}

	#assertFits(count: number): void {
		if (!(Number.isInteger(count) && count >= 0 && count <= this.capacity))
			throw new RangeError(
				`There is never room for ${count} elements in ${this.capacity}`,
			);
	}

	#room(wanted: number): number {
		if (wanted > this.vacant) this.refresh();
		return Math.min(wanted, this.vacant);
	}
}
