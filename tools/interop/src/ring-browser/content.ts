/** The length of the nth message. */
export const lengthOf = (n: number): number => (n * 37) % 200;

/** The nth message: full of n. */
export function content(n: number): Uint8Array {
	return new Uint8Array(lengthOf(n)).fill(n);
}

/** 128 samples of a saw from the nth one on, of which each is told from its neighbours, and none is silence. */
export function samples(n: number): Float32Array {
	return new Float32Array(128).map((_, i) => sampleAt(n + i));
}

/** The nth sample. */
export const sampleAt = (n: number): number => ((n % 1000) + 1) / 1024;
