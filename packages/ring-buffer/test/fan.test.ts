import { once } from "node:events";
import { Worker } from "node:worker_threads";
import {
	createFan,
	createRing,
	DIED,
	ENDED,
	FanIn,
	FanOut,
	MessageConsumer,
	MessageProducer,
	markDead,
	OPEN,
	waitAsync,
	waitBlocking,
} from "@framewright/ring-buffer";
import { describe, expect, test } from "vitest";
import type { FanTask } from "./fan-worker.ts";
import { HEADER_BYTES, text } from "./support.ts";

function start(task: FanTask): Worker {
	return new Worker(new URL("fan-worker.ts", import.meta.url), {
		workerData: task,
		execArgv: ["--conditions=@framewright/source"],
	});
}

/** The message that was found, and where. */
const found = ({ bytes, offset, length, source }: FanIn): string =>
	`${source}:${new TextDecoder().decode(bytes.slice(offset, offset + length))}`;

function fanIn(count: number, capacity = 64) {
	const memories = createFan("in", count, capacity);
	const [lead] = memories;
	return {
		memories,
		fan: new FanIn(memories),
		producers: memories.map((memory) => new MessageProducer(memory, lead)),
	};
}

function fanOut(count: number, capacity = 64) {
	const memories = createFan("out", count, capacity);
	const [lead] = memories;
	return {
		memories,
		fan: new FanOut(memories),
		consumers: memories.map((memory) => new MessageConsumer(memory, lead)),
	};
}

describe("FanIn", () => {
	test("reads one message of each ring in turn, however many one has", () => {
		const { fan, producers } = fanIn(3);
		for (const [i, messages] of [["a", "b", "c"], [], ["x", "y"]].entries())
			for (const message of messages) producers[i]?.write(text(message));
		const read: string[] = [];
		while (fan.next()) read.push(found(fan));
		expect(read).toEqual(["0:a", "2:x", "0:b", "2:y", "0:c"]);
		expect(fan.next()).toBe(false);
	});

	test("gives the room of all rings back at once, and copies if asked to", () => {
		const { fan, producers } = fanIn(2, 32);
		for (const producer of producers) producer.write(text("12345678"));
		while (fan.next());
		expect(fan.sources.map(({ fill }) => fill)).toEqual([16, 16]);
		fan.release();
		expect(fan.sources.map(({ fill }) => fill)).toEqual([0, 0]);
		producers[1]?.write(text("copy"));
		expect(fan.read()).toEqual(text("copy"));
		expect(fan.source).toBe(1);
		expect(fan.read()).toBeUndefined();
	});

	test("is open until every producer has ended and all is read, and tells of one that died", () => {
		const { fan, producers, memories } = fanIn(2);
		producers[0]?.write(text("last"));
		producers[0]?.close();
		expect(fan.end).toBe(OPEN);
		markDead(memories[1] as SharedArrayBuffer, "producer", memories[0]);
		expect(fan.end).toBe(OPEN);
		expect(fan.poll(1)).toBe("ready");
		fan.read();
		expect(fan.poll(1)).toBe("ended");
		expect(fan.end).toBe(DIED);
		expect(fan.sources.map(({ end }) => end)).toEqual([ENDED, DIED]);
	});

	test("goes on with the others when one ring is corrupted", () => {
		const { fan, producers, memories } = fanIn(2);
		producers[0]?.write(text("b"));
		new Int32Array(memories[0] as SharedArrayBuffer, HEADER_BYTES)[0] = -2;
		producers[1]?.write(text("a"));
		expect(() => fan.next()).toThrow("No record has this length");
		expect(fan.next() && found(fan)).toBe("1:a");
		expect(() => fan.next()).toThrow("No record has this length");
	});

	test.each(["blocking", "async"] as const)(
		"is woken by any of three workers, and gets all messages of each in order, with %s waits",
		async (how) => {
			const count = 10_000;
			const memories = createFan("in", 3, 256);
			const [lead = memories[0] as SharedArrayBuffer] = memories;
			const fan = new FanIn(memories);
			const workers = memories.map((memory) =>
				start({ role: "write", memory, lead, count }),
			);
			const exits = workers.map((worker) => once(worker, "exit"));
			const next = [0, 0, 0];
			let wrong = 0;
			while (fan.end === OPEN) {
				for (; fan.next(); fan.release()) {
					const { bytes, offset, source } = fan;
					const at = bytes.byteOffset + offset;
					const n = new DataView(bytes.buffer, at, 4).getUint32(0);
					if (n !== next[source]) wrong += 1;
					next[source] = n + 1;
				}
				const state =
					how === "async"
						? await waitAsync(fan, 20_000)
						: waitBlocking(fan, 20_000);
				if (state === "timed-out") break;
			}
			await Promise.all(exits);
			expect({ next, wrong, end: fan.end }).toEqual({
				next: [count, count, count],
				wrong: 0,
				end: ENDED,
			});
		},
	);

	test("is woken when the last of its producers dies", async () => {
		const { fan, memories } = fanIn(2);
		const waiting = waitAsync(fan, 20_000);
		await new Promise((resolve) => setTimeout(resolve, 20));
		for (const memory of memories) markDead(memory, "producer", memories[0]);
		expect(await waiting).toBe("ended");
	});

	test("closes every ring with a code", () => {
		const { fan, producers } = fanIn(2);
		fan.close(5);
		expect(producers.map(({ end }) => end)).toEqual([5, 5]);
	});

	test("needs a ring", () => {
		expect(() => new FanIn([])).toThrow(RangeError);
	});
});

describe("FanOut", () => {
	test("gives to those that are filled least, in turn among equals", () => {
		const { fan, consumers } = fanOut(3, 128);
		const targets: number[] = [];
		const write = (length: number): void => {
			expect(fan.write(new Uint8Array(length))).toBe(true);
			targets.push(fan.target);
		};
		for (const length of [8, 8, 8, 8, 40, 8]) write(length);
		// All have 16 of 128 B, or more.
		expect(targets).toEqual([0, 1, 2, 0, 1, 2]);
		consumers[0]?.read();
		consumers[0]?.read();
		write(8);
		expect(targets.at(-1)).toBe(0);
	});

	test("finds the ring that has room when the least filled one has none, and none when all are full", () => {
		const { fan, consumers } = fanOut(2, 32);
		// Two of 8 B fill a ring of 32.
		for (let i = 0; i < 4; i++) expect(fan.write(text("12345678"))).toBe(true);
		expect(fan.write(text("x"))).toBe(false);
		expect(fan.poll(1)).toBeUndefined();
		consumers[1]?.read();
		expect(fan.poll(1)).toBe("ready");
		expect(fan.write(text("x"))).toBe(true);
		expect(fan.target).toBe(1);
	});

	test("passes by a consumer that has ended, and ends when all have", () => {
		const { fan, consumers, memories } = fanOut(2);
		consumers[0]?.close();
		for (let i = 0; i < 2; i++) {
			expect(fan.write(text("a"))).toBe(true);
			expect(fan.target).toBe(1);
		}
		expect(fan.end).toBe(OPEN);
		markDead(memories[1] as SharedArrayBuffer, "consumer", memories[0]);
		expect(fan.write(text("a"))).toBe(false);
		expect(fan.poll(1)).toBe("ended");
		expect(fan.end).toBe(DIED);
	});

	test("hands every message to one of three workers, once and in order", async () => {
		const count = 10_000;
		const memories = createFan("out", 3, 256);
		const [lead = memories[0] as SharedArrayBuffer] = memories;
		const fan = new FanOut(memories);
		const workers = memories.map((memory) =>
			start({ role: "read", memory, lead, count }),
		);
		const results = workers.map((worker) => once(worker, "message"));
		const message = new Uint8Array(4);
		for (let n = 0; n < count; n++) {
			new DataView(message.buffer).setUint32(0, n);
			while (!fan.write(message))
				expect(waitBlocking(fan, 20_000, 4)).toBe("ready");
		}
		fan.close();
		const got = (await Promise.all(results)).map(([list]) => list as number[]);
		for (const list of got)
			expect(list).toEqual([...list].sort((a, b) => a - b));
		expect(got.flat().sort((a, b) => a - b)).toEqual(
			Array.from({ length: count }, (_, n) => n),
		);
	});

	test("refuses a message that is too large for any ring, and needs a ring", () => {
		const { fan } = fanOut(2, 32);
		expect(fan.maxLength).toBe(8);
		for (const call of [
			() => fan.write(new Uint8Array(9)),
			() => fan.poll(9),
			() => new FanOut([]),
		])
			expect(call).toThrow(RangeError);
	});

	test("closes every ring with a code", () => {
		const { fan, consumers } = fanOut(2);
		fan.close(5);
		expect(consumers.map(({ end }) => end)).toEqual([5, 5]);
	});
});

describe("createFan", () => {
	test("makes rings whose sides wake the right word, or are refused: nobody is left asleep", () => {
		const [one, other] = [createFan("in", 3, 64), createFan("out", 3, 64)];
		const alone = createRing("messages", 64);
		const attach = (
			memory: SharedArrayBuffer | undefined,
			lead?: SharedArrayBuffer,
		): (() => unknown)[] => [
			() => new MessageProducer(memory as SharedArrayBuffer, lead),
			() => new MessageConsumer(memory as SharedArrayBuffer, lead),
			() => markDead(memory as SharedArrayBuffer, "producer", lead),
		];
		for (const call of [
			...attach(one[1]),
			...attach(one[1], one[2]),
			...attach(one[1], other[0]),
			...attach(one[1], alone),
			...attach(alone, one[0]),
			...attach(alone, createRing("messages", 64)),
			() => new FanIn(other),
			() => new FanOut(one),
			() => new FanIn([alone]),
			() => new FanIn([...one].reverse()),
		])
			expect(call).toThrow(TypeError);
		for (const memories of [one, other])
			for (const memory of memories)
				for (const call of attach(memory, memories[0]).slice(0, 2))
					expect(call).not.toThrow();
	});

	test("lets a lone consumer of one of its rings be woken, too", async () => {
		const [lead, memory] = createFan("in", 2, 64) as [
			SharedArrayBuffer,
			SharedArrayBuffer,
		];
		const consumer = new MessageConsumer(memory, lead);
		const producer = new MessageProducer(memory, lead);
		const waiting = waitAsync(consumer, 20_000);
		producer.write(text("a"));
		expect(await waiting).toBe("ready");
	});

	test("may have rings that are overwritable", () => {
		const [memory] = createFan("out", 1, 64, { overwritable: true });
		expect(new MessageProducer(memory as SharedArrayBuffer).overwritable).toBe(
			true,
		);
	});

	test("refuses what is no fan", () => {
		for (const count of [0, -1, 1.5, Number.NaN])
			expect(() => createFan("in", count, 64)).toThrow(RangeError);
		expect(() => createFan("in", 1, 33)).toThrow(RangeError);
		expect(() => createFan("up" as "in", 1, 64)).toThrow(TypeError);
	});
});

test("closing a side ends an asynchronous wait of its own thread", async () => {
	const consumer = new MessageConsumer(createRing("messages", 32));
	const waiting = waitAsync(consumer);
	await new Promise((resolve) => setTimeout(resolve, 10));
	consumer.close();
	await expect(waiting).rejects.toThrow("consumer was closed here");
});
