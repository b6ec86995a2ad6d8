import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Codec, codecLayer, DecodeError, stack } from "@framewright/codec";
import { lengthPrefixed } from "@framewright/length-prefixed";
import {
	type Channel,
	channel,
	type Sink,
	type Source,
} from "@framewright/streams";
import { describe, expect, test } from "vitest";
import { Handoff } from "../src/handoff.ts";
import {
	behavesAsChannel,
	bytes,
	collect,
	messages,
	reasonOf,
	text,
} from "./behaviour.ts";

behavesAsChannel(
	"a transport in memory",
	async (near, far) => {
		const there = new Handoff<Uint8Array>();
		const back = new Handoff<Uint8Array>();
		return [
			channel({ source: back, sink: there }, near.layer, near),
			channel({ source: there, sink: back }, far.layer, far),
		];
	},
	{ slack: 200_000, deliversAfterAbort: false },
);

/** Gives chunks from a list, and notes what is done with it. */
class ListSource implements Source<Uint8Array> {
	reads = 0;
	cancelled: unknown[] = [];
	readonly chunks: (Uint8Array | Error)[];

	constructor(...chunks: (Uint8Array | Error)[]) {
		this.chunks = chunks;
	}

	async read(): Promise<Uint8Array | undefined> {
		this.reads += 1;
		const chunk = this.chunks.shift();
		if (chunk instanceof Error) throw chunk;
		return chunk;
	}

	cancel(reason: unknown): void {
		this.cancelled.push(reason);
	}
}

/** Keeps what is written, and has room for more when the test says so. */
class ListSink<Chunk = Uint8Array> implements Sink<Chunk> {
	chunks: Chunk[] = [];
	ends = 0;
	aborted: unknown[] = [];
	room: Promise<void> = Promise.resolve();
	endByItself!: () => void;
	break!: (error: Error) => void;
	readonly closed: Promise<void> = new Promise((resolve, reject) => {
		this.endByItself = resolve;
		this.break = reject;
	});

	write(chunk: Chunk): Promise<void> {
		this.chunks.push(chunk);
		return this.room;
	}

	async end(): Promise<void> {
		this.ends += 1;
	}

	abort(reason: unknown): void {
		this.aborted.push(reason);
	}
}

/** A promise, and what settles it. */
function gate(): { promise: Promise<void>; open: () => void } {
	let open!: () => void;
	const promise = new Promise<void>((resolve) => {
		open = resolve;
	});
	return { promise, open };
}

const turn = (): Promise<void> =>
	new Promise((resolve) => setImmediate(resolve));

const frame = (string: string): Uint8Array =>
	lengthPrefixed().encoder().encode(bytes(string));

function make(
	source: Source<Uint8Array>,
	sink: Sink<Uint8Array>,
): Channel<Uint8Array> {
	return channel({ source, sink }, lengthPrefixed());
}

describe("The sending direction", () => {
	test("writes the items of one tick at once", async () => {
		const sink = new ListSink();
		const to = make(new ListSource(), sink);
		for (let i = 0; i < 100; i++) void to.send(bytes("x"));
		expect(sink.chunks).toHaveLength(0);
		await turn();
		expect(sink.chunks).toHaveLength(1);
		expect(sink.chunks[0]).toHaveLength(500);
		void to.send(bytes("y"));
		await to.close();
		await turn();
		expect(sink.chunks).toHaveLength(2);
		expect(sink.ends).toBe(1);
	});

	test("writes at once, on Node, what a loop sends that awaits every item", async () => {
		const pings = Array.from({ length: 50 }, () => [...frame("ping")]);
		const source = new ListSource(Uint8Array.from(pings.flat()));
		const sink = new ListSink();
		const echo = make(source, sink);
		for await (const item of echo) await echo.send(item);
		await echo.close();
		expect(sink.chunks).toHaveLength(1);
		expect(sink.chunks[0]).toHaveLength(50 * 8);
	});

	test("cuts a large gathering into chunks of about 64 KiB", async () => {
		const sink = new ListSink();
		const to = make(new ListSource(), sink);
		for (let i = 0; i < 100; i++) void to.send(new Uint8Array(4096));
		await to.close();
		expect(Math.max(...sink.chunks.map((chunk) => chunk.length))).toBeLessThan(
			65_536 + 4100,
		);
		expect(sink.chunks).toHaveLength(7);
	});

	test("writes one chunk at a time, and resolves a send when its chunk has left room", async () => {
		const sink = new ListSink();
		const first = gate();
		sink.room = first.promise;
		const to = make(new ListSource(), sink);
		const resolved: string[] = [];
		void to.send(new Uint8Array(70_000)).then(() => resolved.push("first"));
		expect(sink.chunks).toHaveLength(1);
		const second = gate();
		void to.send(bytes("second")).then(() => resolved.push("second"));
		await turn();
		expect(sink.chunks).toHaveLength(1);
		expect(resolved).toEqual([]);
		sink.room = second.promise;
		first.open();
		await turn();
		expect(sink.chunks).toHaveLength(2);
		expect(resolved).toEqual(["first"]);
		second.open();
		await turn();
		expect(resolved).toEqual(["first", "second"]);
	});

	test("encodes at the call, so that the item may change after it", async () => {
		const sink = new ListSink();
		const to = make(new ListSource(), sink);
		const item = bytes("before");
		void to.send(item);
		item.set(bytes("after!"));
		await to.close();
		expect(text(sink.chunks[0]?.subarray(4))).toBe("before");
	});

	test("sends messages one by one, where the lower side is no stream of bytes", async () => {
		const sink = new ListSink();
		const to = channel({ source: new ListSource(), sink }, messages);
		await Promise.all(["a", "b"].map((item) => to.send(item)));
		expect(sink.chunks.map(text)).toEqual(["a", "b"]);
	});

	test("rejects the one send whose message the sink refuses, and goes on", async () => {
		const sink = new ListSink<string>();
		const write = sink.write.bind(sink);
		sink.write = (chunk) => {
			if (chunk === "bad") throw new TypeError("not this one");
			return write(chunk);
		};
		const identity: Codec<string, string> = {
			encode: (value) => value,
			decode: (value) => value,
		};
		const source = { read: async () => undefined, cancel() {} };
		const to = channel({ source, sink }, codecLayer(identity));
		const sends = ["a", "bad", "b"].map((item) => to.send(item));
		expect(await reasonOf(sends[1] as Promise<void>)).toBeInstanceOf(TypeError);
		await Promise.all([sends[0], sends[2]]);
		expect(sink.chunks).toEqual(["a", "b"]);
	});

	test("that breaks rejects sends at once, and lets the iteration go on to its end", async () => {
		const source = new ListSource(frame("last"), frame("words"));
		const sink = new ListSink();
		const both = make(source, sink);
		const error = new Error("EPIPE");
		sink.break(error);
		await turn();
		expect(await reasonOf(both.send(bytes("x")))).toBe(error);
		expect(source.cancelled).toEqual([]);
		expect(await collect(both)).toEqual({ items: ["last", "words"], error });
		expect(await reasonOf(both.closed)).toBe(error);
		expect(sink.aborted).toEqual([error]);
	});

	test("that the transport ends is closed cleanly, unless something was left to send", async () => {
		const clean = new ListSink();
		const done = make(new ListSource(), clean);
		clean.endByItself();
		await collect(done);
		await done.closed;
		await done.close();
		expect(await reasonOf(done.send(bytes("x")))).toBeInstanceOf(Error);
		expect(clean.ends).toBe(0);

		const full = new ListSink();
		full.room = new Promise(() => {});
		const stuck = make(new ListSource(), full);
		const sending = stuck.send(new Uint8Array(70_000));
		full.endByItself();
		const error = await reasonOf(sending);
		expect(String(error)).toMatch(/ended/);
		expect(await reasonOf(stuck.close())).toBe(error);
		await collect(stuck);
		expect(await reasonOf(stuck.closed)).toBe(error);
	});

	test("rejects all sends that wait for room when it is aborted", async () => {
		const sink = new ListSink();
		sink.room = new Promise(() => {});
		const to = make(new ListSource(), sink);
		// The one that is being written, one behind it, and one that is still gathered.
		const sends = [70_000, 70_000, 1].map((size) =>
			reasonOf(to.send(new Uint8Array(size))),
		);
		const reason = new Error("enough");
		to.abort(reason);
		expect(await Promise.all(sends)).toEqual([reason, reason, reason]);
		expect(sink.chunks).toHaveLength(1);
	});

	test("makes no unhandled rejection of sends that nobody awaits", async () => {
		// The test runner fails on an unhandled rejection.
		const sink = new ListSink();
		sink.room = new Promise(() => {});
		const to = make(new ListSource(new Error("reset")), sink);
		void to.send(new Uint8Array(70_000));
		void to.send(bytes("x"));
		await collect(to);
		void to.send(bytes("y"));
		void to.close();
		await turn();
	});
});

describe("The receiving direction", () => {
	test("reads nothing before somebody asks, and not again for items that are there", async () => {
		const source = new ListSource(
			Uint8Array.of(...frame("a"), ...frame("b"), ...frame("c"), 0),
			Uint8Array.of(0, 0, 0),
		);
		const from = make(source, new ListSink());
		await turn();
		expect(source.reads).toBe(0);
		const iterator = from[Symbol.asyncIterator]();
		for (const expected of ["a", "b", "c"]) {
			expect(text((await iterator.next()).value)).toBe(expected);
			expect(source.reads).toBe(1);
		}
		expect(text((await iterator.next()).value)).toBe("");
		expect(source.reads).toBe(2);
	});

	test("hands over what came before an error of the transport", async () => {
		const error = new Error("reset");
		const source = new ListSource(frame("a"), error);
		const sink = new ListSink();
		const from = make(source, sink);
		expect(await collect(from)).toEqual({ items: ["a"], error });
		expect(sink.aborted).toEqual([error]);
		expect(await reasonOf(from.send(bytes("x")))).toBe(error);
		// The error is no end: a new loop must not take it for one.
		expect(await collect(from)).toEqual({ items: [], error });
	});

	test("forgets the items that have arrived when it is aborted", async () => {
		const source = new ListSource(
			Uint8Array.of(...frame("a"), ...frame("b"), ...frame("c")),
		);
		const from = make(source, new ListSink());
		await from[Symbol.asyncIterator]().next();
		const error = new Error("enough");
		from.abort(error);
		expect(await collect(from)).toEqual({ items: [], error });
	});

	test("aborts both halves of the transport on a fault, once", async () => {
		const source = new ListSource(Uint8Array.of(255, 255, 255, 255));
		const sink = new ListSink();
		const from = make(source, sink);
		const { error } = await collect(from);
		expect(error).toBeInstanceOf(DecodeError);
		from.abort();
		expect(source.cancelled).toEqual([error]);
		expect(sink.aborted).toEqual([error]);
	});

	test("lets go of its input after a fault", async () => {
		setFlagsFromString("--expose-gc");
		const collectGarbage = runInNewContext("gc") as () => void;
		const source = new ListSource();
		const from = make(source, new ListSink());
		const fill = (): WeakRef<ArrayBuffer> => {
			const chunk = new Uint8Array(1_000_000);
			chunk.fill(255, 5);
			chunk[3] = 1;
			source.chunks.push(chunk);
			return new WeakRef(chunk.buffer);
		};
		const memory = fill();
		const { error } = await collect(from);
		expect(error).toMatchObject({ code: "too-large", offset: 5 });
		await turn();
		collectGarbage();
		expect(memory.deref()).toBeUndefined();
		// The channel itself is still there.
		expect(await reasonOf(from.closed)).toBe(error);
	});

	test("reports a fault of an upper layer at its offset on the wire", async () => {
		const layer = stack(lengthPrefixed(), lengthPrefixed({ width: 1 }));
		const source = new ListSource(
			Uint8Array.of(0, 0, 0, 2, 1, 97, 0, 0, 0, 1, 5),
		);
		const from = channel({ source, sink: new ListSink() }, layer);
		const { items, error } = await collect(from);
		expect(items).toEqual(["a"]);
		expect(error).toMatchObject({ code: "truncated", offset: 11 });
	});

	test("leaves the channel alone when an iterator is returned after the end", async () => {
		const sink = new ListSink();
		const half = make(new ListSource(frame("a")), sink);
		await collect(half);
		await half[Symbol.asyncIterator]().return?.();
		await half.send(bytes("still"));
		await half.close();
		await half.closed;
		expect(sink.ends).toBe(1);
	});
});
