import { Broken } from "../broken.ts";
import { chunksOf, drainAll } from "../delivery.ts";
import { every } from "../input.ts";
import type { Law } from "../law.ts";
import { type Load, largestOf, type Shape, shapesOf } from "../load.ts";
import type { Meter } from "../native-work.ts";
import type { Subject } from "../options.ts";
import { countSteps } from "../steps.ts";

/**
 * Work is counted, never timed: the bytes that native code moves, scans and allocates; and, where V8 can tell, steps of
 * JavaScript.
 *
 * It is measured for one big item and for many small ones, at five sizes that double, cut in several ways. For each byte,
 * the two largest may take half as much again as the three smaller ones. (Not: twice the work for twice the input. Memory
 * that grows by any other factor than two would fail that, though all its copies come to a constant for each byte.)
 */
export const linear: Law = {
	name: "work is linear in the input, however it is cut",
	damage: true,
	metered: true,
	checkOnce: demandLinearGrowth,
	check(subject, { bytes, cuts }, meter) {
		const chunks = chunksOf(bytes, { cuts, around: 0 });
		meter.measure(() => drainAll(subject, chunks));
		const most = PER_BYTE * bytes.length + CONSTANT;
		const work = meter.touched + meter.allocated;
		if (work > most)
			throw new Broken(
				`native code moved, scanned or allocated ${work} bytes; for ${bytes.length} bytes of input ${most} would be plenty`,
				[{ title: "the input", bytes, cuts }],
			);
	},
};

const PER_BYTE = 64;
const CONSTANT = 65_536;

/** One way to do the work, and the largest size to do it at: a few dozen chunks at the least. */
interface Way {
	readonly name: string;
	readonly size: number;
	work<T>(subject: Subject<T>, load: Load<T>): () => void;
}

const WAYS: readonly Way[] = [
	decoding("decoded in one chunk", 65_536, Number.POSITIVE_INFINITY),
	decoding("decoded byte by byte", 8192, 1),
	decoding("decoded in chunks of 7 bytes", 16_384, 7),
	decoding(
		"decoded in chunks of 7 bytes, all pushed before the first pull",
		16_384,
		7,
		false,
	),
	decoding("decoded in chunks of 1,460 bytes", 131_072, 1460),
	{
		name: "encoded",
		size: 131_072,
		work: (subject, { items }) => {
			const encoder = subject.encoder();
			return () => {
				for (const item of items) encoder.encode(item);
			};
		},
	},
];

function decoding(
	name: string,
	size: number,
	chunk: number,
	drain = true,
): Way {
	return {
		name,
		size,
		work: (subject, { bytes }) => {
			const cuts = every(chunk, bytes.length, drain);
			const chunks = chunksOf(bytes, { cuts, around: 0 });
			return () => drainAll(subject, chunks);
		},
	};
}

const FACTORS = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1];
/** The last so many are held against the others. */
const LARGER = 2;
const MOST_GROWTH = 1.5;
/** Work that does not count as growth: a table or a buffer that is made when it is first needed. */
const SPARE = { steps: 10_000, native: 65_536 };

function demandLinearGrowth<T>(subject: Subject<T>, meter: Meter): void {
	for (const shape of shapesOf(subject))
		for (const way of WAYS) demandConstantPerByte(subject, meter, shape, way);
}

interface Measurement {
	readonly bytes: number;
	readonly steps: number | undefined;
	readonly native: number;
}

function demandConstantPerByte<T>(
	subject: Subject<T>,
	meter: Meter,
	shape: Shape<T>,
	way: Way,
): void {
	const largest = largestOf(subject, shape, way.size);
	if (largest === undefined) return;
	const measure = (some: Load<T>): Measurement => {
		const work = way.work(subject, some);
		const steps = countSteps(() => meter.measure(work));
		return {
			bytes: some.bytes.length,
			steps,
			native: meter.touched + meter.allocated,
		};
	};
	const idle = measure({ items: [], ends: [], bytes: new Uint8Array(0) });
	const measured = FACTORS.map((factor) =>
		shape.load(Math.floor(factor * largest)),
	)
		.filter((load) => load !== undefined)
		.map(measure);
	for (const kind of ["steps", "native"] as const) {
		const above = measured.map((one) => (one[kind] ?? 0) - (idle[kind] ?? 0));
		const perByte = measured.map(
			({ bytes }, i) => (above[i] as number) / bytes,
		);
		const usual = Math.max(0, ...perByte.slice(0, -LARGER));
		const grows = measured.some(
			({ bytes }, i) =>
				(above[i] as number) > MOST_GROWTH * usual * bytes + SPARE[kind],
		);
		if (!grows) continue;
		throw new Broken(
			`${shape.name}, ${way.name}: the more bytes, the more ${NOUN[kind]} for each of them`,
			[
				{
					title: "counted",
					lines: tableOf(
						["bytes", NOUN[kind], "for each byte"],
						measured.map(({ bytes }, i) => [
							String(bytes),
							String(above[i]),
							(perByte[i] as number).toFixed(1),
						]),
					),
				},
			],
		);
	}
}

const NOUN = {
	steps: "steps of JavaScript",
	native: "bytes moved, scanned or allocated",
};

/** Sets columns flush right. */
function tableOf(
	head: readonly string[],
	rows: readonly (readonly string[])[],
): string[] {
	return [head, ...rows].map((row) =>
		row
			.map((cell, i) => cell.padStart((head[i] as string).length + (i && 2)))
			.join(""),
	);
}
