// A connection under random sequences of commands, held to a naive model of what should become of each call, each handler
// and each subscriber. Time is the test's, and so is the bus.

import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Subscription } from "../src/index.ts";
import { type ScriptedBus, scriptedBus } from "./scripted-bus.ts";
import { settled } from "./scripted-channel.ts";

const numRuns = Math.ceil(Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000) / 50);

beforeAll(() => {
	vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterAll(() => {
	vi.useRealTimers();
});

const callee = ":1.20";
const maxCalls = 6;
const maxQueued = 3;

/** How a thing ended, or that it did not yet. */
type Outcome = string | undefined;

interface ModelCall {
	readonly serial: number | undefined;
	deadline: number;
	expected: Outcome;
	seen: Outcome;
	readonly controller: AbortController;
}

interface ModelHandler {
	readonly serial: number;
	finish: (text: string) => void;
	/** Whether it has been told to finish. */
	isDone: boolean;
}

interface ModelSubscriber {
	readonly subscription: Subscription<{ body: unknown[] }>;
	/** What waits, and how it ends behind that. */
	readonly queue: number[];
	end: "open" | "done" | "too-many-signals" | "closed" | "broken";
}

interface World extends ScriptedBus {
	now: number;
	readonly calls: ModelCall[];
	readonly handlers: ModelHandler[];
	readonly subscribers: ModelSubscriber[];
	/** Why nothing new can begin. */
	over: Outcome;
	/** Whether we were told to close, or the remote has ended. */
	isEnding: boolean;
	/** Whether nothing comes any more. */
	isDeaf: boolean;
	isAborted: boolean;
	/** Serials of the remote's calls that must have been answered. */
	readonly answered: Set<number>;
	serial: number;
}

type Command = fc.AsyncCommand<object, World>;

function command(
	name: string,
	run: (w: World) => Promise<void> | void,
): Command {
	return {
		check: () => true,
		async run(_, w) {
			await run(w);
			await settled();
			check(w);
		},
		toString: () => name,
	};
}

/** What must hold after each command. */
function check(w: World): void {
	expect(w.calls.map(({ seen }) => seen)).toEqual(
		w.calls.map(({ expected }) => expected),
	);
	const answers = w.channel.sent
		.filter(
			({ type, replySerial = 0 }) => type !== "method_call" && replySerial,
		)
		.map(({ replySerial }) => replySerial);
	expect(new Set(answers).size).toBe(answers.length);
	expect(new Set(answers)).toEqual(w.answered);
	for (const { subscription, queue } of w.subscribers)
		expect(subscription.queued).toBe(queue.length);
	const isOver =
		w.isEnding && !w.isAborted && w.handlers.every(({ isDone }) => isDone);
	expect(w.channel.isClosed).toBe(isOver);
	const serials = w.channel.sent.map(({ serial }) => serial);
	expect(new Set(serials).size).toBe(serials.length);
}

const pending = (w: World) =>
	w.calls.filter(({ expected }) => expected === undefined);

function endAll(w: World, calls: string, subscribers: ModelSubscriber["end"]) {
	w.over ??= calls;
	for (const each of pending(w)) each.expected = calls;
	for (const each of w.subscribers)
		if (each.end === "open") each.end = subscribers;
}

const call = fc.integer({ min: 1, max: 50 }).map((timeout) =>
	command(`call(${timeout})`, (w) => {
		const before = w.channel.sent.length;
		const controller = new AbortController();
		const promise = w.bus.call(
			{ destination: callee, path: "/", member: "M", reply: "s" },
			{ timeout, signal: controller.signal },
		);
		const refusal =
			w.over ?? (pending(w).length >= maxCalls ? "too-many-calls" : undefined);
		const made: ModelCall = {
			serial: w.channel.sent[before]?.serial,
			deadline: w.now + timeout,
			expected: refusal,
			seen: undefined,
			controller,
		};
		expect(made.serial === undefined).toBe(refusal !== undefined);
		promise.then(
			({ body }) => {
				made.seen = `reply ${body[0]}`;
			},
			(error) => {
				made.seen = error.code ?? error.errorName ?? error;
			},
		);
		w.calls.push(made);
	}),
);

const reply = fc
	.record({
		nth: fc.nat(12),
		kind: fc.constantFrom("return", "error", "signature", "sender"),
	})
	.map(({ nth, kind }) =>
		command(`reply(${nth}, ${kind})`, (w) => {
			const made = w.calls[nth];
			if (w.isDeaf) return;
			const outcome = {
				return: `reply ${nth}`,
				error: "a.B",
				signature: "unexpected-reply",
				sender: undefined,
			}[kind];
			if (made?.expected === undefined && made?.serial !== undefined)
				made.expected = outcome;
			w.channel.receive({
				replySerial: made?.serial ?? 4_000_000,
				sender: kind === "sender" ? ":1.66" : callee,
				...(kind === "error"
					? { type: "error", errorName: "a.B" }
					: { type: "method_return" }),
				signature: kind === "signature" ? "u" : "s",
				body: [kind === "signature" ? nth : `${nth}`],
			});
		}),
	);

const advance = fc.integer({ min: 1, max: 30 }).map((milliseconds) =>
	command(`advance(${milliseconds})`, (w) => {
		w.now += milliseconds;
		for (const each of pending(w))
			if (each.deadline <= w.now) each.expected = "timeout";
		vi.advanceTimersByTime(milliseconds);
	}),
);

const abortCall = fc.nat(12).map((nth) =>
	command(`abortCall(${nth})`, (w) => {
		const made = w.calls[nth];
		if (made === undefined) return;
		made.expected ??= "given up";
		made.controller.abort("given up");
	}),
);

const receiveCall = fc.constantFrom("Fast", "Slow", "None").map((member) =>
	command(`receiveCall(${member})`, (w) => {
		if (w.isDeaf) return;
		w.serial += 1;
		const serial = 1_000_000 + w.serial;
		w.channel.receive({
			type: "method_call",
			serial,
			sender: callee,
			path: "/",
			interface: "com.example.A",
			member,
		});
		// A call that comes when all is over is refused, if there is still somebody to say so.
		const isOver = w.isEnding && w.handlers.every(({ isDone }) => isDone);
		if (isOver) return;
		if (member !== "Slow" || w.isEnding) w.answered.add(serial);
		else w.handlers.push({ serial, finish: () => {}, isDone: false });
	}),
);

const finish = fc.nat(8).map((nth) =>
	command(`finish(${nth})`, (w) => {
		const handler = w.handlers[nth];
		if (handler === undefined || handler.isDone) return;
		handler.isDone = true;
		if (!w.isAborted) w.answered.add(handler.serial);
		handler.finish(`${nth}`);
	}),
);

const subscribe = fc.constant(
	command("subscribe()", async (w) => {
		const subscribing = w.bus.subscribe({ member: "Rang" }, { maxQueued });
		const caught = subscribing.catch((error) => error.code ?? error);
		// The bus is only asked for a rule that it does not have yet.
		const asks = w.subscribers.every(({ end }) => end !== "open");
		const isFull = asks && pending(w).length >= maxCalls;
		const refusal = w.over ?? (isFull ? "too-many-calls" : undefined);
		if (refusal !== undefined) {
			expect(await caught).toBe(refusal);
			return;
		}
		await w.answer();
		const subscription = await subscribing;
		w.subscribers.push({ subscription, queue: [], end: "open" });
	}),
);

const signal = fc.nat(99).map((id) =>
	command(`signal(${id})`, (w) => {
		if (w.isDeaf) return;
		for (const each of w.subscribers)
			if (each.end === "open") {
				if (each.queue.length < maxQueued) each.queue.push(id);
				else each.end = "too-many-signals";
			}
		w.channel.receive({
			type: "signal",
			path: "/",
			interface: "com.example.A",
			member: "Rang",
			sender: callee,
			signature: "u",
			body: [id],
		});
	}),
);

const next = fc.nat(4).map((nth) =>
	command(`next(${nth})`, async (w) => {
		const subscriber = w.subscribers[nth];
		// Nobody asks when there is nothing: that would wait.
		if (subscriber === undefined) return;
		const { queue, end, subscription } = subscriber;
		if (queue.length === 0 && end === "open") return;
		const expected = queue.length > 0 ? queue.shift() : end;
		if (queue.length === 0 && expected === end) subscriber.end = "done";
		const iterator = subscription[Symbol.asyncIterator]();
		const seen = await iterator.next().then(
			({ done, value }) => (done ? "done" : value?.body[0]),
			(error) => error.code ?? error,
		);
		expect(seen).toBe(expected);
	}),
);

const unsubscribe = fc.nat(4).map((nth) =>
	command(`unsubscribe(${nth})`, (w) => {
		const subscriber = w.subscribers[nth];
		if (subscriber === undefined) return;
		if (subscriber.end === "open") subscriber.end = "done";
		subscriber.queue.length = 0;
		subscriber.subscription.close();
	}),
);

const close = fc.constant(
	command("close()", (w) => {
		endAll(w, "closed", "done");
		w.isEnding = true;
		w.bus.close().catch(() => {});
	}),
);

const end = fc.constant(
	command("end()", (w) => {
		if (w.isDeaf) return;
		w.isDeaf = true;
		endAll(w, "closed", "closed");
		w.isEnding = true;
		w.channel.end();
	}),
);

const fail = fc.constant(
	command("fail()", (w) => {
		if (w.isDeaf || w.channel.isClosed) return;
		w.isDeaf = true;
		w.isAborted = true;
		endAll(w, "broken", "broken");
		w.channel.fail("broken");
	}),
);

test("each call settles once and as it should, each call of the remote is answered once, each subscriber is told all", async () => {
	const often = [
		...[call, call, reply, reply, advance, receiveCall, finish],
		...[signal, signal, next],
	];
	const commands = fc.commands(
		[
			...often,
			...often,
			...often,
			abortCall,
			subscribe,
			unsubscribe,
			close,
			end,
			fail,
		],
		{ maxCommands: 60, size: "max" },
	);
	await fc.assert(
		fc.asyncProperty(commands, async (commands) => {
			vi.clearAllTimers();
			const bus = await scriptedBus({ maxCalls, exposeErrors: true });
			const w: World = {
				...bus,
				now: 0,
				calls: [],
				handlers: [],
				subscribers: [],
				over: undefined,
				isEnding: false,
				isDeaf: false,
				isAborted: false,
				answered: new Set(),
				serial: 0,
			};
			const described = {
				name: "com.example.A",
				methods: { Fast: {}, Slow: { out: "s" } },
			} as const;
			bus.bus.export("/", described, {
				methods: {
					Fast: () => {},
					Slow: (call) =>
						new Promise((resolve) => {
							const { serial } = call.message;
							const handler = w.handlers.find((each) => each.serial === serial);
							if (handler !== undefined) handler.finish = resolve;
						}),
				},
			});
			await fc.asyncModelRun(() => ({ model: {}, real: w }), commands);
			// Nothing is left behind that could still fire.
			w.bus.abort("over");
			for (const each of pending(w)) each.expected = "over";
			await settled();
			expect(w.calls.map(({ seen }) => seen)).toEqual(
				w.calls.map(({ expected }) => expected),
			);
			expect(vi.getTimerCount()).toBe(0);
		}),
		{ numRuns },
	);
}, 120_000);
