import { createRequire } from "node:module";
import { marshalBody, variant } from "@framewright/dbus-marshal";
import { type Contender, race } from "./race.ts";
import { rounded, type Table } from "./results.ts";
import { MiB } from "./workload.ts";

// What these packages show of their own are connections: the codecs are inside.
const require = createRequire(import.meta.url);
const native = {
	encode: require("dbus-native/lib/marshall.js"),
	decode: require("dbus-native/lib/unmarshall.js"),
};
const next = {
	encode: require("dbus-next/lib/marshall.js"),
	Buffer: require("dbus-next/lib/dbus-buffer.js"),
};
const LITTLE = 0x6c;

type Entry = readonly [
	key: string,
	signature: "s" | "u" | "b" | "as",
	value: unknown,
];

/** Properties as services have them. */
const properties: readonly Entry[] = Array.from(
	{ length: 20 },
	(_, i): Entry => {
		const key = `Property${i}`;
		if (i % 4 === 0) return [key, "s", `the value of property ${i}`];
		if (i % 4 === 1) return [key, "u", i * 1000];
		return i % 4 === 2 ? [key, "b", true] : [key, "as", ["a", "bb", "ccc"]];
	},
);
const records = Array.from({ length: 1000 }, (_, i) => [
	i,
	`record ${i}`,
	i / 3,
]);
const bytes = new Uint8Array(MiB).fill(7);

/** One value as each package wants it, and how often it is worked on in a pass. */
interface Case {
	readonly what: string;
	readonly signature: "a{sv}" | "a(isd)" | "ay";
	readonly times: number;
	readonly ours: unknown;
	/** As dbus-native and dbus-next want it: dicts are pairs, and so are variants. */
	readonly theirs: unknown;
	readonly json: unknown;
}

const cases: readonly Case[] = [
	{
		what: "a{sv} of 20",
		signature: "a{sv}",
		times: 1000,
		ours: new Map(
			properties.map(([key, type, value]) => [
				key,
				variant(type, value as never),
			]),
		),
		theirs: properties.map(([key, type, value]) => [key, [type, value]]),
		json: Object.fromEntries(
			properties.map(([key, type, data]) => [key, { type, data }]),
		),
	},
	{
		what: "a(isd) of 1,000",
		signature: "a(isd)",
		times: 30,
		ours: records,
		theirs: records,
		json: records,
	},
	{
		what: "ay of 1 MiB",
		signature: "ay",
		times: 4,
		ours: bytes,
		theirs: Buffer.from(bytes),
		json: Buffer.from(bytes).toString("base64"),
	},
];

/** What the tables are called. */
export const ENCODE = "encode D-Bus values";
export const DECODE = "decode D-Bus values";

/** Marshals values beside what people install, and beside JSON of the same data, which checks nothing. */
export async function* dbusValues(): AsyncGenerator<Table[]> {
	const encoded: Record<string, Record<string, number>> = {};
	const decoded: Record<string, Record<string, number>> = {};
	for (const one of cases) {
		const wire = marshalBody(one.signature)
			.encode([one.ours] as never)
			.slice();
		await measure(encoded, one, encoders(one, wire));
		await measure(decoded, one, decoders(one, wire));
	}
	yield [{ what: ENCODE, rows: encoded }];
	yield [{ what: DECODE, rows: decoded }];
}

type Work = Readonly<Record<string, () => unknown>>;

function encoders(one: Case, wire: Uint8Array): Work {
	const codec = marshalBody(one.signature);
	const work = {
		framewright: () => codec.encode([one.ours] as never),
		"dbus-native": () => native.encode(one.signature, [one.theirs]),
		"dbus-next": () => next.encode(one.signature, [one.theirs], 0, []),
	};
	for (const [name, encode] of Object.entries(work))
		if (Buffer.compare(encode(), wire) !== 0)
			throw new Error(`${name} writes other bytes`);
	return { ...work, JSON: () => JSON.stringify(one.json) };
}

function decoders(one: Case, wire: Uint8Array): Work {
	const codec = marshalBody(one.signature);
	const views = marshalBody(one.signature, { bytes: "view" });
	const buffer = Buffer.from(wire);
	const json = JSON.stringify(one.json);
	return {
		framewright: () => codec.decode(wire),
		...(one.signature === "ay" && {
			"framewright, a view": () => views.decode(wire),
		}),
		"dbus-native": () => native.decode(buffer, one.signature, 0),
		"dbus-next": () =>
			new next.Buffer(buffer, 0, LITTLE, [], {}).read(one.signature),
		JSON: () => JSON.parse(json),
	};
}

async function measure(
	rows: Record<string, Record<string, number>>,
	{ what, times }: Case,
	work: Work,
): Promise<void> {
	const contenders = Object.entries(work).map(
		([name, run]): Contender => ({
			name,
			pass() {
				for (let i = 0; i < times; i++) run();
				return times;
			},
		}),
	);
	const measured = await race(contenders, { rounds: 25, seconds: 1 });
	for (const [name, { ns }] of measured) {
		rows[name] ??= {};
		(rows[name] as Record<string, number>)[what] = rounded((times / ns) * 1e9);
	}
}
