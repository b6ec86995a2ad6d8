// How bytes are given to peers that are streams.

import { type Duplex, Readable } from "node:stream";

/** Sends chunks through a stream of Node's and gives what comes out to the sink. */
export function flow<T>(
	through: Duplex,
	chunks: Iterable<Uint8Array>,
	sink: (item: T) => number,
): Promise<number> {
	return new Promise((resolve, reject) => {
		let sum = 0;
		through.on("data", (item: T) => {
			sum += sink(item);
		});
		through.on("end", () => resolve(sum));
		through.on("error", reject);
		for (const chunk of chunks) through.write(chunk);
		through.end();
	});
}

/** A stream of the chunks, for peers that read from one. */
export function readable(chunks: Iterable<Uint8Array>): Readable {
	const source = chunks[Symbol.iterator]();
	return new Readable({
		// One at a time: what is read ahead would be taken for memory that the peer holds.
		highWaterMark: 1,
		read() {
			const { value } = source.next();
			this.push(value ?? null);
		},
	});
}

/** Sends chunks through Web transform streams and gives what comes out to the sink. */
export async function pipe<T>(
	chunks: Iterable<Uint8Array>,
	through: (readable: ReadableStream<Uint8Array>) => ReadableStream<T>,
	sink: (item: T) => number,
): Promise<number> {
	const source = chunks[Symbol.iterator]();
	const reader = through(
		new ReadableStream<Uint8Array>({
			pull(controller) {
				const { value } = source.next();
				if (value === undefined) controller.close();
				else controller.enqueue(value);
			},
		}),
	).getReader();
	let sum = 0;
	for (;;) {
		const { value, done } = await reader.read();
		if (done) return sum;
		sum += sink(value);
	}
}
