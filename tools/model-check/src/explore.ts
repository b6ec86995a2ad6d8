import { createHash } from "node:crypto";
import {
	createFan,
	createRing,
	type FanDirection,
	type RingKind,
} from "@framewright/ring-buffer";
import { FakeMemory, fakeGlobals } from "./fake-globals.ts";
import { Graph } from "./graph.ts";
import { loadRing, type Mutant, type RingModule } from "./load-source.ts";
import { isRace, type Operation, type Value } from "./operation.ts";
import { type Outcome, Point } from "./point.ts";
import { Replay } from "./replay.ts";
import { step, type World } from "./step.ts";

/** What a thread runs: it tells what it sees to `observe`. */
export type Thread = (
	ring: RingModule,
	memory: SharedArrayBuffer,
	observe: (what: string) => void,
	/** Says that what the thread does next follows from a side's fields, from `at`, and from what it saw: call it as often as that is true. */
	mark: (side: object, at: unknown) => void,
	/** All rings, of which `memory` is the first. */
	memories: readonly SharedArrayBuffer[],
) => void;

/** Threads, and what they must see. */
export interface Scenario {
	readonly name: string;
	readonly kind: RingKind;
	/** Makes two rings of a fan, instead of one. */
	readonly fan?: FanDirection;
	/** Whether the producer may drop the oldest. Default: `false`. */
	readonly overwritable?: boolean;
	/** Whether the engine has no `Atomics.waitAsync`. Default: `false`. */
	readonly withoutWaitAsync?: boolean;
	/** Where the positions stand. Default: 0. */
	readonly start?: number;
	readonly threads: readonly Thread[];
	/**
	 * Whether the threads come to their first marks one after the other, and interleave only from there on: for many threads,
	 * whose attaching would make most of the states. Default: `false`.
	 */
	readonly attachFirst?: boolean;
	/** The thread that may die at any moment. The last thread starts when it is dead or done, as a worker's `exit` does. */
	readonly mortal?: number;
	/** Judges what the threads saw; throws or returns false if it cannot be. */
	readonly check: (
		seen: readonly (readonly string[])[],
		died: boolean,
	) => boolean;
}

/** What the exploration of a scenario found. */
export interface Report {
	/** What went wrong, with the schedule that leads there. */
	readonly failure: string | undefined;
	readonly states: number;
	/** Ends of a schedule, in different states. */
	readonly ends: number;
}

const CAPACITY = 32;
const LONGEST_LOG = 400;

interface Step {
	readonly label: string;
	readonly before: Step | undefined;
}

/** A state, and how it was come by. */
interface Arrival {
	readonly world: World;
	readonly last: Step | undefined;
	readonly from?: number;
}

/** Runs a scenario in every interleaving. Stops at the first failure, and throws when there are more than `maxStates` states. */
export function explore(
	scenario: Scenario,
	mutant?: Mutant,
	maxStates: number = 2_000_000,
): Report {
	const { kind, start = 0, overwritable = false, fan } = scenario;
	const made =
		fan === undefined
			? [createRing(kind, CAPACITY, { overwritable })]
			: createFan(fan, 2, CAPACITY, { overwritable });
	const ringBytes = made[0]?.byteLength ?? 0;
	const image = new DataView(new ArrayBuffer(made.length * ringBytes));
	for (const [i, memory] of made.entries()) {
		const base = i * ringBytes;
		new Uint8Array(image.buffer).set(new Uint8Array(memory), base);
		image.setInt32(base + 256, start, true);
		image.setInt32(base + 384, overwritable ? start & 0x7fffffff : start, true);
	}
	let replay = new Replay([]);
	const ring = loadRing(
		fakeGlobals(() => replay, image, scenario),
		mutant,
	);
	const memories = made.map(
		(_, i) =>
			new FakeMemory(ringBytes, i * ringBytes) as unknown as SharedArrayBuffer,
	);
	const [memory] = memories;
	if (memory === undefined) throw new Error(`${scenario.name} has no ring`);
	const { threads, mortal } = scenario;

	const standings = new Map<string, number>();
	/** Runs a thread as far as its log goes: what it does next, and what it saw. */
	const look = (thread: number, log: readonly Value[]): Outcome => {
		replay = new Replay(log);
		const seen: string[] = [];
		const body = threads[thread] as Thread;
		let error: string | undefined;
		const mark = (side: object, at: unknown): void => {
			const fields = Object.entries(side).filter(
				([, value]) => typeof value !== "object",
			);
			replay.mark(JSON.stringify([fields, at, seen]));
		};
		try {
			replay.run(() =>
				body(ring, memory, (what) => seen.push(what), mark, memories),
			);
		} catch (thrown) {
			error = String(thrown);
		}
		const standing = standings.get(replay.standing) ?? standings.size;
		standings.set(replay.standing, standing);
		const { pending, hasMarked } = replay;
		return { pending, seen, error, standing, hasMarked };
	};

	const visited = new Map<string, number>();
	const graph = new Graph();
	let first: World = {
		memory: new Uint8Array(image.buffer).slice(),
		points: threads.map((_, thread) => new Point(thread, look)),
		sleepers: [],
		woken: threads.map(() => undefined),
		dead: false,
		...(scenario.withoutWaitAsync && { changed: threads.map(() => true) }),
	};
	for (const thread of scenario.attachFirst ? threads.keys() : [])
		while (first.points[thread]?.outcome.hasMarked === false)
			first = step(first, thread);
	const stack: Arrival[] = [{ world: first, last: undefined }];
	/** The states in which nobody has anything left to do. */
	const endings: number[] = [];
	for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
		const { world, last } = top;
		const key = keyOf(world);
		const known = visited.get(key);
		const state = known ?? visited.size;
		// Who depends on a death waits for ever, if nobody dies.
		if (top.from !== undefined && !last?.label.endsWith(" dies"))
			graph.add(top.from, state);
		if (known !== undefined) continue;
		visited.set(key, state);
		if (visited.size > maxStates)
			throw new Error(`${scenario.name}: more than ${maxStates} states`);
		const report = (what: string): Report => ({
			failure: `${what}\n${told(last)}`,
			states: visited.size,
			ends: endings.length,
		});
		const moves: { label: string; next: () => World }[] = [];
		const active: Operation[] = [];
		const outcomes = world.points.map(({ outcome }) => outcome);
		for (const [thread, { pending, error }] of outcomes.entries()) {
			if (error !== undefined) return report(`Thread ${thread} threw ${error}`);
			const gone = thread === mortal && world.dead;
			const waits =
				thread === threads.length - 1 &&
				mortal !== undefined &&
				!world.dead &&
				outcomes[mortal]?.pending !== undefined;
			if (pending === undefined || gone || waits) continue;
			if ((world.points[thread]?.depth ?? 0) > LONGEST_LOG)
				return report(`Thread ${thread} does not end`);
			if (thread === mortal)
				moves.push({
					label: `${thread} dies`,
					next: () => ({ ...world, dead: true }),
				});
			const asleep = world.sleepers.some(
				(sleeper) => sleeper.thread === thread && !sleeper.async,
			);
			const idle =
				asleep ||
				(pending.kind === "awake" && world.woken[thread] === undefined) ||
				// It would look again at what it has seen.
				(pending.kind === "timer" && !world.changed?.[thread]);
			const label = `${thread} ${pending.kind} ${pending.byte}${pending.values.length > 0 ? ` (${pending.values})` : ""}`;
			if (!idle) {
				for (const other of active)
					if (isRace(other, pending))
						return report(
							`Race at byte ${pending.byte}: ${other.kind} and ${pending.kind}`,
						);
				active.push(pending);
				moves.push({ label, next: () => step(world, thread) });
			} else if (pending.mayTimeOut && pending.kind !== "timer")
				moves.push({
					label: `${thread} times out`,
					next: () => step(world, thread, "timed-out"),
				});
		}
		if (moves.every(({ label }) => label.endsWith(" dies"))) {
			// A thread that may die need not: it must not depend on that.
			endings.push(state);
			const stuck = outcomes.findIndex(
				({ pending }, thread) =>
					pending !== undefined && !(thread === mortal && world.dead),
			);
			if (stuck >= 0) return report(`Deadlock: thread ${stuck} waits for ever`);
			if (
				!scenario.check(
					outcomes.map(({ seen }) => seen),
					world.dead,
				)
			)
				return report(
					`Seen: ${JSON.stringify(outcomes.map(({ seen }) => seen))}`,
				);
		}
		for (const { label, next } of moves)
			stack.push({
				world: next(),
				last: { label, before: last },
				from: state,
			});
	}
	const lost = visited.size - graph.countFrom(endings);
	const failure =
		lost > 0
			? `Livelock: no end can be reached from ${lost} states`
			: undefined;
	return { failure, states: visited.size, ends: endings.length };
}

const digests = new WeakMap<Uint8Array, string>();

function keyOf(world: World): string {
	const { memory, points, sleepers, woken, dead, changed } = world;
	let digest = digests.get(memory);
	if (digest === undefined) {
		digest = createHash("sha1").update(memory).digest("latin1");
		digests.set(memory, digest);
	}
	const standings = points.map(({ outcome }) => outcome.standing);
	return `${digest}${JSON.stringify([standings, sleepers, woken, dead, changed])}`;
}

function told(last: Step | undefined): string {
	const lines: string[] = [];
	for (
		let step = last;
		step !== undefined && lines.length < 60;
		step = step.before
	)
		lines.push(step.label);
	return lines.reverse().join("\n");
}
