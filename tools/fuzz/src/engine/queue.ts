import type { Feature } from "./coverage.ts";
import type { Random } from "./random.ts";

/** An input that brought something new. */
export interface Entry {
	data: Uint8Array;
	/** What it does. */
	features: readonly Feature[];
	/** What of this none did before it: why it is kept. */
	readonly merits: readonly Feature[];
	/** What running it costs. */
	fuel: number;
	/** How many times it was taken to be changed. */
	taken: number;
	/** How many features it is the cheapest input for. */
	wins: number;
}

/** Of so many of the newest inputs one is taken, a third of the time: new ground is near them. */
const NEWEST = 12;

/** The inputs to change, and which of them is next. */
export class Queue {
	readonly entries: Entry[] = [];
	/** The cheapest input of each feature. */
	readonly #cheapest: Map<Feature, Entry> = new Map();
	/** How many inputs have a feature. */
	readonly #owners: Map<Feature, number> = new Map();
	/** The sums of the weights up to each entry. */
	#sums: number[] = [];
	#changed = false;
	#takenSince = 0;

	add(
		data: Uint8Array,
		features: readonly Feature[],
		merits: readonly Feature[],
		fuel: number,
	): void {
		const entry: Entry = { data, features, merits, fuel, taken: 0, wins: 0 };
		this.entries.push(entry);
		this.#own(entry);
	}

	/** Puts a smaller input in the place of one, for it does what that is kept for. */
	replace(
		entry: Entry,
		data: Uint8Array,
		features: readonly Feature[],
		fuel: number,
	): void {
		for (const feature of entry.features)
			this.#owners.set(feature, (this.#owners.get(feature) as number) - 1);
		entry.data = data;
		entry.features = features;
		entry.fuel = fuel;
		this.#own(entry);
	}

	#own(entry: Entry): void {
		this.#changed = true;
		for (const feature of entry.features) {
			this.#owners.set(feature, (this.#owners.get(feature) ?? 0) + 1);
			const cheapest = this.#cheapest.get(feature);
			if (cheapest === entry) continue;
			if (cheapest !== undefined) {
				if (costOf(cheapest) <= costOf(entry)) continue;
				cheapest.wins -= 1;
			}
			entry.wins += 1;
			this.#cheapest.set(feature, entry);
		}
	}

	/** Takes the next input to change. */
	take(random: Random): Entry {
		const entry = random.oneIn(3)
			? this.#ofNewest(random)
			: this.#byWeight(random);
		entry.taken += 1;
		return entry;
	}

	/** The cheaper of two: what is new because it is long is left for later. */
	#ofNewest(random: Random): Entry {
		const { entries } = this;
		const one = (): Entry =>
			entries[
				entries.length - 1 - random.below(Math.min(NEWEST, entries.length))
			] as Entry;
		const [a, b] = [one(), one()];
		return costOf(a) <= costOf(b) ? a : b;
	}

	#byWeight(random: Random): Entry {
		// Weights sink as inputs are taken, and others come; to see that each time costs too much.
		const since = this.#takenSince++;
		if (
			this.#sums.length === 0 ||
			(this.#changed && since > this.entries.length / 8) ||
			since > this.entries.length + 64
		)
			this.#weigh();
		const sums = this.#sums;
		const aim = (random.next() / 2 ** 32) * (sums.at(-1) as number);
		let low = 0;
		let high = sums.length - 1;
		while (low < high) {
			const middle = (low + high) >> 1;
			if ((sums[middle] as number) > aim) high = middle;
			else low = middle + 1;
		}
		return this.entries[low] as Entry;
	}

	#weigh(): void {
		this.#takenSince = 0;
		this.#changed = false;
		let sum = 0;
		this.#sums = this.entries.map((entry) => (sum += this.#weightOf(entry)));
	}

	/** Gives weight to what does rare things, is cheapest at something, is small and fast, and was seldom taken. */
	#weightOf(entry: Entry): number {
		let rarity = 0.05;
		for (const feature of entry.features)
			rarity += 1 / (this.#owners.get(feature) as number);
		const favour = entry.wins > 0 ? 16 : 1;
		return (favour * rarity) / (costOf(entry) ** 0.75 * (1 + entry.taken / 8));
	}
}

function costOf({ data, fuel }: Entry): number {
	return (data.length + 16) * (fuel + 256);
}
