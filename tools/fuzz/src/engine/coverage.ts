import { type Probe, probe } from "../probe.ts";

/** The bucket of a count, as one bit. AFL's: once, twice, thrice, 4 to 7, to 15, to 31, to 127, more. */
const BUCKETS = Uint8Array.from({ length: 256 }, (_, count) => {
	if (count < 4) return [0, 1, 2, 4][count] as number;
	if (count < 8) return 8;
	if (count < 16) return 16;
	if (count < 32) return 32;
	return count < 128 ? 64 : 128;
});

/** An edge in a bucket of counts, as one number. */
export type Feature = number;

function featureOf(edge: number, count: number): Feature {
	return 8 * edge + 31 - Math.clz32(BUCKETS[count] as number);
}

/** Remembers which edges were taken, and how often. */
export class Coverage {
	/** The buckets seen of every edge. */
	readonly #seen: Uint8Array<ArrayBuffer>;
	readonly #counts: Uint8ClampedArray;
	readonly #sealed: Uint8ClampedArray;
	readonly #words: Uint32Array;
	readonly #probe: Probe;
	/** How many edges were taken so far, and how many of their buckets. */
	edges = 0;
	features = 0;
	/** What the execution that was added last did that none before it did. */
	fresh: Feature[] = [];

	constructor(from: Probe = probe) {
		this.#probe = from;
		this.#counts = from.edges;
		this.#sealed = from.sealedEdges;
		this.#words = new Uint32Array(from.edges.buffer);
		this.#seen = new Uint8Array(from.edges.length);
	}

	/** Forgets the counts of the last execution. */
	clear(): void {
		this.#words.fill(0, 0, this.#wordsKnown());
		this.#probe.sealed = false;
	}

	/** How often the last execution took an edge. */
	#count(edge: number): number {
		const count = this.#counts[edge] as number;
		if (count === 0 || !this.#probe.sealed) return count;
		return (this.#sealed[edge] as number) || 1;
	}

	/** Adds the last execution, and returns whether it did what none before it did. */
	add(): boolean {
		const words = this.#words;
		const seen = this.#seen;
		const known = this.#wordsKnown();
		let fresh: Feature[] | undefined;
		// Most words are 0: four edges at a look.
		for (let word = 0; word < known; word++) {
			if (words[word] === 0) continue;
			for (let edge = 4 * word; edge < 4 * word + 4; edge++) {
				const count = this.#count(edge);
				const bucket = BUCKETS[count] as number;
				const before = seen[edge] as number;
				if ((before & bucket) === bucket) continue;
				if (before === 0) this.edges += 1;
				this.features += 1;
				seen[edge] = before | bucket;
				fresh ??= [];
				fresh.push(featureOf(edge, count));
			}
		}
		if (fresh === undefined) return false;
		this.fresh = fresh;
		return true;
	}

	/** Lists what the last execution did. */
	list(): Feature[] {
		const features: Feature[] = [];
		const known = 4 * this.#wordsKnown();
		for (let edge = 0; edge < known; edge++) {
			const count = this.#count(edge);
			if (count !== 0) features.push(featureOf(edge, count));
		}
		return features;
	}

	/** Whether the last execution did all that is listed. */
	hasAll(features: readonly Feature[]): boolean {
		for (const feature of features) {
			const edge = feature >>> 3;
			const count = this.#count(edge);
			if (count === 0 || featureOf(edge, count) !== feature) return false;
		}
		return true;
	}

	/** Whether an edge was ever taken. */
	has(edge: number): boolean {
		return this.#seen[edge] !== 0;
	}

	#wordsKnown(): number {
		return (this.#probe.edgesKnown + 3) >> 2;
	}
}
