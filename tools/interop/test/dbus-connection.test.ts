// Programs of others on a bus of others, and us between them.

import { once } from "node:events";
import { fileURLToPath } from "node:url";
import {
	type BusConnection,
	busInterface,
	busName,
	busPath,
} from "@framewright/dbus-connection";
import { connectBus } from "@framewright/dbus-connection/node";
import type { InterfaceDescription } from "@framewright/dbus-introspection";
import { plain, variant } from "@framewright/dbus-marshal";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Child, startChild } from "../src/child.ts";
import { startDbusBroker } from "../src/dbus-broker.ts";
import { Clock, clockName, clockPath, exportClock } from "../src/dbus-clock.ts";
import { type DbusDaemon, startDbusDaemon } from "../src/dbus-daemon.ts";
import { describeProgram } from "../src/program.ts";
import { describeModules, python } from "../src/python.ts";
import { run } from "../src/run.ts";
import { until } from "../src/until.ts";

describeProgram("dbus-daemon", "apt-get install dbus", (program) => {
	onBus(() => startDbusDaemon(program, "unix:path={folder}/bus", ["EXTERNAL"]));
});

describeProgram("dbus-broker", "apt-get install dbus-broker", (program) => {
	describeModules(["jeepney"], "apt-get install python3-jeepney", () => {
		onBus(() => startDbusBroker(program));
	});
});

function onBus(start: () => Promise<DbusDaemon>): void {
	let daemon: DbusDaemon;
	let bus: BusConnection;
	const opened: BusConnection[] = [];
	const children: Child[] = [];
	const faults: unknown[] = [];

	/** One more connection of ours, for the test. */
	async function open(): Promise<BusConnection> {
		const connection = await connectBus(daemon.address, {
			onFault: (fault) => faults.push(fault),
		});
		opened.push(connection);
		return connection;
	}

	beforeAll(async () => {
		daemon = await start();
		bus = await connectBus(daemon.address, {
			onFault: (fault) => faults.push(fault),
		});
		exportClock(bus);
		expect(await bus.requestName(clockName)).toBe("primary-owner");
	}, 30_000);
	afterEach(async () => {
		for (const connection of opened.splice(0))
			await connection.close().catch(() => {});
		for (const child of children.splice(0)) await child[Symbol.asyncDispose]();
		expect(faults.splice(0)).toEqual([]);
	});
	afterAll(async () => {
		await bus?.close();
		await bus?.closed;
		await daemon?.[Symbol.asyncDispose]();
	});

	/** Starts a program that goes on, and reads what it prints. */
	function start_(command: Parameters<typeof startChild>[0]) {
		const child = startChild(command, { lifetime: 20_000 });
		children.push(child);
		let printed = "";
		child.process.stdout.setEncoding("utf8").on("data", (text: string) => {
			printed += text;
		});
		return {
			child,
			printed: (expected: string | RegExp) =>
				until(
					`${command[0]} printing ${expected}`,
					() => {
						const isThere =
							typeof expected === "string"
								? printed.includes(expected)
								: expected.test(printed);
						return isThere ? printed : undefined;
					},
					10_000,
				).catch((error) => {
					throw new Error(`${error.message}: ${printed}${child.said()}`);
				}),
		};
	}

	describe("the bus itself", () => {
		test("answers as its interface is described", async () => {
			const proxy = bus.proxy(busInterface, {
				destination: busName,
				path: busPath,
			});
			expect(await proxy.call("ListNames")).toEqual(
				expect.arrayContaining([busName, clockName, bus.uniqueName]),
			);
			expect(await proxy.call("GetId")).toMatch(/^[0-9a-f]{32}$/);
			expect(await proxy.call("NameHasOwner", ["com.example.Nobody"])).toBe(
				false,
			);
			expect(
				plain(await proxy.call("GetConnectionCredentials", [clockName])),
			).toEqual(expect.objectContaining(new Map([["ProcessID", process.pid]])));
			expect(await proxy.get("Features")).toBeInstanceOf(Array);
			const { interfaces } = await bus.introspect(proxy);
			expect(interfaces.map(({ name }) => name)).toEqual(
				expect.arrayContaining([busName]),
			);
		});

		test("gives, refuses, queues and takes back names, and tells of it", async () => {
			const other = await open();
			const name = "com.example.Contended";
			const watch = await bus.watchNames(name);
			expect(await bus.requestName(name)).toBe("primary-owner");
			expect(await bus.requestName(name)).toBe("already-owner");
			expect(await other.requestName(name)).toBe("exists");
			expect(await other.requestName(name, { queue: true })).toBe("in-queue");
			expect(await other.nameOwner(name)).toBe(bus.uniqueName);
			expect(await bus.releaseName(name)).toBe("released");
			expect(await bus.releaseName(name)).toBe("not-owner");
			await other.close();
			const seen = [];
			for await (const { oldOwner, newOwner } of watch) {
				seen.push([oldOwner, newOwner]);
				if (newOwner === undefined) break;
			}
			expect(seen).toEqual([
				[undefined, bus.uniqueName],
				[bus.uniqueName, other.uniqueName],
				[other.uniqueName, undefined],
			]);
			expect(await bus.nameOwner(name)).toBeUndefined();
			expect(await bus.releaseName(name)).toBe("non-existent");
			await expect(bus.requestName("bad")).rejects.toMatchObject({
				errorName: "org.freedesktop.DBus.Error.InvalidArgs",
			});
		});

		// node-dbus-next PR 110 leaks them.
		test("is left without match rules of ours when subscribers have gone", async () => {
			const other = await open();
			const rules = async () => {
				const { body } = await other.call({
					destination: busName,
					path: busPath,
					interface: "org.freedesktop.DBus.Debug.Stats",
					member: "GetConnectionStats",
					signature: "s",
					body: [other.uniqueName],
				});
				return (body[0] as Map<string, { value: number }>).get("MatchRules")
					?.value;
			};
			const before = await rules().catch(() => "no statistics");
			const clock = { destination: clockName, path: clockPath };
			const proxy = other.proxy(Clock, clock);
			const subscriptions = [
				await proxy.subscribe("Rang"),
				await proxy.subscribe("Rang"),
				await proxy.cacheProperties(),
				await other.watchNames(),
			];
			for (const subscription of subscriptions) subscription.close();
			expect(await rules().catch(() => "no statistics")).toBe(before);
			// Where it keeps no statistics, it refuses to remove what is not there.
			const removing = other.call({
				destination: busName,
				path: busPath,
				interface: busName,
				member: "RemoveMatch",
				signature: "s",
				body: [
					`type='signal',sender='${clockName}',path='${clockPath}',interface='${clockName}',member='Rang'`,
				],
			});
			await expect(removing).rejects.toMatchObject({
				errorName: "org.freedesktop.DBus.Error.MatchRuleNotFound",
			});
		});

		test("says that nobody is there, and that who was called is gone", async () => {
			const nobody = { destination: "com.example.Nobody", path: "/" };
			await expect(
				bus.call({ ...nobody, member: "Ping" }),
			).rejects.toMatchObject({
				errorName: "org.freedesktop.DBus.Error.ServiceUnknown",
			});
			const other = await open();
			other.export("/", { name: "a.B", methods: { M: {} } } as const, {
				methods: { M: () => new Promise<void>(() => {}) },
			});
			const called = bus.call({
				destination: other.uniqueName,
				path: "/",
				interface: "a.B",
				member: "M",
			});
			called.catch(() => {});
			await bus.call({
				destination: other.uniqueName,
				path: "/",
				interface: "org.freedesktop.DBus.Peer",
				member: "Ping",
			});
			other.abort();
			await expect(called).rejects.toMatchObject({
				errorName: "org.freedesktop.DBus.Error.NoReply",
			});
		});

		test("lets us watch what others say", async () => {
			const monitor = await (await open()).becomeMonitor([
				{ interface: clockName, member: "Fail" },
			]);
			const other = await open();
			const failing = other.call({
				destination: clockName,
				path: clockPath,
				interface: clockName,
				member: "Fail",
			});
			await expect(failing).rejects.toThrow("It is broken");
			for await (const message of monitor)
				if (message.member === "Fail") {
					expect(message).toMatchObject({
						type: "method_call",
						sender: other.uniqueName,
					});
					break;
				}
		});
	});

	describe("between two of us", () => {
		test("everything goes both ways: calls, signals, properties, objects", async () => {
			const other = await open();
			const clock = other.proxy(Clock, {
				destination: clockName,
				path: clockPath,
			});
			const rang = await clock.subscribe("Rang");
			const cache = await clock.cacheProperties();
			const id = await clock.call("SetAlarm", [2n ** 64n - 1n, "up"]);
			for await (const [ringing, message] of rang) {
				expect([ringing, message]).toEqual([id, "up"]);
				break;
			}
			expect(await clock.call("Echo", [variant("ai", [1])])).toEqual([
				variant("ai", [1]),
				"ai",
			]);
			expect(plain(await clock.call("Alarms"))).toEqual(
				new Map([[1, new Map([["Message", "up"]])]]),
			);
			expect(cache.values).toEqual({ Zone: "UTC", Time: 1_700_000_000n });
			await clock.set("Zone", "CET");
			for await (const names of cache.changes) {
				expect(names).toEqual(["Zone"]);
				expect(cache.values.Zone).toBe("CET");
				break;
			}
			await clock.set("Zone", "UTC");
			const { interfaces } = await other.introspect(clock);
			expect(interfaces).toContainEqual(Clock);
		});

		test("a hundred calls at once are each answered", async () => {
			const other = await open();
			const clock = other.proxy(Clock, {
				destination: clockName,
				path: clockPath,
			});
			const answers = await Promise.all(
				// dbus-daemon has 128 wait for a reply, by default.
				Array.from({ length: 100 }, (_, i) =>
					clock.call("Echo", [variant("i", i)]),
				),
			);
			expect(answers.map(([{ value }]) => value)).toEqual([
				...Array(100).keys(),
			]);
		});

		test("objects come and go under an object manager", async () => {
			const other = await open();
			const end = bus.exportObjectManager("/com/example");
			const managed = await other.managedObjects({
				destination: clockName,
				path: "/com/example",
			});
			expect([...managed.objects.keys()]).toEqual([clockPath]);
			const alarm = bus.export(
				"/com/example/alarm",
				{ name: "com.example.Alarm" },
				{},
			);
			alarm.unexport();
			const kinds = [];
			for await (const { kind } of managed.changes) {
				kinds.push(kind);
				if (kinds.length === 2) break;
			}
			expect(kinds).toEqual(["added", "removed"]);
			end();
		});
	});

	describeProgram("gdbus", "apt-get install libglib2.0-bin", (gdbus) => {
		const to = () => ["--address", daemon.address, "--dest", clockName];
		const at = ["--object-path", clockPath];
		const call = (method: string, ...args: string[]) =>
			run([gdbus, "call", ...to(), ...at, "--method", method, ...args]);

		test("calls us, values of every kind included", async () => {
			expect(
				await call(`${clockName}.SetAlarm`, "18446744073709551615", "up"),
			).toMatchObject({
				code: 0,
				out: expect.stringMatching(/^\(uint32 \d+,\)\n$/),
			});
			const value =
				"<{'k': <(int16 -1, [byte 1], @ay [], objectpath '/a', 0.5, true)>}>";
			const { out } = await call(`${clockName}.Echo`, value);
			expect(out).toBe(
				`(<{'k': <(int16 -1, [byte 0x01], @ay [], objectpath '/a', 0.5, true)>}>, 'a{sv}')\n`,
			);
			expect(await call(`${clockName}.Alarms`)).toMatchObject({
				out: "({uint32 1: {'Message': <'up'>}},)\n",
			});
		});

		test("is told our errors", async () => {
			expect(await call(`${clockName}.Fail`)).toMatchObject({
				code: 1,
				err: expect.stringContaining("com.example.Error.Broken: It is broken"),
			});
			expect(await call(`${clockName}.Nonsense`)).toMatchObject({
				err: expect.stringContaining("UnknownMethod"),
			});
		});

		test("reads and writes our properties", async () => {
			const properties = "org.freedesktop.DBus.Properties";
			const set = [`${properties}.Set`, clockName, "Zone", "<'EET'>"] as const;
			expect(await call(...set)).toMatchObject({ out: "()\n" });
			expect(await call(`${properties}.GetAll`, clockName)).toMatchObject({
				out: "({'Zone': <'EET'>, 'Time': <uint64 1700000000>},)\n",
			});
			await call(`${properties}.Set`, clockName, "Zone", "<'UTC'>");
		});

		test("reads our introspection", async () => {
			const { out } = await run([gdbus, "introspect", ...to(), ...at]);
			expect(out).toContain("interface com.example.Clock {");
			expect(out).toMatch(
				/SetAlarm\(in {2}t when,\s+in {2}s message,\s+out u id\);/,
			);
			expect(out).toMatch(/Rang\(u id,\s+s message\);/);
			expect(out).toContain("readwrite s Zone = 'UTC';");
			expect(out).toContain("readonly t Time = 1700000000;");
			expect(out).toContain("interface org.freedesktop.DBus.Properties {");
		});

		test("monitors our signals, and sends us some", async () => {
			const monitor = start_([gdbus, "monitor", ...to(), ...at]);
			await monitor.printed("is owned by");
			await call(`${clockName}.SetAlarm`, "1", "ring");
			await monitor.printed(/Clock\.Rang \(uint32 \d+, 'ring'\)/);

			const signals = await bus.subscribe(
				{ interface: "com.example.Said", member: "Something" },
				{ signature: "sad" },
			);
			// Without a destination, it takes an address for a peer's, and says no Hello.
			await run([
				gdbus,
				...["emit", "--address", daemon.address, "--dest", bus.uniqueName],
				...["--object-path", "/said", "--signal", "com.example.Said.Something"],
				...["'x'", "[0.5, 1]"],
			]);
			for await (const { path, body } of signals) {
				expect([path, body]).toEqual(["/said", ["x", [0.5, 1]]]);
				break;
			}
		});
	});

	describeProgram("busctl", "apt-get install systemd", (busctl) => {
		const ctl = (...args: string[]) =>
			run([busctl, `--address=${daemon.address}`, "--", ...args]);
		const clock = [clockName, clockPath, clockName];

		test("calls us, and reads and writes our properties", async () => {
			expect(
				await ctl("call", ...clock, "Echo", "v", "(sx)", "a", "-5"),
			).toMatchObject({
				code: 0,
				out: 'vs (sx) "a" -5 "(sx)"\n',
			});
			expect(
				await ctl("set-property", ...clock, "Zone", "s", "MSK"),
			).toMatchObject({
				code: 0,
			});
			expect(await ctl("get-property", ...clock, "Zone")).toMatchObject({
				out: 's "MSK"\n',
			});
			await ctl("set-property", ...clock, "Zone", "s", "UTC");
			expect(await ctl("call", ...clock, "Fail")).toMatchObject({
				code: 1,
				err: expect.stringContaining("It is broken"),
			});
		});

		test("reads our introspection, and our tree", async () => {
			const { out } = await ctl("introspect", clockName, clockPath);
			const rows = out.split("\n").map((row) => row.split(/\s+/).slice(0, 4));
			expect(rows).toEqual(
				expect.arrayContaining([
					["com.example.Clock", "interface", "-", "-"],
					[".SetAlarm", "method", "ts", "u"],
					[".Zone", "property", "s", '"UTC"'],
					[".Time", "property", "t", "1700000000"],
					[".Rang", "signal", "us", "-"],
				]),
			);
			const tree = await ctl("tree", clockName);
			expect(tree.out).toContain("/com/example/Clock");
		});

		test("monitors what we say", async () => {
			const monitor = start_([
				busctl,
				`--address=${daemon.address}`,
				"--json=short",
				"monitor",
				clockName,
			]);
			// It says so on stderr when it is one.
			await until(
				"busctl",
				() => monitor.child.said().includes("Monitoring") || undefined,
				10_000,
			);
			await ctl("call", ...clock, "SetAlarm", "ts", "1", "seen");
			const printed = await monitor.printed(/"member":"Rang"/);
			expect(printed).toContain('"seen"');
		});
	});

	describeProgram("dbus-send", "apt-get install dbus", (send) => {
		test("calls us, and sends us signals", async () => {
			const { out } = await run([
				send,
				`--bus=${daemon.address}`,
				"--print-reply",
				`--dest=${clockName}`,
				clockPath,
				`${clockName}.SetAlarm`,
				"uint64:5",
				"string:up",
			]);
			expect(out).toMatch(/method return .*\n +uint32 \d+\n/);

			const signals = await bus.subscribe({ interface: "com.example.Sent" });
			await run([
				send,
				`--bus=${daemon.address}`,
				"/sent",
				"com.example.Sent.Here",
				"dict:string:int32:a,1,b,2",
				"array:byte:1,2",
			]);
			for await (const { body, signature } of signals) {
				expect([signature, body]).toEqual([
					"a{si}ay",
					[
						new Map([
							["a", 1],
							["b", 2],
						]),
						Uint8Array.of(1, 2),
					],
				]);
				break;
			}
		});
	});

	describeProgram("dbus-monitor", "apt-get install dbus", (monitor) => {
		test("shows what we say", async () => {
			const watching = start_([
				monitor,
				...["--address", daemon.address, `interface='${clockName}'`],
			]);
			const other = await open();
			const clock = other.proxy(Clock, {
				destination: clockName,
				path: clockPath,
			});
			// A monitor has no name any more.
			await watching.printed("member=NameLost");
			await clock.call("SetAlarm", [1n, "watched"]);
			const printed = await watching.printed("member=Rang");
			expect(printed).toMatch(
				/method call .*interface=com\.example\.Clock; member=SetAlarm\n +uint64 1\n +string "watched"/,
			);
		});
	});

	/** Runs a client in Python, and returns what it has said. */
	async function client(file: string): Promise<unknown[]> {
		const path = fileURLToPath(new URL(`../src/${file}`, import.meta.url));
		const { out, err, code } = await run([
			python,
			path,
			daemon.address,
			"client",
		]);
		expect({ err, code }).toEqual({ err: "", code: 0 });
		return out
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line));
	}

	/** Starts a service in Python. */
	async function service(file: string): Promise<Child> {
		const path = fileURLToPath(new URL(`../src/${file}`, import.meta.url));
		const { child, printed } = start_([
			python,
			path,
			daemon.address,
			"service",
		]);
		await printed("ready");
		return child;
	}

	describeModules(["jeepney"], "apt-get install python3-jeepney", () => {
		test("jeepney calls us", async () => {
			expect(await client("dbus-jeepney.py")).toEqual([
				["SetAlarm", expect.any(Number)],
				["Rang", expect.any(Number), "wäke"],
				["Echo", ["a{s(ix)}", { k: [-1, -2] }], "a{s(ix)}"],
				["Fail", "error", "com.example.Error.Broken", "It is broken"],
				["Get", ["s", "UTC"]],
				["Set"],
				["GetAll", { Zone: ["s", "CET"], Time: ["t", 1_700_000_000] }],
			]);
			await resetZone();
		});

		test("jeepney is called, and tells us", async () => {
			const child = await service("dbus-jeepney.py");
			const Jeepney = {
				name: "com.example.Jeepney",
				methods: { Double: { in: "ax", out: "ax" }, Other: {} },
				signals: { Doubled: { args: "t" } },
			} as const satisfies InterfaceDescription;
			const proxy = bus.proxy(Jeepney, {
				destination: Jeepney.name,
				path: "/jeepney",
			});
			const doubled = await proxy.subscribe("Doubled");
			expect(await proxy.call("Double", [[1n, -(2n ** 62n)]])).toEqual([
				2n,
				-(2n ** 63n),
			]);
			for await (const [count] of doubled) {
				expect(count).toBe(2n);
				break;
			}
			await expect(proxy.call("Other")).rejects.toMatchObject({
				errorName: "com.example.Error.NotDouble",
			});
			child.process.stdin.end();
			await child.ended;
		});
	});

	describeModules(["dbus_fast"], "apt-get install python3-dbus-fast", () => {
		test("dbus-fast calls us, through our introspection", async () => {
			expect(await client("dbus-fast.py")).toEqual([
				[
					"interfaces",
					"com.example.Clock",
					"org.freedesktop.DBus.Introspectable",
					"org.freedesktop.DBus.Peer",
					"org.freedesktop.DBus.Properties",
				],
				["SetAlarm", expect.any(Number)],
				["Rang", expect.any(Number), "wake"],
				["Echo", "a(sd)", [["x", 0.5]], "a(sd)"],
				["Fail", "com.example.Error.Broken", "It is broken"],
				["Get", "UTC", 1_700_000_000],
				["PropertiesChanged", "com.example.Clock", { Zone: "CET" }, []],
			]);
			await resetZone();
		});

		test("dbus-fast is called, tells us, and has properties", async () => {
			const child = await service("dbus-fast.py");
			const Fast = {
				name: "com.example.Fast",
				methods: { Double: { in: "ax", out: "ax" }, Refuse: {} },
				signals: { Doubled: { args: "t" } },
				properties: {
					Level: { type: "u", access: "readwrite" },
					Name: { type: "s", access: "read" },
				},
			} as const satisfies InterfaceDescription;
			const object = { destination: Fast.name, path: "/fast" };
			const proxy = bus.proxy(Fast, object);
			const { interfaces } = await bus.introspect(object);
			const described = interfaces.find(({ name }) => name === Fast.name);
			expect(described?.methods?.Double).toMatchObject({ in: "ax", out: "ax" });
			const doubled = await proxy.subscribe("Doubled");
			const cache = await proxy.cacheProperties();
			expect(cache.values).toEqual({ Level: 1, Name: "fast" });
			expect(await proxy.call("Double", [[21n]])).toEqual([42n]);
			expect(await doubled[Symbol.asyncIterator]().next()).toMatchObject({
				value: [1n],
			});
			await proxy.set("Level", 7);
			await cache.changes[Symbol.asyncIterator]().next();
			expect(cache.values.Level).toBe(7);
			await expect(proxy.call("Refuse")).rejects.toMatchObject({
				errorName: "com.example.Error.Refused",
				message: "no",
			});
			cache.close();
			doubled.close();
			child.process.stdin.end();
			await once(child.process, "close");
		});
	});

	async function resetZone(): Promise<void> {
		const clock = { destination: clockName, path: clockPath };
		await bus.proxy(Clock, clock).set("Zone", "UTC");
	}
}
