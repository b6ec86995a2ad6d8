import { execFile } from "node:child_process";
import { promisify } from "node:util";
import {
	createRing,
	markDead,
	StreamConsumer,
	waitAsync,
	waitBlocking,
	waitSpinning,
} from "@framewright/ring-buffer";
import { afterEach, describe, expect, test, vi } from "vitest";
import { messages, poke, text } from "./support.ts";

type Side = Parameters<typeof waitAsync>[0];

describe.each([
	["waitSpinning", waitSpinning],
	["waitBlocking", waitBlocking],
	["waitAsync", waitAsync],
])("%s", (_, wait) => {
	test("returns at once when it can go on, and when it never will", async () => {
		const { producer, consumer } = messages();
		expect(await wait(producer)).toBe("ready");
		producer.write(text("a"));
		expect(await wait(consumer)).toBe("ready");
		consumer.read();
		producer.close();
		expect(await wait(consumer)).toBe("ended");
	});

	test("gives up after its timeout", async () => {
		const { consumer } = messages();
		const start = performance.now();
		expect(await wait(consumer, 30)).toBe("timed-out");
		expect(performance.now() - start).toBeGreaterThan(28);
		expect(await wait(consumer, 0)).toBe("timed-out");
	});

	test("first shows what was held back, so that no two sides wait for each other", async () => {
		const { producer, consumer } = messages(32);
		producer.append(new Uint8Array(8));
		producer.append(new Uint8Array(8));
		expect(await wait(producer, 0, 8)).toBe("timed-out");
		expect(consumer.next()).toBe(true);
		expect(await wait(consumer)).toBe("ready");
		expect(await wait(producer, 0, 8)).toBe("ready");
	});

	test("refuses what no wait can bring", async () => {
		const { producer, consumer } = messages();
		const attempt = async (side: Side, timeout: number, amount?: number) =>
			wait(side, timeout, amount);
		await expect(attempt(producer, 1, 25)).rejects.toThrow(RangeError);
		await expect(attempt(consumer, 1, 2)).rejects.toThrow(RangeError);
		await expect(attempt(consumer, -1)).rejects.toThrow(RangeError);
		await expect(attempt(consumer, Number.NaN)).rejects.toThrow(RangeError);
		const stream = new StreamConsumer(createRing("bytes", 32), "bytes");
		await expect(attempt(stream, 1, 33)).rejects.toThrow(RangeError);
	});

	test("throws what is wrong with the ring", async () => {
		const { memory, consumer } = messages();
		poke(memory, "producerEnd", -3);
		await expect((async () => wait(consumer))()).rejects.toThrow(
			"No end is -3",
		);
	});
});

describe("waitSpinning", () => {
	afterEach(() => vi.unstubAllGlobals());

	test.each([true, false])(
		"lets the core pause between looks, where it can (%s)",
		(modern) => {
			const { consumer } = messages();
			const atomics = Object.getOwnPropertyDescriptors(Atomics);
			Reflect.deleteProperty(atomics, "pause");
			const pause = vi.fn();
			if (modern) Object.assign(atomics, { pause: { value: pause } });
			vi.stubGlobal("Atomics", Object.defineProperties({}, atomics));
			expect(waitSpinning(consumer, 2)).toBe("timed-out");
			expect(pause.mock.calls.length > 0).toBe(modern);
		},
	);
});

describe("waitBlocking", () => {
	afterEach(() => {
		vi.unstubAllGlobals();
		vi.restoreAllMocks();
	});

	/** Stands in for Atomics; `wait` counts how often somebody was put to sleep. */
	function stub(pause: (() => void) | undefined) {
		const atomics = Object.getOwnPropertyDescriptors(Atomics);
		const wait = vi.fn(() => "timed-out");
		vi.stubGlobal(
			"Atomics",
			Object.defineProperties(
				{},
				{ ...atomics, pause: { value: pause }, wait: { value: wait } },
			),
		);
		return wait;
	}

	test("looks for a moment before it sleeps, and need not sleep for what comes meanwhile", () => {
		const { producer, consumer } = messages();
		let pauses = 0;
		const wait = stub(() => {
			if (++pauses === 100) producer.write(text("a"));
		});
		expect(waitBlocking(consumer)).toBe("ready");
		expect([pauses, wait.mock.calls.length]).toEqual([100, 0]);
	});

	test("looks longer while sleeps turn out short, and less again when they are long", () => {
		const { producer, consumer } = messages();
		let pauses = 0;
		let now = 0;
		vi.spyOn(performance, "now").mockImplementation(() => now);
		const wait = stub(() => {
			pauses += 1;
		});
		/** How many looks it takes before it is put to sleep for so many milliseconds. */
		const looksBefore = (sleep: number): number => {
			wait.mockImplementation(() => {
				producer.write(text("a"));
				now += sleep;
				return "ok";
			});
			pauses = 0;
			expect(waitBlocking(consumer)).toBe("ready");
			consumer.read();
			return pauses + 1;
		};
		// However long it looked for before this test.
		for (let i = 0; i < 5; i++) looksBefore(1);
		const short = [0.05, 0.05, 0.05, 0.05, 0.05, 0.05].map(looksBefore);
		expect(short).toEqual([128, 256, 512, 1024, 2048, 2048]);
		const long = [0.2, 0.2, 0.2, 0.2, 0.2, 0.2].map(looksBefore);
		expect(long).toEqual([2048, 1024, 512, 256, 128, 128]);
	});

	test("sleeps at once where the processor cannot be told to pause", () => {
		const { producer, consumer } = messages();
		const wait = stub(undefined);
		wait.mockImplementation(() => {
			producer.write(text("a"));
			return "ok";
		});
		expect(waitBlocking(consumer)).toBe("ready");
		expect(wait).toHaveBeenCalledOnce();
	});
});

describe("waitAsync", () => {
	test("keeps Node alive", async () => {
		const program = `
			import { createRing, MessageConsumer, waitAsync } from "@framewright/ring-buffer";
			console.log(await waitAsync(new MessageConsumer(createRing("messages", 64)), 200));`;
		const { stdout } = await promisify(execFile)(
			process.execPath,
			[
				"--conditions=@framewright/source",
				"--input-type=module",
				"--eval",
				program,
			],
			{ cwd: import.meta.dirname, timeout: 20_000 },
		);
		expect(stdout).toBe("timed-out\n");
	});

	afterEach(() => vi.unstubAllGlobals());

	test.each([true, false])(
		"wakes for data, for room and for the end (with Atomics.waitAsync: %s)",
		async (modern) => {
			if (!modern) {
				const old = Object.getOwnPropertyDescriptors(Atomics);
				Reflect.deleteProperty(old, "waitAsync");
				vi.stubGlobal("Atomics", Object.defineProperties({}, old));
			}
			const { memory, producer, consumer } = messages(32);
			let wait = waitAsync(consumer, 5000);
			await new Promise((resolve) => setTimeout(resolve, 5));
			producer.write(new Uint8Array(8));
			producer.write(new Uint8Array(8));
			expect(await wait).toBe("ready");
			wait = waitAsync(producer, 5000, 8);
			await new Promise((resolve) => setTimeout(resolve, 5));
			consumer.read();
			expect(await wait).toBe("ready");
			consumer.read();
			wait = waitAsync(consumer, 5000);
			await new Promise((resolve) => setTimeout(resolve, 5));
			markDead(memory, "producer");
			expect(await wait).toBe("ended");
		},
	);
});
