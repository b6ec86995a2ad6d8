// What rings between threads have to reach.

import { type Bar, speed, times } from "./bar.ts";
import { findTable } from "./results.ts";
import { ALLOCATED, HEAP } from "./ring-allocation.ts";
import {
	BETWEEN_WORKERS,
	callsBetweenWorkers,
	FAN_IN,
	IN_FLIGHT,
} from "./ring-buffer.ts";
import { ROUND_TRIP } from "./ring-latency.ts";
import { fans } from "./thread-fans.ts";

const suite = "ring-buffer";
const OURS = "framewright, 64 at once, blocking waits";

const between = (
	size: string,
	frame: number,
	atLeast: number,
	...theirs: string[]
): Bar => ({
	suite,
	text: `messages of ${size} between workers: ${theirs.join(" and ")}`,
	atLeast,
	measured: speed({ suite, what: BETWEEN_WORKERS, frame }, OURS, ...theirs),
});

const post = ["postMessage, copy", "postMessage, transfer"];

const median = (
	row: string,
	besides?: string,
): Pick<Bar, "suite" | "measured"> => ({
	suite: "ring-latency",
	measured(results) {
		const rows = findTable(results, {
			suite: "ring-latency",
			what: ROUND_TRIP,
		})?.rows;
		const ours = rows?.[row]?.["p50, us"];
		const theirs = besides === undefined ? 1 : rows?.[besides]?.["p50, us"];
		return ours === undefined || theirs === undefined
			? undefined
			: ours / theirs;
	},
});

const calls = (inFlight: number, how: string): Bar => ({
	suite,
	text: `${callsBetweenWorkers(inFlight)}, as ${how}: over a MessagePort`,
	atLeast: 3,
	measured: times(
		"calls/s",
		{ suite, what: callsBetweenWorkers(inFlight) },
		`framewright over rings, ${how}`,
		`the same peer over a MessagePort, ${how}`,
	),
});

export const ringBars: readonly Bar[] = [
	between("64 B", 64, 20, ...post),
	between("64 B", 64, 3, "ringbuf.js"),
	between("1 KiB", 1024, 10, ...post),
	between("1 KiB", 1024, 5, "ringbuf.js"),
	between("64 KiB", 65_536, 3, ...post),
	between("64 KiB", 65_536, 10, "ringbuf.js"),
	between("64 KiB", 65_536, 0.5, "set into shared memory, one thread"),
	{
		...median("framewright, blocking waits", "postMessage"),
		text: "round trip at the median, blocking waits: postMessage",
		atMost: 0.65,
	},
	{
		...median("framewright, spinning"),
		text: "round trip at the median, spinning, in microseconds",
		atMost: 1,
	},
	{
		suite,
		text: "allocated for a message read in place, in bytes",
		atMost: 0,
		measured: (results) =>
			findTable(results, { suite, what: ALLOCATED })?.rows[
				"framewright, in place"
			]?.[HEAP],
	},
	{
		suite,
		text: "two workers to a third, a ring for each: a sketch of one ring for all",
		measured: speed(
			{ suite, what: FAN_IN },
			...(Object.keys(fans) as [string, ...string[]]),
		),
	},
	...[1, IN_FLIGHT].flatMap((inFlight) =>
		["messages", "bytes"].map((how) => calls(inFlight, how)),
	),
];
