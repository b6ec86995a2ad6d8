import { deepEqual } from "node:assert/strict";
import { createRequire } from "node:module";
import { DecodeError } from "@framewright/codec";
import { dbusMessage, type OutgoingMessage } from "@framewright/dbus-message";
import { type Program, startPrograms } from "./dbus-programs.ts";
import { type Case, messages } from "./dbus-values.ts";
import { type Contender, race } from "./race.ts";
import { rounded, type Table } from "./results.ts";

// What these packages show of their own are connections: the codecs are inside.
const require = createRequire(import.meta.url);
const native = require("dbus-native/lib/message.js");
const next = require("dbus-next/lib/message.js");

/** What the tables are called. */
export const ENCODE = "encode D-Bus messages";
export const DECODE = "decode D-Bus messages";
export const REFUSE = "refuse hostile D-Bus messages";

type Rows = Record<string, Record<string, number>>;

/** Reads and writes whole messages beside what people install, in JavaScript and not. */
export async function* dbusMessages(): AsyncGenerator<Table[]> {
	const programs = startPrograms();
	try {
		const encoded: Rows = {};
		const decoded: Rows = {};
		for (const one of messages) {
			const wire = dbusMessage().encode(ourMessage(one)).slice();
			for (const program of programs) await load(program, one.name, wire);
			await measure(encoded, one.what, one.times, [
				...encoders(one, wire),
				...programs.map(passes("encode", one, wire.length)),
			]);
			await measure(decoded, one.what, one.times, [
				...decoders(one, wire),
				...programs.map(passes("decode", one, wire.length)),
			]);
		}
		yield [{ what: ENCODE, rows: encoded }];
		yield [{ what: DECODE, rows: decoded }];
		yield [{ what: REFUSE, rows: await refusals(programs) }];
	} finally {
		for (const program of programs) await program.close();
	}
}

/** Gives a message to a program. */
export async function load(
	program: Program,
	name: string,
	wire: Uint8Array,
): Promise<void> {
	await program.ask("load", name, Buffer.from(wire).toString("hex"));
}

/** Makes contenders of programs. */
export const passes =
	(
		verb: "encode" | "decode",
		{ name, times }: Pick<Case, "name" | "times">,
		length: number,
	) =>
	(program: Program): Contender => ({
		name: program.name,
		async pass() {
			const bytes = await program.ask(verb, name, times);
			if (bytes !== times * length)
				throw new Error(`${program.name} did ${bytes} bytes`);
			return times;
		},
	});

export const ourMessage = ({
	header,
	signature,
	ours,
}: Case): OutgoingMessage =>
	({ ...header, serial: 5, signature, body: ours }) as OutgoingMessage;

const TYPES = { method_call: 1, method_return: 2, signal: 4 };

const theirMessage = ({ header, signature, theirs }: Case): object => ({
	...header,
	type: TYPES[header.type],
	serial: 5,
	signature,
	body: theirs,
});

/** Makes a contender that does something so many times. */
const repeated = (
	name: string,
	times: number,
	work: () => unknown,
): Contender => ({
	name,
	pass() {
		for (let i = 0; i < times; i++) work();
		return times;
	},
});

function encoders(one: Case, wire: Uint8Array): Contender[] {
	const { times, header, json } = one;
	const codec = dbusMessage();
	const ours = ourMessage(one);
	const theirs = theirMessage(one);
	const work: Record<string, () => Uint8Array> = {
		framewright: () => codec.encode(ours),
		"dbus-native": () => native.marshall(theirs),
		"dbus-next": () => next.marshall(theirs)[0],
	};
	const message = codec.decode(wire);
	for (const [name, encode] of Object.entries(work))
		deepEqual(codec.decode(encode()), message, name);
	const pieces = codec.encodeByReference?.(ours);
	return [
		repeated("framewright", times, () => codec.encode(ours)),
		...(pieces === undefined
			? []
			: [
					repeated("framewright, by reference", times, () =>
						codec.encodeByReference?.(ours),
					),
				]),
		repeated("dbus-native", times, () => native.marshall(theirs)),
		repeated("dbus-next", times, () => next.marshall(theirs)[0]),
		repeated("JSON", times, () =>
			JSON.stringify({ ...header, serial: 5, body: json }),
		),
	];
}

function decoders(one: Case, wire: Uint8Array): Contender[] {
	const { times, header, json, signature } = one;
	const codec = dbusMessage();
	const views = dbusMessage({ bytes: "view" });
	const buffer = Buffer.from(wire);
	const text = JSON.stringify({ ...header, serial: 5, body: json });
	return [
		repeated("framewright", times, () => codec.decode(wire)),
		...(signature === "ay"
			? [repeated("framewright, a view", times, () => views.decode(wire))]
			: []),
		repeated("dbus-native", times, () => native.unmarshall(buffer)),
		repeated("dbus-next", times, () => next.unmarshall(buffer)),
		repeated("JSON", times, () => JSON.parse(text)),
	];
}

/** Short messages that announce much: what they are is told in dbus-message's tests. */
const hostile: readonly (Pick<Case, "what" | "name"> & {
	readonly hex: string;
})[] = [
	{
		what: "20 bytes, 4 GiB of fields",
		name: "fields",
		hex: "6c0100010000000001000000fcffffff01016f00",
	},
	{
		what: "96 bytes, a() of 64 MiB",
		name: "empty-structs",
		hex: `6c010001200000000100000029000000
			01016f0001000000 2f00000000000000
			0301730001000000 4100000000000000
			0801670003612829 0000000000000000
			00000004${"00".repeat(28)}`,
	},
];

async function refusals(programs: readonly Program[]): Promise<Rows> {
	const rows: Rows = {};
	const codec = dbusMessage();
	const times = 1000;
	for (const { what, name, hex } of hostile) {
		const bytes = Buffer.from(hex.replace(/\s/g, ""), "hex");
		const refuse = (): void => {
			try {
				codec.decode(bytes);
			} catch (error) {
				if (error instanceof DecodeError) return;
				throw error;
			}
			throw new Error(`${what} was accepted`);
		};
		const libdbus = programs.filter((program) => program.name === "libdbus");
		for (const program of libdbus) await load(program, name, bytes);
		await measure(rows, what, times, [
			repeated("framewright", times, refuse),
			...libdbus.map(passes("decode", { name, times }, 0)),
		]);
	}
	return rows;
}

/** Races contenders, and puts how often they did their work in a second into their rows. */
export async function measure(
	rows: Rows,
	what: string,
	times: number,
	contenders: readonly Contender[],
): Promise<void> {
	const measured = await race(contenders, { rounds: 25, seconds: 1 });
	for (const [name, { ns }] of measured) {
		rows[name] ??= {};
		(rows[name] as Record<string, number>)[what] = rounded((times / ns) * 1e9);
	}
}
