import {
	type InterfaceDescription,
	parseIntrospection,
} from "@framewright/dbus-introspection";
import { plain, type Variant, variant } from "@framewright/dbus-marshal";
import { describe, expect, test } from "vitest";
import {
	DBusError,
	dbusConnection,
	errorNames,
	type Fault,
	type IncomingCall,
} from "../src/index.ts";
import { ScriptedChannel, settled } from "./scripted-channel.ts";

const Clock = {
	name: "com.example.Clock",
	methods: {
		SetAlarm: { in: "ts", out: "u" },
		Split: { in: "s", out: "su" },
		Pair: { out: "(su)" },
		Stop: {},
	},
	signals: { Rang: { args: "u" }, Stopped: {} },
	properties: {
		Zone: { type: "s", access: "readwrite" },
		Time: { type: "t", access: "read", emitsChangedSignal: "false" },
		Key: { type: "ay", access: "write", emitsChangedSignal: "invalidates" },
		Model: { type: "s", access: "read", emitsChangedSignal: "const" },
	},
} as const satisfies InterfaceDescription;

const properties = "org.freedesktop.DBus.Properties";

interface World {
	readonly channel: ScriptedChannel;
	readonly connection: ReturnType<typeof dbusConnection>;
	readonly faults: Fault[];
	/** Lets a call come. Returns what was sent then. */
	readonly call: (
		member: string,
		fields?: Record<string, unknown>,
	) => Promise<ScriptedChannel["sent"]>;
}

function world(options = {}): World {
	const channel = new ScriptedChannel();
	const faults: Fault[] = [];
	const connection = dbusConnection(channel, {
		onFault: (fault) => faults.push(fault),
		...options,
	});
	return {
		channel,
		connection,
		faults,
		async call(member, fields = {}) {
			const before = channel.sent.length;
			channel.receive({
				type: "method_call",
				path: "/clock",
				interface: "com.example.Clock",
				member,
				...fields,
			});
			await settled();
			return channel.sent.slice(before);
		},
	};
}

/** Exports a clock, and hands over what its handlers see. */
function clock(world: World, handlers: Record<string, unknown> = {}) {
	const seen = {
		zone: "UTC",
		key: undefined as unknown,
		calls: [] as unknown[],
	};
	const exported = world.connection.export("/clock", Clock, {
		methods: {
			SetAlarm: (time, text, call) => {
				seen.calls.push([time, text, call.member, call.sender]);
				return 7;
			},
			Split: async (text) => [text, text.length],
			Pair: () => ["a", 1],
			Stop: () => {},
			...handlers,
		},
		properties: {
			Zone: {
				get: () => seen.zone,
				set: (zone) => {
					if (zone === "") throw new DBusError("com.example.Error.Zone", "No");
					seen.zone = zone;
				},
			},
			Time: { get: () => Promise.resolve(5n) },
			Key: {
				set: async (key) => {
					seen.key = key;
				},
			},
			Model: { get: () => "M" },
		},
	});
	return { exported, seen };
}

const error = (errorName: string) => [{ type: "error", errorName }];

describe("a method", () => {
	test("is run with its arguments and the call, and its result is the reply", async () => {
		const w = world();
		const { seen } = clock(w);
		const sent = await w.call("SetAlarm", {
			serial: 77,
			sender: ":1.9",
			signature: "ts",
			body: [5n, "up"],
		});
		expect(seen.calls).toEqual([[5n, "up", "SetAlarm", ":1.9"]]);
		expect(sent).toMatchObject([
			{
				type: "method_return",
				replySerial: 77,
				destination: ":1.9",
				// As libdbus does: nobody replies to a reply.
				flags: 1,
				signature: "u",
				body: [7],
			},
		]);
	});

	test("may take its time, and returns several values as an array, none as nothing, a struct as one", async () => {
		const w = world();
		clock(w);
		const body = { signature: "s", body: ["abc"] };
		expect(await w.call("Split", body)).toMatchObject([{ body: ["abc", 3] }]);
		expect(await w.call("Stop")).toMatchObject([{ signature: "", body: [] }]);
		expect(await w.call("Pair")).toMatchObject([
			{ signature: "(su)", body: [["a", 1]] },
		]);
	});

	test("is found without the name of its interface", async () => {
		const w = world();
		clock(w);
		expect(await w.call("Stop", { interface: undefined })).toMatchObject([
			{ type: "method_return" },
		]);
		expect(await w.call("Ping", { interface: undefined })).toMatchObject([
			{ type: "method_return" },
		]);
	});

	test("is not answered to whoever wants no reply, not even with an error", async () => {
		const w = world();
		const { seen } = clock(w);
		const quiet = { flags: 1, signature: "ts", body: [5n, "up"] };
		expect(await w.call("SetAlarm", quiet)).toEqual([]);
		expect(seen.calls).toHaveLength(1);
		expect(await w.call("Nonsense", { flags: 1 })).toEqual([]);
	});

	test("that throws a DBusError answers with exactly that", async () => {
		const w = world();
		clock(w, {
			Stop: () => {
				throw new DBusError("com.example.Error.Stuck", "It is stuck", {
					signature: "sau",
					body: ["It is stuck", [1, 2]],
				});
			},
			Pair: () => Promise.reject(new DBusError("a.B", "later")),
		});
		expect(await w.call("Stop")).toMatchObject([
			{
				type: "error",
				errorName: "com.example.Error.Stuck",
				signature: "sau",
				body: ["It is stuck", [1, 2]],
			},
		]);
		expect(await w.call("Pair")).toMatchObject([
			{ errorName: "a.B", body: ["later"] },
		]);
		expect(w.faults).toEqual([]);
	});

	test("that throws anything else is hidden behind Failed, unless it may be told", async () => {
		for (const exposeErrors of [false, true]) {
			const w = world({ exposeErrors });
			clock(w, {
				Stop: () => {
					throw new Error("a secret");
				},
			});
			expect(await w.call("Stop")).toMatchObject([
				{
					errorName: "org.freedesktop.DBus.Error.Failed",
					body: [exposeErrors ? "a secret" : "The method failed"],
				},
			]);
			expect(w.faults).toMatchObject([
				{ kind: "failed", error: { message: "a secret" } },
			]);
		}
	});

	test("whose result is not of its signature is answered with Failed", async () => {
		const w = world();
		clock(w, {
			SetAlarm: () => "x",
			Split: () => "x",
			Pair: () => ["only"],
			Stop: () => {
				throw new DBusError("bad name", "x");
			},
		});
		const failed = error("org.freedesktop.DBus.Error.Failed");
		const arguments_ = { signature: "ts", body: [1n, ""] };
		expect(await w.call("SetAlarm", arguments_)).toMatchObject(failed);
		const text = { signature: "s", body: [""] };
		expect(await w.call("Split", text)).toMatchObject(failed);
		expect(await w.call("Pair")).toMatchObject(failed);
		expect(await w.call("Stop")).toMatchObject(failed);
		expect(w.faults.map(({ kind }) => kind)).toEqual(Array(4).fill("failed"));
	});

	test.each<[string, string, Record<string, unknown>]>([
		["UnknownObject", "Stop", { path: "/other" }],
		["UnknownObject", "Stop", { path: "/clock/below" }],
		["UnknownInterface", "Stop", { interface: "com.example.Other" }],
		["UnknownMethod", "Start", {}],
		["UnknownMethod", "Start", { interface: undefined }],
		["UnknownMethod", "constructor", {}],
		["UnknownMethod", "Pong", { interface: "org.freedesktop.DBus.Peer" }],
		[
			"UnknownMethod",
			"Pong",
			{
				interface: "org.freedesktop.DBus.Peer",
				path: "/other",
			},
		],
		["InvalidArgs", "Stop", { signature: "s", body: ["x"] }],
		["InvalidArgs", "SetAlarm", { signature: "t", body: [1n] }],
		[
			"UnknownInterface",
			"GetManagedObjects",
			{
				interface: "org.freedesktop.DBus.ObjectManager",
			},
		],
	])("that is not there is answered with %s", async (name, member, fields) => {
		const w = world();
		clock(w);
		expect(await w.call(member, fields)).toMatchObject(
			error(`org.freedesktop.DBus.Error.${name}`),
		);
		expect(w.faults).toEqual([]);
	});

	test("beyond maxHandlers is answered with LimitsExceeded, until an answer is taken", async () => {
		const w = world({ maxHandlers: 2 });
		const finish: (() => void)[] = [];
		clock(w, { Stop: () => new Promise<void>((done) => finish.push(done)) });
		await w.call("Stop");
		await w.call("Stop");
		expect(await w.call("Stop")).toMatchObject(
			error(errorNames.limitsExceeded),
		);
		expect(await w.call("Stop", { flags: 1 })).toEqual([]);
		finish[0]?.();
		await settled();
		await w.call("Stop");
		expect(finish).toHaveLength(3);
	});

	test("takes room until its answer is taken, and nothing is read until a refusal is", async () => {
		const w = world({ maxHandlers: 1 });
		clock(w);
		let take = (): void => {};
		w.channel.room = new Promise((resolve) => {
			take = resolve;
		});
		expect(await w.call("Stop")).toMatchObject([{ type: "method_return" }]);
		expect(await w.call("Stop")).toMatchObject(
			error(errorNames.limitsExceeded),
		);
		expect(await w.call("Stop")).toEqual([]);
		w.channel.room = Promise.resolve();
		take();
		await settled();
		expect(w.channel.sent).toHaveLength(3);
		expect(w.channel.sent[2]).toMatchObject({ type: "method_return" });
	});
});

describe("properties", () => {
	const get = (w: World, ...names: string[]) =>
		w.call("Get", { interface: properties, signature: "ss", body: names });
	const set = (w: World, name: string, value: Variant<string, unknown>) =>
		w.call("Set", {
			interface: properties,
			signature: "ssv",
			body: ["com.example.Clock", name, value],
		});
	const getAll = (w: World, name: string) =>
		w.call("GetAll", { interface: properties, signature: "s", body: [name] });

	test("are read, one or all that can be read", async () => {
		const w = world();
		clock(w);
		expect(await get(w, "com.example.Clock", "Zone")).toMatchObject([
			{ signature: "v", body: [variant("s", "UTC")] },
		]);
		expect(await get(w, "com.example.Clock", "Time")).toMatchObject([
			{ body: [variant("t", 5n)] },
		]);
		const [all] = await getAll(w, "com.example.Clock");
		expect(all?.body).toEqual([
			new Map<string, unknown>([
				["Zone", variant("s", "UTC")],
				["Time", variant("t", 5n)],
				["Model", variant("s", "M")],
			]),
		]);
	});

	test("of any interface are meant by an empty name", async () => {
		const w = world();
		clock(w);
		expect(await get(w, "", "Model")).toMatchObject([
			{ body: [variant("s", "M")] },
		]);
		const [all] = await getAll(w, "");
		expect(plain(all?.body)).toEqual([
			new Map<string, unknown>([
				["Zone", "UTC"],
				["Time", 5n],
				["Model", "M"],
			]),
		]);
		const [none] = await getAll(w, properties);
		expect(none?.body).toEqual([new Map()]);
	});

	test("that are written are told of, as their description says", async () => {
		const w = world();
		const { seen } = clock(w);
		const sent = await set(w, "Zone", variant("s", "CET"));
		expect(seen.zone).toBe("CET");
		expect(sent).toHaveLength(2);
		expect(sent).toContainEqual(
			expect.objectContaining({ type: "method_return", body: [] }),
		);
		expect(sent).toContainEqual(
			expect.objectContaining({
				type: "signal",
				path: "/clock",
				interface: properties,
				member: "PropertiesChanged",
				signature: "sa{sv}as",
				body: [
					"com.example.Clock",
					new Map([["Zone", variant("s", "CET")]]),
					[],
				],
			}),
		);
		const key = variant("ay", Uint8Array.of(1));
		const keySent = await set(w, "Key", key);
		expect(seen.key).toEqual(Uint8Array.of(1));
		expect(keySent).toContainEqual(
			expect.objectContaining({
				body: ["com.example.Clock", new Map(), ["Key"]],
			}),
		);
	});

	test.each<[string, (w: World) => Promise<unknown>]>([
		["UnknownProperty", (w) => get(w, "com.example.Clock", "Nonsense")],
		["UnknownProperty", (w) => get(w, "com.example.Clock", "__proto__")],
		["UnknownProperty", (w) => get(w, "", "Nonsense")],
		["UnknownInterface", (w) => get(w, "com.example.Other", "Zone")],
		["UnknownInterface", (w) => getAll(w, "com.example.Other")],
		["AccessDenied", (w) => get(w, "com.example.Clock", "Key")],
		["PropertyReadOnly", (w) => set(w, "Model", variant("s", "x"))],
		["InvalidArgs", (w) => set(w, "Zone", variant("u", 7))],
		["UnknownProperty", (w) => set(w, "Nonsense", variant("u", 7))],
	])("that cannot be had are answered with %s", async (name, ask) => {
		const w = world();
		clock(w);
		expect(await ask(w)).toMatchObject(
			error(`org.freedesktop.DBus.Error.${name}`),
		);
	});

	test("whose setter throws a DBusError answer with that, and tell nobody", async () => {
		const w = world();
		clock(w);
		expect(await set(w, "Zone", variant("s", ""))).toMatchObject(
			error("com.example.Error.Zone"),
		);
	});

	test("are told of in the order of the changes, at once where the value is there", async () => {
		const w = world();
		const { exported, seen } = clock(w);
		seen.zone = "a";
		void exported.changed("Zone", "Model", "Time");
		seen.zone = "b";
		void exported.changed("Zone");
		expect(
			w.channel.sent.map(({ body }) => [...(body[1] as Map<string, unknown>)]),
		).toEqual([[["Zone", variant("s", "a")]], [["Zone", variant("s", "b")]]]);
		await exported.changed("Model", "Time");
		expect(w.channel.sent).toHaveLength(2);
		await expect(exported.changed("Nonsense" as "Zone")).rejects.toThrow(
			RangeError,
		);
	});
});

describe("every object", () => {
	test("answers Peer, whether it is there or not", async () => {
		const w = world({ machineId: "0123456789abcdef0123456789abcdef" });
		const peer = { path: "/nowhere", interface: "org.freedesktop.DBus.Peer" };
		expect(await w.call("Ping", peer)).toMatchObject([
			{ type: "method_return", signature: "" },
		]);
		expect(await w.call("GetMachineId", peer)).toMatchObject([
			{ body: ["0123456789abcdef0123456789abcdef"] },
		]);
		expect(await world().call("GetMachineId", peer)).toMatchObject(
			error("org.freedesktop.DBus.Error.NotSupported"),
		);
	});

	test("describes itself, and what is below it", async () => {
		const w = world();
		const { exported } = clock(w);
		w.connection.export("/clock/alarm/1", { name: "com.example.Alarm" }, {});
		const introspect = async (path: string) => {
			const [reply] = await w.call("Introspect", {
				path,
				interface: "org.freedesktop.DBus.Introspectable",
			});
			return reply?.type === "method_return"
				? parseIntrospection(reply.body[0] as string)
				: reply;
		};
		const at = await introspect("/clock");
		expect(at).toMatchObject({ nodes: [{ name: "alarm" }] });
		expect(at).toMatchObject({
			interfaces: [
				Clock,
				{ name: "org.freedesktop.DBus.Peer" },
				{ name: "org.freedesktop.DBus.Introspectable" },
				{ name: "org.freedesktop.DBus.Properties" },
			],
		});
		expect(await introspect("/")).toMatchObject({ nodes: [{ name: "clock" }] });
		// Between objects there is something to look at, but no object.
		const between = await introspect("/clock/alarm");
		expect(between).toMatchObject({
			interfaces: [
				{ name: "org.freedesktop.DBus.Peer" },
				{ name: "org.freedesktop.DBus.Introspectable" },
			],
			nodes: [{ name: "1" }],
		});
		exported.unexport();
		expect(await introspect("/clock")).toMatchObject({
			nodes: [{ name: "alarm" }],
		});
		expect(await introspect("/nowhere")).toMatchObject({
			errorName: errorNames.unknownObject,
		});
	});
});

describe("an exported interface", () => {
	test("sends its signals", async () => {
		const w = world();
		const { exported } = clock(w);
		await exported.emit("Rang", 7);
		await exported.emit("Stopped");
		expect(w.channel.sent).toMatchObject([
			{
				type: "signal",
				path: "/clock",
				interface: "com.example.Clock",
				member: "Rang",
				signature: "u",
				body: [7],
			},
			{ member: "Stopped", signature: "", body: [] },
		]);
		await expect(exported.emit("Nonsense" as "Stopped")).rejects.toThrow(
			RangeError,
		);
	});

	test("is gone when it is taken out, once", async () => {
		const w = world();
		const { exported } = clock(w);
		exported.unexport();
		exported.unexport();
		expect(await w.call("Stop")).toMatchObject(error(errorNames.unknownObject));
		const again = clock(w);
		exported.unexport();
		expect(await w.call("Stop")).toMatchObject([{ type: "method_return" }]);
		again.exported.unexport();
	});

	test("must be what its description says, and there only once", () => {
		const w = world();
		const { connection } = w;
		const described = { name: "a.B", methods: { M: {} } } as const;
		const add = (path: string, description: object, handlers: object) =>
			connection.export(
				path,
				description as InterfaceDescription,
				handlers as never,
			);
		clock(w);
		expect(() => clock(w)).toThrow(/already/);
		expect(() => add("bad", described, {})).toThrow(RangeError);
		expect(() => add("/", described, {})).toThrow(TypeError);
		expect(() => add("/", { name: "nodots" }, {})).toThrow(RangeError);
		const extra = { methods: { M: () => {}, N: () => {} } };
		expect(() => add("/", described, extra)).toThrow(/no method N/);
		const bad = { name: "a.B", methods: { M: { in: "a" } } };
		expect(() => add("/", bad, { methods: { M: () => {} } })).toThrow(
			RangeError,
		);
		const property = {
			name: "a.B",
			properties: { P: { type: "s", access: "readwrite" } },
		};
		expect(() =>
			add("/", property, { properties: { P: { get: () => "" } } }),
		).toThrow(/function set/);
		expect(() => add("/", { name: "org.freedesktop.DBus.Peer" }, {})).toThrow(
			/every object/,
		);
		// Nothing is left of what was refused.
		add("/", described, { methods: { M: () => {} } });
	});

	test("has handlers that are told when nobody is there any more to answer", async () => {
		const w = world();
		const calls: IncomingCall[] = [];
		clock(w, {
			Stop: (call: IncomingCall) => {
				calls.push(call);
				return new Promise(() => {});
			},
		});
		await w.call("Stop");
		expect(calls[0]?.signal.aborted).toBe(false);
		w.connection.abort("gone");
		expect(calls[0]?.signal.reason).toBe("gone");
	});
});

describe("an object manager", () => {
	const managed = async (w: World) => {
		const [reply] = await w.call("GetManagedObjects", {
			path: "/",
			interface: "org.freedesktop.DBus.ObjectManager",
		});
		return reply?.body[0] as Map<string, Map<string, Map<string, unknown>>>;
	};

	test("tells which objects are below it, and which come and go", async () => {
		const w = world();
		w.connection.exportObjectManager("/");
		expect(() => w.connection.exportObjectManager("/")).toThrow(/already/);
		expect(await managed(w)).toEqual(new Map());
		const { exported } = clock(w);
		const alarm = w.connection.export(
			"/clock/alarm",
			{ name: "com.example.Alarm" },
			{},
		);
		await settled();
		exported.unexport();
		alarm.unexport();
		await settled();
		const signals = w.channel.sent.filter(({ type }) => type === "signal");
		expect(
			signals.map(({ member, path, body }) => [path, member, body[0]]),
		).toEqual(
			expect.arrayContaining([
				["/", "InterfacesAdded", "/clock"],
				["/", "InterfacesAdded", "/clock/alarm"],
				["/", "InterfacesRemoved", "/clock"],
				["/", "InterfacesRemoved", "/clock/alarm"],
			]),
		);
		expect(await managed(w)).toEqual(new Map());
	});

	test("has the properties of all interfaces", async () => {
		const w = world();
		w.connection.exportObjectManager("/");
		clock(w);
		await settled();
		const objects = await managed(w);
		const expected = new Map<string, unknown>([
			["Zone", variant("s", "UTC")],
			["Time", variant("t", 5n)],
			["Model", variant("s", "M")],
		]);
		expect(objects.get("/clock")?.get("com.example.Clock")).toEqual(expected);
		const [added] = w.channel.sent;
		expect(added).toMatchObject({
			member: "InterfacesAdded",
			signature: "oa{sa{sv}}",
			body: ["/clock", new Map([["com.example.Clock", expected]])],
		});
	});

	test("does not add an object that is gone before its properties are there, but takes it out for those who asked meanwhile", async () => {
		const w = world();
		const end = w.connection.exportObjectManager("/");
		clock(w).exported.unexport();
		await settled();
		expect(w.channel.sent.map(({ member }) => member)).toEqual([
			"InterfacesRemoved",
		]);
		end();
		clock(w).exported.unexport();
		await settled();
		expect(w.channel.sent).toHaveLength(1);
	});
});
