/** First in, first out, in constant time. */
export class Queue<T> {
	/** What is in it, from `#first` on. */
	#items: T[] = [];
	#first = 0;

	get length(): number {
		return this.#items.length - this.#first;
	}

	/** The next item, which stays. */
	get first(): T | undefined {
		return this.#items[this.#first];
	}

	push(item: T): void {
		this.#items.push(item);
	}

	shift(): T | undefined {
		const item = this.#items[this.#first];
		if (this.length > 0) this.#first += 1;
		if (this.#first === this.#items.length) this.clear();
		// The second half moves when the first is gone, so that it costs each item one move.
		else if (this.#first > 32 && 2 * this.#first >= this.#items.length) {
			this.#items = this.#items.slice(this.#first);
			this.#first = 0;
		}
		return item;
	}

	/** Empties it, and returns what was in it. */
	clear(): T[] {
		const items =
			this.#first === 0 ? this.#items : this.#items.slice(this.#first);
		this.#items = [];
		this.#first = 0;
		return items;
	}
}
