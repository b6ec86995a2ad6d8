import { createRequire } from "node:module";
import { marshalBody, Variant } from "@framewright/dbus-marshal";
import { dbusMessage } from "@framewright/dbus-message";
import { bareDict, bareRecords } from "./dbus-bare-loops.ts";
import { load, measure, ourMessage, passes } from "./dbus-message.ts";
import { startPrograms } from "./dbus-programs.ts";
import { type Case, values } from "./dbus-values.ts";
import type { Contender } from "./race.ts";
import type { Table } from "./results.ts";

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

/** What the tables are called. */
export const ENCODE = "encode D-Bus values";
export const DECODE = "decode D-Bus values";

/**
 * Marshals values beside what people install, and beside JSON of the same data, which checks nothing. The programs in other
 * languages have whole messages around them, since their libraries have no less.
 */
export async function* dbusValues(): AsyncGenerator<Table[]> {
	const encoded: Record<string, Record<string, number>> = {};
	const decoded: Record<string, Record<string, number>> = {};
	const programs = startPrograms();
	try {
		for (const one of values) {
			const wire = marshalBody<string>(one.signature).encode(one.ours).slice();
			const message = dbusMessage().encode(ourMessage(one)).slice();
			for (const program of programs) await load(program, one.name, message);
			for (const [verb, rows, work] of [
				["encode", encoded, encoders(one, wire)],
				["decode", decoded, decoders(one, wire)],
			] as const)
				await measure(rows, one.what, one.times, [
					...Object.entries(work).map(
						([name, run]): Contender => ({
							name,
							pass() {
								for (let i = 0; i < one.times; i++) run();
								return one.times;
							},
						}),
					),
					...programs.map(passes(verb, one, message.length)),
				]);
		}
		yield [{ what: ENCODE, rows: encoded }];
		yield [{ what: DECODE, rows: decoded }];
	} finally {
		for (const program of programs) await program.close();
	}
}

type Work = Readonly<Record<string, () => unknown>>;

function encoders(
	{ signature, ours, theirs, json }: Case,
	wire: Uint8Array,
): Work {
	const codec = marshalBody<string>(signature);
	const work = {
		framewright: () => codec.encode(ours),
		"dbus-native": () => native.encode(signature, theirs),
		"dbus-next": () => next.encode(signature, theirs, 0, []),
	};
	for (const [name, encode] of Object.entries(work))
		if (Buffer.compare(encode(), wire) !== 0)
			throw new Error(`${name} writes other bytes`);
	return {
		...work,
		...(codec.encodeByReference(ours) && {
			"framewright, by reference": () => codec.encodeByReference(ours),
		}),
		JSON: () => JSON.stringify(json),
	};
}

function decoders({ signature, json }: Case, wire: Uint8Array): Work {
	const codec = marshalBody<string>(signature);
	const views = marshalBody<string>(signature, { bytes: "view" });
	const buffer = Buffer.from(wire);
	const text = JSON.stringify(json);
	return {
		framewright: () => codec.decode(wire),
		...(signature === "ay" && {
			"framewright, a view": () => views.decode(wire),
		}),
		"dbus-native": () => native.decode(buffer, signature, 0),
		"dbus-next": () =>
			new next.Buffer(buffer, 0, LITTLE, [], {}).read(signature),
		JSON: () => JSON.parse(text),
		...(signature === "a{sv}" && {
			"a bare loop": () => bareDict(wire, Variant),
		}),
		...(signature === "a(isd)" && { "a bare loop": () => bareRecords(wire) }),
	};
}
