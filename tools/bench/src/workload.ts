// What goes over the wire in a benchmark, and what every contender does with a frame.

/** Bytes on the wire for one pass, cut into chunks outside the clock. */
export interface Workload {
	readonly frames: number;
	readonly bytes: number;
	readonly chunks: readonly Uint8Array[];
}

/** Makes frames of `size` bytes of printable text, as many as fill `total` bytes. */
export function payloads(size: number, total: number): Uint8Array[] {
	const count = Math.max(1, Math.floor(total / size));
	return Array.from({ length: count }, (_, i) =>
		new Uint8Array(size).fill(97 + (i % 26)),
	);
}

/** Joins encoded frames and cuts them into chunks of `chunk` bytes. */
export function workload(
	encoded: readonly Uint8Array[],
	chunk: number,
): Workload {
	const bytes = encoded.reduce((sum, { length }) => sum + length, 0);
	const wire = new Uint8Array(bytes);
	let at = 0;
	for (const frame of encoded) {
		wire.set(frame, at);
		at += frame.length;
	}
	const chunks: Uint8Array[] = [];
	for (let i = 0; i < bytes; i += chunk)
		chunks.push(Buffer.from(wire.slice(i, i + chunk)));
	return { frames: encoded.length, bytes, chunks };
}

/** The sink of all contenders that hand over bytes: the frame must be contiguous, its ends are read. */
export function touch(frame: Uint8Array): number {
	return frame.length === 0
		? 1
		: (frame[0] as number) + (frame[frame.length - 1] as number) + frame.length;
}
