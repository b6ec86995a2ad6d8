/** A first-in, first-out queue. `Array.prototype.shift` is linear in a long array; this is not. */
export class Queue<T> {
	#items: (T | undefined)[] = [];
	#first = 0;

	get length(): number {
		return this.#items.length - this.#first;
	}

	push(item: T): void {
		this.#items.push(item);
	}

	shift(): T | undefined {
		const item = this.#items[this.#first];
		this.#items[this.#first++] = undefined;
		// When it is empty; and half: what stays moves once for each item taken, also of a queue that is never empty.
		if (this.#first >= this.#items.length / (this.#first > 32 ? 2 : 1)) {
			this.#items = this.#items.slice(this.#first);
			this.#first = 0;
		}
		return item;
	}
}
