// The values that D-Bus is measured with, as each package wants them.

import { type Variant, variant } from "@framewright/dbus-marshal";
import { MiB } from "./workload.ts";

type Entry = readonly [
	key: string,
	signature: "s" | "u" | "b" | "as",
	value: unknown,
];

/** Properties as services have them. */
const properties = (count: number): Entry[] =>
	Array.from({ length: count }, (_, i): Entry => {
		const key = `Property${i}`;
		if (i % 4 === 0) return [key, "s", `the value of property ${i}`];
		if (i % 4 === 1) return [key, "u", i * 1000];
		return i % 4 === 2 ? [key, "b", true] : [key, "as", ["a", "bb", "ccc"]];
	});

const map = (entries: readonly Entry[]): Map<string, Variant> =>
	new Map(
		entries.map(([key, type, value]) => [
			key,
			variant(type, value as never) as Variant,
		]),
	);
const pairs = (entries: readonly Entry[]): unknown[] =>
	entries.map(([key, type, value]) => [key, [type, value]]);
const object = (entries: readonly Entry[]): object =>
	Object.fromEntries(entries.map(([key, type, data]) => [key, { type, data }]));

const many = properties(20);
const few = properties(5);
const records = Array.from({ length: 1000 }, (_, i) => [
	i,
	`record ${i}`,
	i / 3,
]);
const bytes = new Uint8Array(MiB).fill(7);

/** What the fields of a message are, but for its signature. */
export type Header = Readonly<Record<string, string | number>> & {
	readonly type: "method_call" | "method_return" | "signal";
};

/** Values as each package wants them, in a message, and how often they are worked on in a pass. */
export interface Case {
	readonly what: string;
	/** What it is called in a line to another program. */
	readonly name: string;
	readonly signature: string;
	readonly times: number;
	readonly header: Header;
	readonly ours: readonly unknown[];
	/** As dbus-native and dbus-next want them: dicts are pairs, and so are variants. */
	readonly theirs: readonly unknown[];
	readonly json: readonly unknown[];
}

const reply: Header = {
	type: "method_return",
	replySerial: 7,
	destination: ":1.42",
};

/** Single values. */
export const values: readonly Case[] = [
	{
		what: "a{sv} of 20",
		name: "dict",
		signature: "a{sv}",
		times: 1000,
		header: reply,
		ours: [map(many)],
		theirs: [pairs(many)],
		json: [object(many)],
	},
	{
		what: "a(isd) of 1,000",
		name: "records",
		signature: "a(isd)",
		times: 30,
		header: reply,
		ours: [records],
		theirs: [records],
		json: [records],
	},
	{
		what: "ay of 1 MiB",
		name: "bytes",
		signature: "ay",
		times: 10,
		header: reply,
		ours: [bytes],
		theirs: [Buffer.from(bytes)],
		json: [Buffer.from(bytes).toString("base64")],
	},
];

/** Messages as they are on every bus, and those values in one each. */
export const messages: readonly Case[] = [
	{
		what: "call, su",
		name: "call",
		signature: "su",
		times: 3000,
		header: {
			type: "method_call",
			path: "/org/freedesktop/DBus",
			interface: "org.freedesktop.DBus",
			member: "RequestName",
			destination: "org.freedesktop.DBus",
		},
		ours: ["com.example.Clock", 4],
		theirs: ["com.example.Clock", 4],
		json: ["com.example.Clock", 4],
	},
	{
		what: "signal, sa{sv}as",
		name: "signal",
		signature: "sa{sv}as",
		times: 2000,
		header: {
			type: "signal",
			path: "/org/example/Player/1",
			interface: "org.freedesktop.DBus.Properties",
			member: "PropertiesChanged",
		},
		ours: ["org.example.Player", map(few), ["Position"]],
		theirs: ["org.example.Player", pairs(few), ["Position"]],
		json: ["org.example.Player", object(few), ["Position"]],
	},
	...values,
];
