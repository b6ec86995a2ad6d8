// Each line is checked by the compiler; what runs only shows that it is there.

import type { InterfaceDescription } from "@framewright/dbus-introspection";
import type { Variant } from "@framewright/dbus-marshal";
import { expect, expectTypeOf, test } from "vitest";
import {
	type BusConnection,
	busInterface,
	type DBusConnection,
	type Implementation,
	introspectableInterface,
	objectManagerInterface,
	peerInterface,
	propertiesInterface,
} from "../src/index.ts";

const Clock = {
	name: "com.example.Clock",
	methods: {
		SetAlarm: { in: "ts", out: "u" },
		Split: { in: "s", out: "sa{sv}" },
		Stop: {},
	},
	signals: { Rang: { args: "u" }, Stopped: {} },
	properties: {
		Zone: { type: "s", access: "readwrite" },
		Time: { type: "t", access: "read" },
		Key: { type: "ay", access: "write" },
	},
} as const satisfies InterfaceDescription;

declare const connection: DBusConnection;
declare const bus: BusConnection;

/** Never runs. */
export async function typed(): Promise<void> {
	const clock = connection.proxy(Clock, { path: "/" });

	// One result is the value, several are a tuple, none is undefined.
	expectTypeOf(await clock.call("SetAlarm", [1n, "x"])).toEqualTypeOf<number>();
	expectTypeOf(await clock.call("Split", ["x"])).toEqualTypeOf<
		[string, Map<string, Variant>]
	>();
	expectTypeOf(await clock.call("Stop")).toEqualTypeOf<undefined>();
	await clock.call("Stop", [], { timeout: 1 });
	// @ts-expect-error: arguments are needed.
	await clock.call("SetAlarm");
	// @ts-expect-error: a number is no bigint.
	await clock.call("SetAlarm", [1, "x"]);
	// @ts-expect-error: there is no such method.
	await clock.call("Start");

	expectTypeOf(await clock.get("Zone")).toEqualTypeOf<string>();
	expectTypeOf(await clock.get("Time")).toEqualTypeOf<bigint>();
	await clock.set("Zone", "UTC");
	// @ts-expect-error: it cannot be read.
	await clock.get("Key");
	// @ts-expect-error: it cannot be written.
	await clock.set("Time", 1n);
	expectTypeOf((await clock.getAll()).Time).toEqualTypeOf<bigint | undefined>();
	const cache = await clock.cacheProperties();
	expectTypeOf(cache.values.Zone).toEqualTypeOf<string | undefined>();
	for await (const names of cache.changes)
		expectTypeOf(names).toEqualTypeOf<readonly ("Zone" | "Time")[]>();

	for await (const args of await clock.subscribe("Rang"))
		expectTypeOf(args).toEqualTypeOf<[number]>();
	// @ts-expect-error: there is no such signal.
	await clock.subscribe("Ringing");

	// Without a description, from the literals of signatures.
	const call = { path: "/", member: "M" } as const;
	const reply = await connection.call({
		...call,
		signature: "a{sv}u",
		body: [new Map<string, Variant>(), 7],
		reply: "as",
	});
	expectTypeOf(reply.body).toEqualTypeOf<[string[]]>();
	expectTypeOf((await connection.call(call)).body).toEqualTypeOf<unknown[]>();
	// @ts-expect-error: 7 is no string.
	await connection.call({ ...call, signature: "s", body: [7] });
	// @ts-expect-error: "a" is no signature.
	await connection.call({ ...call, signature: "a" });
	const emitted = { ...call, interface: "a.B", signature: "s" } as const;
	// @ts-expect-error: 7 is no string.
	await connection.emit({ ...emitted, body: [7] });
	const signals = await connection.subscribe({}, { signature: "su" });
	for await (const { body } of signals)
		expectTypeOf(body).toEqualTypeOf<[string, number]>();

	const implementation: Implementation<typeof Clock> = {
		methods: {
			SetAlarm(when, message, call) {
				expectTypeOf(when).toEqualTypeOf<bigint>();
				expectTypeOf(message).toEqualTypeOf<string>();
				expectTypeOf(call.sender).toEqualTypeOf<string | undefined>();
				return 7;
			},
			Split: async (text) => [text, {}],
			Stop() {},
		},
		properties: {
			Zone: { get: () => "", set: (zone) => void zone.length },
			Time: { get: async () => 1n },
			Key: { set: (key) => void key.byteLength },
		},
	};
	const exported = connection.export("/", Clock, implementation);
	await exported.emit("Rang", 7);
	await exported.emit("Stopped");
	await exported.changed("Zone", "Time");
	// @ts-expect-error: it has an argument.
	await exported.emit("Rang");
	// @ts-expect-error: there is no such property.
	await exported.changed("Zones");
	// @ts-expect-error: methods and properties are missing.
	connection.export("/", Clock, {});
	const { methods } = implementation;
	const properties = { ...implementation.properties, Key: {} };
	// @ts-expect-error: Key has no set.
	connection.export("/", Clock, { methods, properties });
	// What an interface does not have, need not be implemented.
	connection.export("/", { name: "a.B" } as const, {});

	// A bus is a connection; one between two peers has no names.
	expectTypeOf(bus).toExtend<DBusConnection>();
	// @ts-expect-error: there is no bus.
	await connection.requestName("a.B");
}

test("the standard interfaces are descriptions", () => {
	const all: readonly InterfaceDescription[] = [
		busInterface,
		introspectableInterface,
		objectManagerInterface,
		peerInterface,
		propertiesInterface,
	];
	expect(all.map(({ name }) => name)).toEqual([
		"org.freedesktop.DBus",
		"org.freedesktop.DBus.Introspectable",
		"org.freedesktop.DBus.ObjectManager",
		"org.freedesktop.DBus.Peer",
		"org.freedesktop.DBus.Properties",
	]);
});
