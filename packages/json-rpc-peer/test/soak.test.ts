// Very many calls with random aborts, timeouts and ends: every promise settles, no timer and no listener is left, and memory
// does not grow. FRAMEWRIGHT_RUNS=200000, as every night, makes it a million.

import { getEventListeners } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
	type IncomingCall,
	jsonRpcPeer,
	lsp,
	type MessageChannel,
	memoryChannels,
	type Peer,
} from "@framewright/json-rpc-peer";
import { expect, test } from "vitest";

const runs = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000);
const calls = (runs > 10_000 ? 5 : 2) * runs;
/** Calls in flight at once. */
const width = 100;
/** Calls that a connection lives for, unless it is the one that lives for ever. */
const lifetime = 500;

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;

const handlers = {
	now: () => "now",
	soon: () => new Promise((resolve) => setImmediate(resolve, "soon")),
	never: (_: unknown, { signal }: IncomingCall) =>
		new Promise((_, reject) => {
			signal.addEventListener("abort", () => reject(signal.reason));
		}),
	back: (_: unknown, { peer }: IncomingCall) => peer.request("now"),
	bigint: () => 1n,
};

type Pair = [Peer, Peer, MessageChannel];

function connect(): Pair {
	const [here, there] = memoryChannels();
	const options = { handlers, dialect: lsp, concurrency: 2 * width };
	return [jsonRpcPeer(here, options), jsonRpcPeer(there, options), here];
}

/** Bytes of the heap that are in use. */
async function heap(): Promise<number> {
	for (let i = 0; i < 3; i++) {
		await new Promise((resolve) => setTimeout(resolve, 10));
		gc();
	}
	return process.memoryUsage().heapUsed;
}

const timers = (): number =>
	process.getActiveResourcesInfo().filter((what) => what === "Timeout").length;

test(`of ${calls} calls, each is settled and nothing is left`, async () => {
	const seed = Date.now() & 0x7fff_ffff;
	const random = seededRandom(seed);
	const chance = (probability: number): boolean => random() < probability;
	const pick = <T>(...items: [T, ...T[]]): T =>
		items[Math.floor(random() * items.length)] ?? items[0];

	const outcomes: Record<string, number> = {};
	const lasting = connect();
	// Lives as long as the test: what is left on it, stays.
	const signal = new AbortController().signal;
	const timersBefore = timers();
	const heaps: number[] = [];
	let peers = connect();
	let made = 0;
	let settled = 0;

	async function call(): Promise<void> {
		made += 1;
		if (made % lifetime === 0) {
			end(peers);
			peers = connect();
		}
		const [near, far] = chance(0.5) ? lasting : peers;
		const controller = new AbortController();
		const method = pick("now", "now", "soon", "back", "never", "bigint", "no");
		const mustEnd = method === "never";
		const aborts = mustEnd ? chance(0.5) : chance(0.1);
		const peer = chance(0.5) ? near : far;
		const options = {
			signal: aborts ? controller.signal : signal,
			timeout: aborts || !(mustEnd || chance(0.2)) ? undefined : pick(1, 2, 5),
		};
		const promise = chance(0.2)
			? peer.batch((batch) => {
					batch.notify("now");
					return batch.request(method, [], options);
				})
			: peer.request(method, chance(0.02) ? [1n] : [], options);
		if (aborts) pick(queueMicrotask, setImmediate)(() => controller.abort());
		const outcome = await promise.then(
			() => "result",
			({ name, code }) => (name === "AbortError" ? name : (code ?? name)),
		);
		outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
		settled += 1;
		if (aborts)
			expect(getEventListeners(controller.signal, "abort")).toEqual([]);
	}

	const ends: Promise<unknown>[] = [];
	function end([near, far, channel]: Pair): void {
		const how = pick("close", "abort", "channel closes");
		if (how === "close") ends.push(near.close(), far.close());
		else if (how === "channel closes") {
			// As if the other program had ended: calls to it are lost, and its own are not answered.
			ends.push(channel.close());
			setImmediate(() => near.abort());
		} else near.abort(Object.assign(new Error(), { code: "aborted" }));
		ends.push(Promise.allSettled([near.closed, far.closed]));
	}

	for (const part of [0.25, 1]) {
		const until = calls * part;
		await Promise.all(
			Array.from({ length: width }, async () => {
				while (made < until) await call();
			}),
		);
		await Promise.all(ends.splice(0));
		heaps.push(await heap());
	}
	end(peers);
	await Promise.all([...ends, lasting[0].close(), lasting[1].close()]);
	await Promise.all([lasting[0].closed, lasting[1].closed]);

	expect(settled, `seed ${seed}`).toBe(made);
	expect(timers()).toBeLessThanOrEqual(timersBefore);
	expect(getEventListeners(signal, "abort")).toEqual([]);
	const [early = 0, late = 0] = heaps;
	expect(late - early).toBeLessThan(1_000_000);
	// With enough calls, all of it does happen.
	if (calls < 10_000) return;
	expect(Object.keys(outcomes)).toEqual(
		expect.arrayContaining([
			"result",
			"timeout",
			"AbortError",
			"closed",
			"aborted",
			"TypeError",
			"-32603",
			"-32601",
		]),
	);
});

/** Random numbers from 0 to 1, the same for the same seed (mulberry32). */
function seededRandom(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	};
}
