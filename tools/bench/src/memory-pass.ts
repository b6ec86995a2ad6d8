// Measures the memory of one contender: node memory-pass.ts <framing> <contender>; prints the numbers as JSON.

import { PerformanceObserver } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import type { Framing } from "./framing.ts";
import { framings } from "./framings.ts";
import { rounded } from "./results.ts";
import { MiB, workload } from "./workload.ts";

const [framingName, contenderName] = process.argv.slice(2);
const framing = framings.find(
	({ name }) => name === framingName,
) as Framing<unknown>;

/** Passes before one is measured: what compiled code allocates is what counts. */
const WARM_UPS = 12;

console.log(
	JSON.stringify({
		...(await allocated(64, "64 B")),
		...(await allocated(65_536, "64 KiB")),
		...(await held()),
		...(await kept()),
	}),
);

// Without waiting for the timers of readers that were left in the middle of a message.
process.exit();

/** Bytes allocated for a frame, on the heap and as array buffers: a pass during which nothing is collected. */
async function allocated(
	frame: number,
	label: string,
): Promise<Record<string, number>> {
	const total = Math.max(MiB, 32 * frame);
	const { chunks, frames } = workload(
		framing.encode(framing.payloads(frame, total)),
		65_536,
	);
	for (let i = 0; i < WARM_UPS; i++) {
		globalThis.gc?.();
		await pass(chunks, frames, framing.sink);
	}
	let collections = 0;
	const observer = new PerformanceObserver((entries) => {
		collections += entries.getEntries().length;
	});
	globalThis.gc?.();
	await setTimeout(10);
	observer.observe({ entryTypes: ["gc"] });
	const before = process.memoryUsage();
	await pass(chunks, frames, framing.sink);
	const after = process.memoryUsage();
	await setTimeout(10);
	observer.disconnect();
	if (collections > 0)
		throw new Error(`${contenderName} allocates too much for one pass`);
	const heap = after.heapUsed - before.heapUsed;
	const buffers = after.arrayBuffers - before.arrayBuffers;
	return {
		[`heap for ${label}, B`]: rounded(heap / frames),
		[`buffers for ${label}, B`]: rounded(buffers / frames),
	};
}

/** Bytes held when all but the last byte of a frame of 64 KiB has come, byte by byte, each in memory of its own. */
async function held(): Promise<Record<string, number>> {
	const [frame = new Uint8Array(0)] = framing.encode(
		framing.payloads(65_536, 0),
	);
	let bytes = 0;
	// Twice: the first time, compiled code is held as well.
	for (let i = 0; i < 2; i++) {
		const before = used();
		await new Promise<void>((resolve, reject) => {
			function* chunks(): Generator<Uint8Array> {
				for (let at = 0; at < frame.length - 2; at++)
					yield Buffer.from(Uint8Array.of(frame[at] as number).buffer);
				// Let streams come to rest before the last one.
				yield Buffer.from(Uint8Array.of(frame.at(-2) as number).buffer);
				bytes = used() - before;
				resolve();
			}
			Promise.resolve(pass(chunks(), 1, framing.sink)).catch(reject);
		});
	}
	return { "held of 64 KiB in chunks of 1 B, KB": rounded(bytes / 1e3) };
}

/** Bytes kept alive by 1,000 frames of 100 bytes that the user keeps, the first one of each chunk of 64 KiB. */
async function kept(): Promise<Record<string, number>> {
	const encoded = framing.encode(framing.payloads(100, 65_000));
	const wire = Buffer.concat(encoded);
	const frames: unknown[] = [];
	let count = 0;
	function* chunks(): Generator<Uint8Array> {
		for (let i = 0; i < 1000; i++)
			yield Buffer.from(new Uint8Array(wire).buffer);
	}
	const before = used();
	await pass(chunks(), 1000 * encoded.length, (item) => {
		if (count++ % encoded.length === 0) frames.push(item);
		return framing.sink(item);
	});
	const bytes = used() - before;
	// Those who make no object for a frame have nothing to keep.
	return frames.length === 0
		? {}
		: { "kept by 1,000 of 100 B, KB": rounded(bytes / 1e3) };
}

function used(): number {
	globalThis.gc?.();
	const { heapUsed, arrayBuffers } = process.memoryUsage();
	return heapUsed + arrayBuffers;
}

function pass(
	chunks: Iterable<Uint8Array>,
	frames: number,
	sink: (item: unknown) => number,
): number | Promise<number> {
	const contender = [
		...framing.decoders(chunks, frames, sink),
		...(framing.copying === undefined ? [] : [framing.copying(chunks, sink)]),
	].find(({ name }) => name === contenderName);
	if (contender === undefined)
		throw new Error(`No contender is called ${contenderName}`);
	return contender.pass();
}
