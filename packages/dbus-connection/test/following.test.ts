import type { InterfaceDescription } from "@framewright/dbus-introspection";
import { variant } from "@framewright/dbus-marshal";
import { describe, expect, test } from "vitest";
import { nameOwnerChanged, scriptedBus } from "./scripted-bus.ts";
import { settled } from "./scripted-channel.ts";

const name = "com.example.Clock";
const clock = { destination: name, path: "/clock" };

const Clock = {
	name,
	properties: {
		Zone: { type: "s", access: "readwrite" },
		Time: { type: "t", access: "read" },
		Key: { type: "ay", access: "write" },
	},
} as const satisfies InterfaceDescription;

type Scripted = Awaited<ReturnType<typeof scriptedBus>>;

/** Answers the last call of `member`. */
function reply(
	{ channel }: Scripted,
	member: string,
	signature: string,
	body: readonly unknown[],
	sender = ":1.20",
): void {
	const to = channel.sent.findLast((sent) => sent.member === member);
	channel.reply(signature, body, { to, sender });
}

function changed(
	{ channel }: Scripted,
	properties: Record<string, unknown>,
	invalidated: readonly string[] = [],
	more = {},
): void {
	channel.receive({
		type: "signal",
		path: "/clock",
		interface: "org.freedesktop.DBus.Properties",
		member: "PropertiesChanged",
		sender: ":1.20",
		signature: "sa{sv}as",
		body: [name, properties, invalidated],
		...more,
	});
}

const state = (
	s: Scripted,
	properties: Record<string, unknown>,
	sender?: string,
) => reply(s, "GetAll", "a{sv}", [properties], sender);

describe("a property cache", () => {
	async function opened() {
		const s = await scriptedBus();
		const proxy = s.bus.proxy(Clock, clock);
		const opening = proxy.cacheProperties();
		await s.answer({ [name]: ":1.20" });
		state(s, { Zone: variant("s", "UTC"), Time: variant("t", 1n) });
		return { ...s, cache: await opening };
	}

	test("has what was there at first, and what changes", async () => {
		const s = await opened();
		const { cache } = s;
		expect({ ...cache.values }).toEqual({ Zone: "UTC", Time: 1n });
		changed(s, { Zone: variant("s", "CET") });
		changed(s, {}, ["Time"]);
		const names = [];
		for await (const each of cache.changes) {
			names.push(each);
			if (names.length === 2) break;
		}
		expect(names).toEqual([["Zone"], ["Time"]]);
		expect({ ...cache.values }).toEqual({ Zone: "CET" });
		await settled();
		expect(s.rules().filter((rule) => rule.startsWith("-"))).toHaveLength(2);
	});

	test("takes what comes before the first state as part of it", async () => {
		const s = await scriptedBus();
		const opening = s.bus.proxy(Clock, clock).cacheProperties();
		await s.answer({ [name]: ":1.20" });
		changed(s, { Zone: variant("s", "old") });
		state(s, { Zone: variant("s", "new") });
		// Behind the reply on the wire, although nobody has seen the reply yet.
		changed(s, { Time: variant("t", 9n) });
		const cache = await opening;
		await settled();
		expect({ ...cache.values }).toEqual({ Zone: "new", Time: 9n });
	});

	test("does not believe others, nor other types than described, nor properties of other interfaces", async () => {
		const s = await opened();
		changed(s, { Zone: variant("s", "x") }, [], { sender: ":1.66" });
		changed(s, { Time: variant("s", "x") });
		changed(s, { Other: variant("s", "x"), ["__proto__"]: variant("s", "x") });
		changed(s, {}, [], { signature: "s", body: [name] });
		changed(s, {}, [], {
			body: ["com.example.Other", { Zone: variant("s", "y") }, []],
		});
		await settled();
		expect({ ...s.cache.values }).toEqual({ Zone: "UTC" });
		expect(Object.getPrototypeOf(s.cache.values)).toBeNull();
	});

	test("asks again when another owner takes over, and is empty while there is none", async () => {
		const s = await opened();
		s.channel.receive(nameOwnerChanged(name, ":1.20", ""));
		await settled();
		expect({ ...s.cache.values }).toEqual({});
		s.channel.receive(nameOwnerChanged(name, "", ":1.30"));
		await settled();
		// From before the change, if it came late.
		changed(s, { Zone: variant("s", "late") });
		state(s, { Zone: variant("s", "fresh") }, ":1.30");
		changed(s, { Time: variant("t", 3n) }, [], { sender: ":1.30" });
		await settled();
		expect({ ...s.cache.values }).toEqual({ Zone: "fresh", Time: 3n });
	});

	test("opens when its service is started by the call", async () => {
		const s = await scriptedBus();
		const opening = s.bus.proxy(Clock, clock).cacheProperties();
		await s.answer();
		const first = s.channel.sent.findLast(({ member }) => member === "GetAll");
		s.channel.receive(nameOwnerChanged(name, "", ":1.20"));
		await settled();
		s.channel.reply("a{sv}", [{ Zone: variant("s", "first") }], {
			to: first,
			sender: ":1.20",
		});
		await settled();
		state(s, { Zone: variant("s", "second") });
		expect({ ...(await opening).values }).toEqual({ Zone: "second" });
	});

	test("rejects when there is nobody to ask, and leaves nothing behind", async () => {
		const s = await scriptedBus();
		const opening = s.bus.proxy(Clock, clock).cacheProperties();
		await s.answer();
		const asked = s.channel.sent.findLast(({ member }) => member === "GetAll");
		s.channel.receive({
			type: "error",
			errorName: "org.freedesktop.DBus.Error.ServiceUnknown",
			replySerial: asked?.serial ?? 0,
			sender: "org.freedesktop.DBus",
		});
		await expect(opening).rejects.toMatchObject({
			errorName: "org.freedesktop.DBus.Error.ServiceUnknown",
		});
		await settled();
		const rules = s.rules();
		expect(rules.filter((rule) => rule.startsWith("-"))).toHaveLength(
			rules.length / 2,
		);
	});

	test("loses its changes with the connection", async () => {
		const s = await opened();
		s.channel.end();
		await expect(
			s.cache.changes[Symbol.asyncIterator]().next(),
		).rejects.toMatchObject({ code: "closed" });
	});
});

describe("managed objects", () => {
	const manager = { destination: name, path: "/" };
	const interfaces = (properties: Record<string, unknown> = {}) => ({
		[name]: properties,
	});

	async function opened() {
		const s = await scriptedBus();
		const opening = s.bus.managedObjects(manager);
		await s.answer({ [name]: ":1.20" });
		reply(s, "GetManagedObjects", "a{oa{sa{sv}}}", [
			{ "/clock": interfaces({ Zone: variant("s", "UTC") }) },
		]);
		const managed = await opening;
		const iterator = managed.changes[Symbol.asyncIterator]();
		const manages = (member: string, signature: string, body: unknown[]) =>
			s.channel.receive({
				type: "signal",
				path: "/",
				interface: "org.freedesktop.DBus.ObjectManager",
				member,
				sender: ":1.20",
				signature,
				body,
			});
		return { ...s, managed, iterator, manages };
	}

	test("come, change and go", async () => {
		const s = await opened();
		const { managed, iterator, manages } = s;
		expect([...managed.objects.keys()]).toEqual(["/clock"]);
		manages("InterfacesAdded", "oa{sa{sv}}", ["/clock", { "a.B": {} }]);
		expect((await iterator.next()).value).toEqual({
			kind: "added",
			path: "/clock",
			interfaces: ["a.B"],
		});
		expect([...(managed.objects.get("/clock")?.keys() ?? [])]).toEqual([
			name,
			"a.B",
		]);
		changed(s, { Zone: variant("s", "CET") }, ["Gone"]);
		expect((await iterator.next()).value).toEqual({
			kind: "changed",
			path: "/clock",
			interface: name,
			properties: ["Zone", "Gone"],
		});
		expect(managed.objects.get("/clock")?.get(name)?.get("Zone")?.value).toBe(
			"CET",
		);
		manages("InterfacesRemoved", "oas", ["/clock", [name, "no.Such"]]);
		expect((await iterator.next()).value).toEqual({
			kind: "removed",
			path: "/clock",
			interfaces: [name],
		});
		manages("InterfacesRemoved", "oas", ["/clock", ["a.B"]]);
		await iterator.next();
		expect(managed.objects.size).toBe(0);
	});

	test("are not changed by what is malformed, or about objects that are not there", async () => {
		const s = await opened();
		s.manages("InterfacesAdded", "s", ["/x"]);
		s.manages("InterfacesRemoved", "oas", ["/x", ["a.B"]]);
		s.manages("Other", "", []);
		changed(s, { Zone: variant("s", "x") }, [], { path: "/x" });
		changed(s, {}, [], { body: ["no.Such", {}, []] });
		await settled();
		expect(s.managed.changes.queued).toBe(0);
		expect([...s.managed.objects.keys()]).toEqual(["/clock"]);
	});

	test("are replaced when another owner takes over", async () => {
		const s = await opened();
		s.channel.receive(nameOwnerChanged(name, ":1.20", ":1.30"));
		await settled();
		expect(s.managed.objects.size).toBe(0);
		reply(s, "GetManagedObjects", "a{oa{sa{sv}}}", [{ "/b": {} }], ":1.30");
		await settled();
		expect([...s.managed.objects.keys()]).toEqual(["/b"]);
		expect((await s.iterator.next()).value).toEqual({ kind: "replaced" });
		s.managed.close();
		await settled();
		expect(s.rules().filter((rule) => rule.startsWith("-"))).toHaveLength(3);
	});
});
