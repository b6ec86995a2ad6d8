// Two peers call each other, abort, time out, cancel, send garbage, close and break off, and whatever may happen at some
// time happens at any time. In the end, every call was settled, every request was answered, and nothing is left.

import { getEventListeners } from "node:events";
import {
	type CallOptions,
	type Dialect,
	lsp,
	mcp,
} from "@framewright/json-rpc-peer";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { settled } from "./text-end.ts";
import { World } from "./world.ts";

const numRuns = Math.ceil(Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000) / 20);

type Command = fc.AsyncCommand<object, World>;

const command = (name: string, run: (world: World) => void): Command => ({
	check: () => true,
	async run(_, world) {
		run(world);
	},
	toString: () => name,
});

const side = fc.constantFrom<0 | 1>(0, 1);
const method = fc.constantFrom(
	"now",
	"later",
	"later",
	"alone",
	"back",
	"tell",
	"stop",
	"fail",
	"bigint",
	"unknown",
);
interface Manner {
	/** Whether its params cannot be sent. */
	readonly isUnfit: boolean;
	readonly timeout: number | null;
	readonly listens: boolean;
	readonly resets: boolean;
}

const manner: fc.Arbitrary<Manner> = fc.record({
	isUnfit: fc.integer({ min: 0, max: 9 }).map((n) => n === 9),
	timeout: fc.option(fc.integer({ min: 1, max: 300 })),
	listens: fc.boolean(),
	resets: fc.boolean(),
});

const callOf = (side: 0 | 1, method: string, manner: Manner): Command =>
	command(`${side} calls ${method} ${fc.stringify(manner)}`, (world) => {
		const { isUnfit, timeout, listens, resets } = manner;
		const controller = new AbortController();
		const options: CallOptions = {
			signal: controller.signal,
			timeout: timeout ?? undefined,
			resetTimeoutOnProgress: resets && world.hasProgress,
			onProgress: listens && world.hasProgress ? () => {} : undefined,
		};
		const params = isUnfit ? { n: 1n } : {};
		const promise = world.peers[side].request(method, params, options);
		world.watch(method, promise, controller);
	});

const call = fc
	.tuple(side, method, manner)
	.map(([side, method, manner]) => callOf(side, method, manner));

/** Runs until it is cancelled. */
const endless = fc
	.tuple(side, manner)
	.map(([side, { timeout, ...manner }]) =>
		callOf(side, "endless", { ...manner, timeout: timeout ?? 300 }),
	);

const batch = fc
	.tuple(side, fc.array(fc.tuple(method, fc.boolean()), { maxLength: 4 }))
	.map(([side, items]) =>
		command(`${side} sends the batch ${fc.stringify(items)}`, (world) => {
			world.peers[side].batch((batch) => {
				for (const [method, isNotified] of items) {
					if (isNotified) {
						batch.notify(method);
						continue;
					}
					const controller = new AbortController();
					const { signal } = controller;
					const promise = batch.request(method, {}, { signal });
					world.watch(`${method} in a batch`, promise, controller);
				}
			});
		}),
	);

const notify = fc.tuple(side, method).map(([side, method]) =>
	command(`${side} notifies ${method}`, (world) => {
		world.peers[side].notify(method).catch(() => {});
	}),
);

const abort = fc.nat(20).map((nth) =>
	command(`call ${nth} is aborted`, (world) => {
		world.outcomes[nth]?.controller.abort();
	}),
);

const pass = fc
	.integer({ min: 1, max: 200 })
	.map((ms) => command(`${ms} ms pass`, () => void vi.advanceTimersByTime(ms)));

/** Texts that a peer of ours would not send, or not now. */
const text = fc.oneof(
	fc.constantFrom("garbage", "[]", "[1]", "null", '{"jsonrpc":"1.0","id":1}'),
	fc.constantFrom(
		'{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}',
		'{"jsonrpc":"2.0","id":1,"result":1,"error":1}',
		'{"jsonrpc":"2.0","method":"$/cancelRequest","params":{}}',
		'{"jsonrpc":"2.0","method":"notifications/cancelled"}',
	),
	// Forged requests, whose ids are in flight perhaps; forged answers; cancellations.
	fc
		.tuple(
			fc.constantFrom('"id":1', '"id":2', '"id":"1"', '"id":1.0', '"id":-1'),
			fc.constantFrom(
				'"method":"later"',
				'"method":"stop"',
				'"method":"now"',
				'"result":7',
				'"error":{"code":7,"message":"forged"}',
			),
		)
		.map(([id, rest]) => `{"jsonrpc":"2.0",${id},${rest}}`),
	fc
		.constantFrom("1", "2", "3", '"1"', "-1")
		.chain((id) =>
			fc.constantFrom(
				`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":${id}}}`,
				`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${id}}}`,
				`{"jsonrpc":"2.0","method":"$/progress","params":{"token":${id},"value":1}}`,
				`[{"jsonrpc":"2.0","id":${id},"method":"stop"},{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${id}}},{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":${id}}}]`,
			),
		),
);

const forge = fc.tuple(side, text).map(([side, text]) =>
	command(`${side} is sent ${text}`, (world) => {
		if (!world.ends[side].other.isClosed) world.ends[side].deliver(text);
	}),
);

const close = side.map((side) =>
	command(`${side} closes`, (world) => {
		world.watch("close", world.peers[side].close());
	}),
);

const breakOff = fc
	.tuple(side, fc.constantFrom("peer", "channel"))
	.map(([side, what]) =>
		command(`the ${what} of ${side} is aborted`, (world) => {
			if (what === "peer") world.peers[side].abort(new Error("enough"));
			else world.ends[side].abort(new Error("ECONNRESET"));
		}),
	);

const peaceful = [call, call, call, batch, notify, abort, pass, forge, close];

beforeEach(() => {
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
	vi.useRealTimers();
});

/** Lets everything that can happen happen. */
async function finish(world: World, scheduler: fc.Scheduler): Promise<void> {
	for (let round = 0; round < 30; round++) {
		await scheduler.waitIdle();
		await settled();
		vi.advanceTimersByTime(1000);
		if (round === 5)
			for (const peer of world.peers) world.watch("close", peer.close());
	}
}

function holds(world: World): void {
	const unsettled = world.outcomes.filter(({ settled }) => settled !== 1);
	expect(unsettled.map(({ what, settled }) => [what, settled])).toEqual([]);
	expect(world.ended).toBe(world.began);
	expect(vi.getTimerCount()).toBe(0);
	for (const { controller } of world.outcomes)
		expect(getEventListeners(controller.signal, "abort")).toEqual([]);
}

const count = (texts: readonly string[]): Map<string, number> => {
	const counts = new Map<string, number>();
	for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
	return counts;
};

const dialects: [string, Dialect, boolean][] = [
	["without a dialect", {}, true],
	["in LSP", lsp, true],
	["in MCP", mcp, false],
];

describe.each(dialects)("%s", (_, dialect, mustAnswer) => {
	const commandsOf = (
		...arbitraries: fc.Arbitrary<Command>[]
	): fc.Arbitrary<Iterable<Command>> =>
		fc.commands(arbitraries, { maxCommands: 40 });

	async function run(
		scheduler: fc.Scheduler,
		commands: Iterable<Command>,
		maxWaiting = 3,
	): Promise<World> {
		const later = (what: string): Promise<void> =>
			scheduler.schedule(Promise.resolve(), what);
		const world = new World(later, dialect, maxWaiting);
		await fc.scheduledModelRun(
			scheduler,
			() => ({ model: {}, real: world }),
			commands,
		);
		await finish(world, scheduler);
		return world;
	}

	test("every request is answered once, and every call settled", async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.scheduler(),
				commandsOf(...peaceful),
				async (scheduler, commands) => {
					const world = await run(scheduler, commands);
					holds(world);
					for (const end of world.ends) {
						// Too much garbage breaks the connection off.
						if (end.failure !== undefined) continue;
						const answers = count(end.answers);
						const cancels = count(end.cancels);
						for (const [id, requests] of count(end.requests)) {
							const answered = answers.get(id) ?? 0;
							const spared = mustAnswer ? 0 : (cancels.get(id) ?? 0);
							expect(answered, id).toBeLessThanOrEqual(requests);
							expect(answered, id).toBeGreaterThanOrEqual(requests - spared);
						}
						for (const id of answers.keys()) expect(end.requests).toContain(id);
					}
				},
			),
			{ numRuns },
		);
	});

	test("nothing is left when it breaks off", async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.scheduler(),
				commandsOf(...peaceful, breakOff),
				async (scheduler, commands) => {
					const world = await run(scheduler, commands);
					holds(world);
					for (const end of world.ends) {
						const requests = count(end.requests);
						for (const [id, answers] of count(end.answers))
							expect(answers, id).toBeLessThanOrEqual(requests.get(id) ?? 0);
					}
				},
			),
			{ numRuns },
		);
	});

	test.runIf(dialect.cancellation)(
		"every handler hears of it that nobody waits for it any more",
		async () => {
			await fc.assert(
				fc.asyncProperty(
					fc.scheduler(),
					commandsOf(call, endless, endless, notify, abort, pass, close),
					async (scheduler, commands) => {
						// What is cancelled must be read: a queue that is full would be in the way.
						const world = await run(scheduler, commands, Infinity);
						holds(world);
						for (const end of world.ends) expect(end.failure).toBeUndefined();
					},
				),
				{ numRuns },
			);
		},
	);
});
