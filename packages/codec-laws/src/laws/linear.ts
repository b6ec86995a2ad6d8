import { Broken } from "../broken.ts";
import { chunksOf, drainAll } from "../delivery.ts";
import { every } from "../input.ts";
import type { Law } from "../law.ts";
import { type Load, type Shape, shapesOf } from "../load.ts";
import type { Meter } from "../native-work.ts";
import type { Subject } from "../options.ts";
import { type CountSteps, withoutSteps, withSteps } from "../steps.ts";

/**
 * Work is counted, never timed: the bytes that native code moves, scans and allocates; and, where V8 can tell, steps of
 * JavaScript.
 *
 * It is measured for one big item and for many small ones, at sizes that double, cut in several ways. For each byte,
 * an input may take half as much again as the most that inputs of a quarter of its size or less took. (Not: twice the work
 * for twice the input. Memory that grows by any other factor than two would fail that, though all its copies come to a
 * constant for each byte.)
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
	{
		name: "encoded",
		size: 65_536,
		work: (subject, { items }) => {
			const encoder = subject.encoder();
			return () => {
				for (const item of items) encoder.encode(item);
			};
		},
	},
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

/** Sizes double this often. */
const DOUBLINGS = 6;
const QUARTER = 2;
const MOST_GROWTH = 1.5;
/** Work that is no growth: a table or a buffer that is made when it is first needed. */
const SPARE = { steps: 10_000, native: 65_536 };

function demandLinearGrowth<T>(subject: Subject<T>, meter: Meter): void {
	const demand = (countSteps: CountSteps): void => {
		for (const shape of shapesOf(subject))
			for (const way of WAYS)
				demandConstantPerByte(subject, shape, way, (work) => {
					const steps = countSteps(() => meter.measure(work));
					return { steps, native: meter.touched + meter.allocated };
				});
	};
	if (subject.steps) withSteps(demand);
	else demand(withoutSteps);
}

function demandConstantPerByte<T>(
	subject: Subject<T>,
	shape: Shape<T>,
	way: Way,
	measure: (work: () => void) => Record<Kind, number>,
): void {
	const nothing = { items: [], ends: [], bytes: new Uint8Array(0) };
	const idle = measure(way.work(subject, nothing));
	const rows: Record<Kind, Row[]> = { steps: [], native: [] };
	for (const load of shape.loads(way.size / 2 ** DOUBLINGS, way.size)) {
		const bytes = load.bytes.length;
		const work = measure(way.work(subject, load));
		for (const kind of ["steps", "native"] as const) {
			const counted = work[kind] - idle[kind];
			rows[kind].push({ bytes, counted, perByte: counted / bytes });
			const usual = rows[kind].slice(0, -QUARTER).map((row) => row.perByte);
			// At once: a quadratic layer would take minutes for the sizes to come.
			if (
				usual.length > 0 &&
				counted > MOST_GROWTH * bytes * Math.max(0, ...usual) + SPARE[kind]
			)
				throw new Broken(
					`${shape.name}, ${way.name}: the more bytes, the more ${NOUN[kind]} for each of them`,
					[{ title: "counted", lines: tableOf(NOUN[kind], rows[kind]) }],
				);
		}
	}
}

type Kind = "steps" | "native";

interface Row {
	readonly bytes: number;
	readonly counted: number;
	readonly perByte: number;
}

const NOUN: Record<Kind, string> = {
	steps: "steps of JavaScript",
	native: "bytes moved, scanned or allocated",
};

function tableOf(noun: string, rows: readonly Row[]): string[] {
	return [
		`   bytes  ${noun}  for each byte`,
		...rows.map(
			({ bytes, counted, perByte }) =>
				`${String(bytes).padStart(8)}  ${String(counted).padStart(noun.length)}  ${perByte.toFixed(1).padStart(13)}`,
		),
	];
}
