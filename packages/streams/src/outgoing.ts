import {
	type ByteEncoder,
	ByteWriter,
	type Encoder,
	type Item,
} from "@framewright/codec";
import { type Deferred, deferred } from "./deferred.ts";
import type { Fate } from "./incoming.ts";
import { Queue } from "./queue.ts";
import type { Sink } from "./transport.ts";

/** Gathered bytes that are written at once, without waiting for the end of the tick. */
export const GATHERED = 65_536;

/** The most memory, in bytes, that a channel keeps for gathering while it has nothing to send. */
const SLAB = 4096;

const DONE = Promise.resolve();

/** Runs a task at the end of this tick. Node's ticks run when all promise jobs are done, so that a loop which awaits each of its sends is one tick, too. */
export const afterTick: (task: () => void) => void =
	(globalThis as { process?: { nextTick?(task: () => void): void } }).process
		?.nextTick ?? queueMicrotask;

/** A chunk for the sink, or several to be sent as one, and those who wait until there is room for more. */
interface Pending<Lower> {
	readonly chunks: readonly Lower[];
	readonly room: Deferred<void> | undefined;
}

/** The sending direction of a channel: gathers the bytes of a tick, and writes one chunk at a time. */
export class Outgoing<Upper, Lower> {
	readonly #sink: Sink<Lower>;
	readonly #encoder: Encoder<Upper, Lower>;
	readonly #appender: ByteEncoder<Upper> | undefined;
	readonly #fate: Fate;
	#writer = new ByteWriter(SLAB);
	/** Those who wait for the chunk that is being gathered. */
	#gathered: Deferred<void> | undefined;
	/** The chunks behind the one that is being written. */
	#queue: Queue<Pending<Lower>> = new Queue();
	/** Those who wait for the chunk that is being written. */
	#written: Deferred<void> | undefined;
	/** The memory to gather in next, by what was gathered last: growing into it each time would copy each time. */
	#slab: number = SLAB;
	#scheduled = false;
	#writing = false;
	#over = false;
	#closing: Deferred<void> | undefined;
	/** What a send gets when this direction is over without `close`. */
	#refusal: Deferred<void> | undefined;

	/** Gathers the items of `appender`, if there is one; those of `encoder` go out one by one. */
	constructor(
		sink: Sink<Lower>,
		encoder: Encoder<Upper, Lower>,
		appender: ByteEncoder<Upper> | undefined,
		fate: Fate,
	) {
		this.#sink = sink;
		this.#encoder = encoder;
		this.#fate = fate;
		this.#appender = appender;
	}

	/** Encodes the item now, and sends it with those of the same tick; resolves when there is room for more. */
	send(item: Upper): Promise<void> {
		if (this.#refusal !== undefined) return this.#refusal.promise;
		if (this.#closing !== undefined)
			return Promise.reject(new Error("send() was called after close()"));
		try {
			return this.#appender === undefined
				? this.#enqueue(this.#encoder.encode(item))
				: this.#gather(this.#appender, item);
		} catch (error) {
			return Promise.reject(error);
		}
	}

	/** Flushes and ends this direction; resolves when all is sent. */
	close(): Promise<void> {
		if (this.#closing === undefined) {
			if (this.#refusal !== undefined) return this.#refusal.promise;
			this.#closing = deferred();
			this.flush();
		}
		return this.#closing.promise;
	}

	/** Writes what was gathered, unless a write is under way: then it goes out after that. */
	flush(): void {
		this.#scheduled = false;
		if (!this.#writing && !this.#over) this.#write();
	}

	/** Stops sending: drops what was not written yet, and gives the reason to whoever waits. */
	fail(reason: unknown): void {
		if (this.#over) return;
		this.#refuse(reason);
		this.#written?.reject(reason);
		this.#gathered?.reject(reason);
		this.#closing?.reject(reason);
		while (this.#queue.length > 0) this.#queue.shift()?.room?.reject(reason);
		this.#writer = new ByteWriter(SLAB);
		this.#sink.abort(reason);
	}

	/** Notes that the transport ended this direction by itself, which is clean if nothing was left to send. */
	cutOff(): void {
		if (this.#over || this.#closing !== undefined) return;
		const error = new Error("The transport has ended this direction");
		if (this.#writing || this.#scheduled) {
			this.#fate.failed(error);
			return;
		}
		this.#refuse(error);
		this.#closing = deferred();
		this.#closing.resolve();
		this.#fate.ended();
	}

	#refuse(reason: unknown): void {
		this.#over = true;
		this.#refusal = deferred();
		this.#refusal.reject(reason);
	}

	#enqueue(chunk: Lower): Promise<void> {
		if (!this.#writing && this.#sink.tryWrite?.(chunk)) return DONE;
		const room = deferred<void>();
		this.#queue.push({ chunks: [chunk], room });
		if (!this.#writing) this.#write();
		return room.promise;
	}

	#gather(appender: ByteEncoder<Upper>, item: Upper): Promise<void> {
		const large = this.#sink.writev && appender.encodeByReference?.(item);
		if (large !== undefined) return this.#refer(large);
		this.#writer.append(appender, item);
		if (!this.#writing && this.#sink.tryWrite !== undefined && this.#hand())
			return DONE;
		const full = this.#writer.length >= GATHERED;
		if (!full && !this.#writing) {
			if (!this.#scheduled) {
				this.#scheduled = true;
				afterTick(() => this.flush());
			}
			return DONE;
		}
		this.#gathered ??= deferred();
		const { promise } = this.#gathered;
		if (full) {
			this.#cut();
			if (!this.#writing) this.#write();
		}
		return promise;
	}

	/** Hands what was gathered to a sink that takes it at once. Its memory can be written again. */
	#hand(): boolean {
		const { bytes, start, end } = this.#writer;
		const gathered = bytes.subarray(start, end) as Item as Lower;
		if (this.#queue.length > 0 || !this.#sink.tryWrite?.(gathered))
			return false;
		this.#writer.end = start;
		return true;
	}

	/** Queues a large item behind what was gathered, to go out with it. */
	#refer(pieces: readonly Uint8Array[]): Promise<void> {
		this.#gathered ??= deferred();
		const { promise } = this.#gathered;
		this.#cut(pieces);
		if (!this.#writing) this.#write();
		return promise;
	}

	/** Moves what was gathered, and `pieces` that go out with it, to the end of the queue. */
	#cut(pieces: readonly Uint8Array[] = []): void {
		const bytes = this.#writer.take();
		// A huge item is gathered alone, and says nothing about the next.
		const usual = 1.25 * Math.min(bytes.length, GATHERED);
		this.#slab = Math.max(SLAB, usual, this.#slab / 2) | 0;
		// Only layers on the wire are gathered, whose lower side is bytes.
		const chunks = bytes.length > 0 ? [bytes, ...pieces] : pieces;
		this.#queue.push({
			chunks: chunks as readonly Item[] as readonly Lower[],
			room: this.#gathered,
		});
		this.#gathered = undefined;
	}

	/** Writes until there is nothing more to write, then ends if asked to. */
	async #write(): Promise<void> {
		this.#writing = true;
		try {
			for (let next = this.#next(); next !== undefined; next = this.#next()) {
				const written = this.#offer(next);
				if (written === undefined) continue;
				this.#written = next.room;
				await written;
				if (this.#over) return;
				next.room?.resolve();
			}
			// The writer makes its slab when it needs it.
			if (this.#writer.bytes.length > SLAB)
				this.#writer = new ByteWriter(this.#slab);
			if (this.#closing !== undefined) {
				await this.#sink.end();
				if (this.#over) return;
				this.#over = true;
				this.#closing.resolve();
				this.#fate.ended();
			}
		} catch (error) {
			this.#fate.failed(error);
		} finally {
			this.#writing = false;
		}
	}

	/** Takes the next chunk: what was gathered comes when nothing is queued. */
	#next(): Pending<Lower> | undefined {
		if (this.#queue.length === 0 && this.#writer.length > 0) this.#cut();
		return this.#queue.shift();
	}

	#offer({ chunks, room }: Pending<Lower>): Promise<void> | undefined {
		try {
			return chunks.length > 1
				? this.#sink.writev?.(chunks)
				: this.#sink.write(chunks[0] as Lower);
		} catch (error) {
			// A chunk of many items, some of whose senders were told that all is well, is no longer one sender's affair.
			if (this.#appender !== undefined || room === undefined) throw error;
			room.reject(error);
			return undefined;
		}
	}
}
