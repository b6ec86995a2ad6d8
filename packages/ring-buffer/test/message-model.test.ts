import {
	ENDED,
	MessageConsumer,
	MessageProducer,
	OPEN,
} from "@framewright/ring-buffer";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyStart, ringAt } from "./support.ts";

const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000) / 10;

const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

interface MessageModel {
	readonly capacity: number;
	/** Where the next record goes. */
	at: number;
	/** Units from the first record that is not released. */
	used: number;
	/** What the producer knows to be free. It looks when that is not enough, and publishes then. */
	known: number;
	held: { bytes: number[]; units: number }[];
	published: { bytes: number[]; units: number }[];
	read: number;
	counter: number;
	drops: number;
	closed: boolean;
	readonly overwritable: boolean;
	/** Whether the consumer of an overwritable ring holds what is there. */
	holding: boolean;
}
type MessageRing = { producer: MessageProducer; consumer: MessageConsumer };
type MessageCommand = fc.Command<MessageModel, MessageRing>;

const pad = (length: number): number => 8 + Math.ceil(length / 8) * 8;

/** What a message takes up where the model stands, if that is free. What is held back is published to find out. */
function fits(model: MessageModel, length: number): number | undefined {
	const toEnd = model.capacity - (model.at % model.capacity);
	const units = toEnd < pad(length) ? toEnd + pad(length) : pad(length);
	if (units > model.known) {
		publish(model);
		model.known = model.capacity - model.used;
	}
	return units <= model.known ? units : undefined;
}

/**
 * A message that differs from the last one, and at every multiple of 8 looks like a record that is published there: in this
 * pass around the ring, or in the next one.
 */
function fill(model: MessageModel, length: number): number[] {
	model.counter++;
	const { at, capacity, counter } = model;
	const bytes = Uint8Array.from({ length }, (_, i) => counter * 31 + i);
	const toEnd = capacity - (at % capacity);
	const start = toEnd < pad(length) ? at + toEnd : at;
	const sequences = new DataView(bytes.buffer);
	for (let i = 0; i + 8 <= length; i += 8) {
		const position = start + 8 + i + (counter % 2) * capacity;
		sequences.setInt32(i + 4, (position & 0x7fff_ffff) | 1, littleEndian);
	}
	return [...bytes];
}

function publish(model: MessageModel): void {
	model.published.push(...model.held.splice(0));
}

function add(model: MessageModel, bytes: number[], units: number): void {
	model.at += units;
	model.used += units;
	model.known -= units;
	model.held.push({ bytes, units });
}

const anyLength = fc.integer({ min: 0, max: 120 });

class Write implements MessageCommand {
	readonly how: "append" | "write" | "writeOrDrop";
	readonly length: number;
	constructor(how: "append" | "write" | "writeOrDrop", length: number) {
		this.how = how;
		this.length = length;
	}
	check = (model: MessageModel) =>
		!model.closed && this.length <= model.capacity / 2 - 8;
	run(model: MessageModel, { producer }: MessageRing) {
		const bytes = fill(model, this.length);
		const units = fits(model, this.length);
		expect(producer[this.how](Uint8Array.from(bytes))).toBe(
			units !== undefined,
		);
		if (units === undefined) {
			if (this.how === "writeOrDrop") model.drops++;
		} else {
			add(model, bytes, units);
			if (this.how !== "append") publish(model);
		}
		expect(producer.drops).toBe(model.drops);
	}
	toString = () => `${this.how}(${this.length})`;
}

class Claim implements MessageCommand {
	readonly length: number;
	readonly committed: number;
	constructor(length: number, committed: number) {
		this.length = length;
		this.committed = committed;
	}
	check = (model: MessageModel) =>
		!model.closed && this.length <= model.capacity / 2 - 8;
	run(model: MessageModel, { producer }: MessageRing) {
		const units = fits(model, this.length);
		const written = fill(model, this.length);
		expect(producer.claim(this.length)).toBe(units !== undefined);
		if (units === undefined) return;
		producer.bytes.set(written, producer.offset);
		if (this.committed > this.length) return producer.abort();
		producer.commit(this.committed);
		const padding = units - pad(this.length);
		const bytes = written.slice(0, this.committed);
		add(model, bytes, padding + pad(this.committed));
	}
	toString = () =>
		`claim(${this.length}), ${this.committed > this.length ? "abort" : `commit(${this.committed})`}`;
}

/** Holds the oldest, as soon as the consumer has met something. */
function look(model: MessageModel): void {
	if (model.overwritable && model.published.length > 0) model.holding = true;
}

class Overwrite implements MessageCommand {
	readonly length: number;
	constructor(length: number) {
		this.length = length;
	}
	check = (model: MessageModel) =>
		model.overwritable &&
		!model.closed &&
		this.length <= model.capacity / 2 - 8;
	run(model: MessageModel, { producer }: MessageRing) {
		const bytes = fill(model, this.length);
		let units = fits(model, this.length);
		while (units === undefined && !model.holding) {
			const [oldest] = model.published;
			if (oldest === undefined) throw new Error("There is nothing to drop");
			const record = pad(oldest.bytes.length);
			// The padding before it goes first, and may be enough.
			if (oldest.units > record) {
				model.used -= oldest.units - record;
				oldest.units = record;
			} else {
				model.used -= record;
				model.published.shift();
				model.drops++;
			}
			model.known = model.capacity - model.used;
			units = fits(model, this.length);
		}
		expect(producer.overwrite(Uint8Array.from(bytes))).toBe(
			units !== undefined,
		);
		if (units === undefined) model.drops++;
		else {
			add(model, bytes, units);
			publish(model);
		}
		expect(producer.drops).toBe(model.drops);
	}
	toString = () => `overwrite(${this.length})`;
}

class Publish implements MessageCommand {
	check = () => true;
	run(model: MessageModel, { producer }: MessageRing) {
		producer.publish();
		publish(model);
	}
	toString = () => "publish()";
}

function release(model: MessageModel): void {
	for (const { units } of model.published.splice(0, model.read))
		model.used -= units;
	model.read = 0;
	model.holding = false;
}

class Next implements MessageCommand {
	check = () => true;
	run(model: MessageModel, { consumer }: MessageRing) {
		const expected = model.published[model.read];
		expect(consumer.next()).toBe(expected !== undefined);
		look(model);
		if (expected === undefined) return;
		model.read++;
		const { bytes, offset, length } = consumer;
		expect([...bytes.subarray(offset, offset + length)]).toEqual(
			expected.bytes,
		);
		expect(offset % 8).toBe(0);
	}
	toString = () => "next()";
}

class Read implements MessageCommand {
	check = () => true;
	run(model: MessageModel, { consumer }: MessageRing) {
		const expected = model.published[model.read];
		const message = consumer.read();
		look(model);
		expect(message && [...message]).toEqual(expected?.bytes);
		if (expected === undefined) return;
		model.read++;
		release(model);
	}
	toString = () => "read()";
}

class Release implements MessageCommand {
	check = () => true;
	run(model: MessageModel, { consumer }: MessageRing) {
		consumer.release();
		release(model);
	}
	toString = () => "release()";
}

class Look implements MessageCommand {
	check = () => true;
	run(model: MessageModel, { producer, consumer }: MessageRing) {
		const held = model.held.reduce((sum, { units }) => sum + units, 0);
		expect(producer.fill).toBe(model.used - held);
		expect(consumer.free).toBe(model.capacity - model.used + held);
		const unread = model.published.length - model.read;
		expect(consumer.end).toBe(model.closed && unread === 0 ? ENDED : OPEN);
		expect(consumer.poll(1)).toBe(
			unread > 0 ? "ready" : model.closed ? "ended" : undefined,
		);
		look(model);
	}
	toString = () => "look";
}

class Close implements MessageCommand {
	check = (model: MessageModel) => !model.closed;
	run(model: MessageModel, { producer }: MessageRing) {
		producer.close();
		publish(model);
		model.closed = true;
	}
	toString = () => "close()";
}

test.each([
	["a ring of messages", false],
	["a ring of messages that drops the oldest", true],
])(
	"%s behaves as a queue, also where its positions wrap",
	(_, overwritable) => {
		const commands = fc.commands(
			[
				fc
					.tuple(
						fc.constantFrom(
							"append" as const,
							"write" as const,
							"writeOrDrop" as const,
						),
						anyLength,
					)
					.map(([how, length]) => new Write(how, length)),
				fc.tuple(anyLength, anyLength).map(([a, b]) => new Claim(a, b)),
				...(overwritable ? [anyLength.map((n) => new Overwrite(n))] : []),
				fc.constant(new Publish()),
				fc.constant(new Next()),
				fc.constant(new Next()),
				fc.constant(new Read()),
				fc.constant(new Release()),
				fc.constant(new Look()),
				fc
					.integer({ min: 0, max: 20 })
					.map((n) => (n === 0 ? new Close() : new Look())),
			],
			{ size: "+1" },
		);
		fc.assert(
			fc.property(
				anyStart,
				fc.constantFrom(32, 64, 256),
				commands,
				(position, capacity, sequence) => {
					const memory = ringAt(position, "messages", capacity, overwritable);
					fc.modelRun(
						() => ({
							model: {
								capacity,
								at: position >>> 0,
								used: 0,
								known: capacity,
								held: [],
								published: [],
								read: 0,
								counter: 0,
								drops: 0,
								closed: false,
								overwritable,
								holding: false,
							},
							real: {
								producer: new MessageProducer(memory),
								consumer: new MessageConsumer(memory),
							},
						}),
						sequence,
					);
				},
			),
			{ numRuns },
		);
	},
);
