import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { DecodeError } from "@framewright/codec";
import { lengthPrefixed } from "@framewright/length-prefixed";
import {
	DecoderStream,
	EncoderStream,
	webChannel,
} from "@framewright/streams/web";
import { afterAll, describe, expect, test } from "vitest";
import {
	behavesAsChannel,
	bytes,
	collect,
	reasonOf,
	text,
} from "./behaviour.ts";

const directory = mkdtempSync(join(tmpdir(), "framewright-"));
afterAll(() => rmSync(directory, { recursive: true }));

behavesAsChannel(
	"a pair of Web streams",
	async (near, far) => {
		const there = new TransformStream<Uint8Array, Uint8Array>();
		const back = new TransformStream<Uint8Array, Uint8Array>();
		return [
			webChannel(
				{ readable: back.readable, writable: there.writable },
				near.layer,
				near,
			),
			webChannel(
				{ readable: there.readable, writable: back.writable },
				far.layer,
				far,
			),
		];
	},
	{ slack: 200_000, deliversAfterAbort: false },
);

/** Makes a stream of chunks, and counts how many were taken. */
function streamOf(...chunks: Uint8Array[]): {
	stream: ReadableStream<Uint8Array>;
	taken: () => number;
} {
	let taken = 0;
	const stream = new ReadableStream<Uint8Array>(
		{
			pull(controller) {
				const chunk = chunks[taken];
				if (chunk === undefined) return controller.close();
				taken += 1;
				controller.enqueue(chunk);
			},
		},
		{ highWaterMark: 0 },
	);
	return { stream, taken: () => taken };
}

const turns = async (): Promise<void> => {
	for (let i = 0; i < 20; i++) await new Promise((r) => setImmediate(r));
};

const frames = (...strings: string[]): Uint8Array => {
	const encoder = lengthPrefixed().encoder();
	return Uint8Array.from(strings.flatMap((s) => [...encoder.encode(bytes(s))]));
};

describe("webChannel", () => {
	test("unlocks each stream when its direction has ended", async () => {
		const { readable, writable } = new TransformStream<Uint8Array>();
		const channel = webChannel({ readable, writable }, lengthPrefixed());
		expect([readable.locked, writable.locked]).toEqual([true, true]);
		await channel.send(bytes("round"));
		const closing = channel.close();
		expect((await collect(channel)).items).toEqual(["round"]);
		await closing;
		await channel.closed;
		expect([readable.locked, writable.locked]).toEqual([false, false]);
	});

	test("unlocks, cancels and aborts the streams with the reason of an abort", async () => {
		const reasons: unknown[] = [];
		const note = (reason: unknown) => void reasons.push(reason);
		const readable = new ReadableStream<Uint8Array>({ cancel: note });
		const writable = new WritableStream<Uint8Array>({ abort: note });
		const channel = webChannel({ readable, writable }, lengthPrefixed());
		const reason = new Error("enough");
		channel.abort(reason);
		expect([readable.locked, writable.locked]).toEqual([false, false]);
		await turns();
		expect(reasons).toEqual([reason, reason]);
	});

	test("reports an error of the streams to the iteration, to send, and while nobody asks", async () => {
		let fail!: (error: Error) => void;
		const readable = new ReadableStream<Uint8Array>({
			start(controller) {
				fail = (error) => controller.error(error);
			},
		});
		const channel = webChannel(
			{ readable, writable: new WritableStream() },
			lengthPrefixed(),
		);
		const error = new Error("reset");
		fail(error);
		expect(await reasonOf(channel.closed)).toBe(error);
		expect((await collect(channel)).error).toBe(error);
		expect(await reasonOf(channel.send(bytes("x")))).toBe(error);
	});

	test("talks over sockets as Web streams", async () => {
		const path = join(directory, "web.sock");
		const server = net.createServer(async (socket) => {
			const channel = webChannel(Duplex.toWeb(socket), lengthPrefixed());
			for await (const item of channel) await channel.send(item);
			await channel.close();
			server.close();
		});
		await once(server.listen(path), "listening");
		const socket = net.connect(path);
		const channel = webChannel(Duplex.toWeb(socket), lengthPrefixed());
		const iterator = channel[Symbol.asyncIterator]();
		const large = new Uint8Array(300_000).fill(7);
		for (const item of [bytes("one"), large]) {
			await channel.send(item);
			expect((await iterator.next()).value).toEqual(item);
		}
		const closing = channel.close();
		expect(await iterator.next()).toEqual({ value: undefined, done: true });
		await closing;
		await channel.closed;
	});

	test("survives a stream that transfers the chunks it is given", async () => {
		const received: Uint8Array[] = [];
		const writable = new WritableStream<Uint8Array<ArrayBuffer>>({
			write(chunk) {
				received.push(structuredClone(chunk, { transfer: [chunk.buffer] }));
			},
		});
		const channel = webChannel(
			{ readable: new ReadableStream<Uint8Array>(), writable },
			lengthPrefixed(),
		);
		for (const item of ["one", "two", "three"]) {
			await channel.send(bytes(item));
			await turns();
		}
		await channel.close();
		expect(received.map(text).join("")).toBe(
			text(frames("one", "two", "three")),
		);
		channel.abort();
	});
});

describe("DecoderStream", () => {
	test("decodes what is piped through it", async () => {
		const wire = frames("one", "two", "three");
		const { stream } = streamOf(wire.subarray(0, 2), wire.subarray(2));
		const items: string[] = [];
		for await (const item of stream.pipeThrough(
			new DecoderStream(lengthPrefixed()),
		))
			items.push(text(item));
		expect(items).toEqual(["one", "two", "three"]);
	});

	test("takes no chunk before an item is read, and then two more at the most", async () => {
		const { stream, taken } = streamOf(
			...Array.from({ length: 50 }, () => frames("a", "b")),
		);
		const reader = stream
			.pipeThrough(new DecoderStream(lengthPrefixed()))
			.getReader();
		await turns();
		expect(taken()).toBeLessThanOrEqual(2);
		for (let i = 0; i < 10; i++) {
			expect(text((await reader.read()).value)).toBe("a");
			expect(text((await reader.read()).value)).toBe("b");
			await turns();
			expect(taken()).toBeLessThanOrEqual(i + 3);
		}
		await reader.cancel();
	});

	test("errors both sides with a DecodeError, after the items before it", async () => {
		const decoder = new DecoderStream(lengthPrefixed());
		const writer = decoder.writable.getWriter();
		const writes = Promise.allSettled([
			writer.write(frames("good")),
			writer.write(Uint8Array.of(255, 255, 255, 255)),
			writer.closed,
		]);
		const reader = decoder.readable.getReader();
		expect(text((await reader.read()).value)).toBe("good");
		const error = await reasonOf(reader.read());
		expect(error).toBeInstanceOf(DecodeError);
		expect(error).toMatchObject({ offset: 8 });
		expect((await writes)[2]).toEqual({ status: "rejected", reason: error });
	});

	test("errors when the input ends inside an item", async () => {
		const { stream } = streamOf(Uint8Array.of(0, 0, 0));
		const reader = stream
			.pipeThrough(new DecoderStream(lengthPrefixed()))
			.getReader();
		expect(await reasonOf(reader.read())).toMatchObject({ code: "truncated" });
	});

	test("tells its input's error to the reader, and the reader's cancelling to the input", async () => {
		const error = new Error("reset");
		const broken = new DecoderStream(lengthPrefixed());
		const reading = reasonOf(broken.readable.getReader().read());
		await broken.writable.abort(error);
		expect(await reading).toBe(error);

		const left = new DecoderStream(lengthPrefixed());
		const writer = left.writable.getWriter();
		writer.write(frames("a")).catch(() => {});
		await left.readable.cancel(error);
		expect(await reasonOf(writer.closed)).toBe(error);
	});
});

describe("EncoderStream", () => {
	test("encodes what is piped through it, a tick to a chunk", async () => {
		const encoder = new EncoderStream(lengthPrefixed());
		const writer = encoder.writable.getWriter();
		const reader = encoder.readable.getReader();
		const reading = reader.read();
		void writer.write(bytes("one"));
		void writer.write(bytes("two"));
		expect((await reading).value).toEqual(frames("one", "two"));
		const closing = writer.close();
		expect(await reader.read()).toEqual({ value: undefined, done: true });
		await closing;
	});

	test("stops a writer whose chunks are not read, within about 128 KiB", async () => {
		const encoder = new EncoderStream(lengthPrefixed());
		const writer = encoder.writable.getWriter();
		let written = 0;
		const size = 4096;
		const writing = (async () => {
			for (; written < 1000; written++)
				await writer.write(new Uint8Array(size));
			await writer.close();
		})();
		let read = 0;
		let ahead = 0;
		for await (const chunk of encoder.readable) {
			await turns();
			ahead = Math.max(ahead, written * size - read);
			read += chunk.length;
		}
		await writing;
		expect(read).toBe(1000 * (size + 4));
		expect(ahead).toBeLessThan(2 * 65_536 + 2 * size);
	});

	test("errors both sides for an item that cannot be encoded", async () => {
		const encoder = new EncoderStream(lengthPrefixed({ maxLength: 3 }));
		const writer = encoder.writable.getWriter();
		const reading = reasonOf(encoder.readable.getReader().read());
		const error = await reasonOf(writer.write(bytes("too long")));
		expect(error).toBeInstanceOf(RangeError);
		expect(await reading).toBe(error);
		expect(await reasonOf(writer.closed)).toBe(error);
	});

	test("tells its reader's cancelling to the writer, and the writer's abort to the reader", async () => {
		const error = new Error("enough");
		const left = new EncoderStream(lengthPrefixed());
		const writer = left.writable.getWriter();
		await left.readable.cancel(error);
		expect(await reasonOf(writer.closed)).toBe(error);

		const broken = new EncoderStream(lengthPrefixed());
		const reading = reasonOf(broken.readable.getReader().read());
		await broken.writable.abort(error);
		expect(await reading).toBe(error);
	});

	test("undoes a DecoderStream", async () => {
		const { stream } = streamOf(frames("a"), frames("b", "c"));
		const chunks = stream
			.pipeThrough(new DecoderStream(lengthPrefixed()))
			.pipeThrough(new EncoderStream(lengthPrefixed()));
		const wire: number[] = [];
		for await (const chunk of chunks) wire.push(...chunk);
		expect(Uint8Array.from(wire)).toEqual(frames("a", "b", "c"));
	});
});
