import { describe, expect, test } from "vitest";
import { dbusConnection } from "../src/index.ts";
import { nameOwnerChanged, scriptedBus } from "./scripted-bus.ts";
import { ScriptedChannel, settled } from "./scripted-channel.ts";

const rang = { interface: "com.example.Clock", member: "Rang" };

function signal(id: number, more = {}) {
	return {
		type: "signal",
		path: "/clock",
		...rang,
		signature: "u",
		body: [id],
		sender: ":1.20",
		...more,
	} as const;
}

/** Takes what can be had without waiting. */
async function taken(
	subscription: AsyncIterable<{ body: unknown[] }>,
): Promise<unknown[]> {
	const items: unknown[] = [];
	const iterator = subscription[Symbol.asyncIterator]();
	for (;;) {
		const next = await Promise.race([iterator.next(), settled()]);
		if (!next || next.done) return items;
		items.push(next.value.body[0]);
	}
}

describe("a subscription on a bus", () => {
	test("is there when the bus has taken its rule", async () => {
		const { channel, bus, rules, answer } = await scriptedBus();
		let isThere = false;
		const subscribing = bus.subscribe(rang).then((subscription) => {
			isThere = true;
			return subscription;
		});
		await settled();
		expect(isThere).toBe(false);
		expect(rules()).toEqual([
			"+ type='signal',interface='com.example.Clock',member='Rang'",
		]);
		await answer();
		const subscription = await subscribing;
		channel.receive(signal(1));
		channel.receive(signal(2, { member: "Stopped" }));
		channel.receive(signal(3));
		expect(await taken(subscription)).toEqual([1, 3]);
	});

	test("rejects when the bus refuses its rule, and leaves nothing behind", async () => {
		const { channel, bus, rules } = await scriptedBus();
		const subscribing = bus.subscribe(rang);
		channel.receive({
			type: "error",
			errorName: "org.freedesktop.DBus.Error.LimitsExceeded",
			replySerial: channel.sent.at(-1)?.serial ?? 0,
			sender: "org.freedesktop.DBus",
		});
		await expect(subscribing).rejects.toMatchObject({
			errorName: "org.freedesktop.DBus.Error.LimitsExceeded",
		});
		await settled();
		expect(rules()).toHaveLength(1);
	});

	// node-dbus-next PR 110: match rules that are never removed.
	test("shares its rule with its like; the last one takes it back, once", async () => {
		const { bus, rules, answer } = await scriptedBus();
		const subscribing = [bus.subscribe(rang), bus.subscribe(rang)];
		await answer();
		const [first, second] = await Promise.all(subscribing);
		first?.close();
		first?.close();
		await settled();
		expect(rules()).toHaveLength(1);
		await second?.[Symbol.asyncIterator]().return?.();
		await settled();
		const rule = "type='signal',interface='com.example.Clock',member='Rang'";
		expect(rules()).toEqual([`+ ${rule}`, `- ${rule}`]);

		const again = bus.subscribe(rang);
		await answer();
		await again;
		expect(rules()).toHaveLength(3);
	});

	test("ends when a for await is left, and gives its rule back", async () => {
		const { channel, bus, rules, answer } = await scriptedBus();
		const subscribing = bus.subscribe(rang);
		await answer();
		const subscription = await subscribing;
		channel.receive(signal(1));
		for await (const { body } of subscription) {
			expect(body).toEqual([1]);
			break;
		}
		await settled();
		expect(rules()).toHaveLength(2);
		channel.receive(signal(2));
		expect(await taken(subscription)).toEqual([]);
	});

	test("is closed by its AbortSignal", async () => {
		const { bus, rules, answer } = await scriptedBus();
		const controller = new AbortController();
		const subscribing = bus.subscribe(rang, { signal: controller.signal });
		await answer();
		const subscription = await subscribing;
		controller.abort();
		await settled();
		expect(rules()).toHaveLength(2);
		expect(await subscription[Symbol.asyncIterator]().next()).toEqual({
			done: true,
			value: undefined,
		});
	});

	test("hands over what waits, then an error, when it does not keep up", async () => {
		const { channel, bus, rules, answer } = await scriptedBus();
		const subscribing = bus.subscribe(rang, { maxQueued: 2 });
		await answer();
		const subscription = await subscribing;
		for (let id = 1; id <= 4; id++) channel.receive(signal(id));
		await settled();
		expect(subscription.queued).toBe(2);
		expect(rules()).toHaveLength(2);
		const iterator = subscription[Symbol.asyncIterator]();
		expect((await iterator.next()).value?.body).toEqual([1]);
		expect((await iterator.next()).value?.body).toEqual([2]);
		await expect(iterator.next()).rejects.toMatchObject({
			code: "too-many-signals",
		});
		expect((await iterator.next()).done).toBe(true);
	});

	test("does not hold up calls while nobody iterates", async () => {
		const { channel, bus, answer } = await scriptedBus();
		const subscribing = bus.subscribe(rang);
		await answer();
		await subscribing;
		for (let id = 1; id <= 900; id++) channel.receive(signal(id));
		const called = bus.call({ destination: ":1.20", path: "/", member: "A" });
		channel.reply("s", ["x"]);
		expect((await called).body).toEqual(["x"]);
	});

	test("gets no signal of another signature than it expects", async () => {
		const { channel, bus, answer, faults } = await scriptedBus();
		const subscribing = bus.subscribe(rang, { signature: "u" });
		await answer();
		const subscription = await subscribing;
		channel.receive(signal(0, { signature: "s", body: ["7"] }));
		channel.receive(signal(8));
		expect(await taken(subscription)).toEqual([8]);
		expect(faults).toMatchObject([
			{ kind: "unexpected-signature", expected: "u" },
		]);
	});
});

describe("the sender of a rule", () => {
	test("that is well-known is followed from owner to owner", async () => {
		const { channel, bus, answer, rules } = await scriptedBus();
		const name = "com.example.Clock";
		const subscribing = bus.subscribe({ ...rang, sender: name });
		await answer({ [name]: ":1.20" });
		const subscription = await subscribing;
		channel.receive(signal(1));
		channel.receive(signal(2, { sender: ":1.66" }));
		channel.receive(nameOwnerChanged(name, ":1.20", ":1.30"));
		channel.receive(signal(3));
		channel.receive(signal(4, { sender: ":1.30" }));
		channel.receive(nameOwnerChanged(name, ":1.30", ""));
		channel.receive(signal(5, { sender: ":1.30" }));
		expect(await taken(subscription)).toEqual([1, 4]);
		subscription.close();
		await settled();
		expect(rules().filter((rule) => rule.startsWith("-"))).toHaveLength(2);
	});

	test("is not taken from a forged NameOwnerChanged", async () => {
		const { channel, bus, answer } = await scriptedBus();
		const name = "com.example.Clock";
		const subscribing = bus.subscribe({ ...rang, sender: name });
		await answer({ [name]: ":1.20" });
		const subscription = await subscribing;
		channel.receive(nameOwnerChanged(name, ":1.20", ":1.66", ":1.66"));
		channel.receive(signal(2, { sender: ":1.66" }));
		channel.receive(signal(1));
		expect(await taken(subscription)).toEqual([1]);
	});

	test("may be nobody yet", async () => {
		const { channel, bus, answer } = await scriptedBus();
		const name = "com.example.Clock";
		const subscribing = bus.subscribe({ ...rang, sender: name });
		await answer();
		const subscription = await subscribing;
		channel.receive(signal(1));
		channel.receive(nameOwnerChanged(name, "", ":1.20"));
		channel.receive(signal(2));
		expect(await taken(subscription)).toEqual([2]);
	});

	test("that is unique is compared as it is", async () => {
		const { channel, bus, answer, rules } = await scriptedBus();
		const subscribing = bus.subscribe({ ...rang, sender: ":1.20" });
		await answer();
		const subscription = await subscribing;
		expect(rules()).toHaveLength(1);
		channel.receive(signal(1));
		channel.receive(signal(2, { sender: ":1.66" }));
		expect(await taken(subscription)).toEqual([1]);
	});

	test("means nothing between two peers, and nothing is sent", async () => {
		const channel = new ScriptedChannel();
		const connection = dbusConnection(channel);
		const subscription = await connection.subscribe({
			...rang,
			sender: "com.example.Clock",
		});
		channel.receive(signal(1, { sender: undefined }));
		expect(await taken(subscription)).toEqual([1]);
		expect(channel.sent).toEqual([]);
	});
});

describe("names", () => {
	test("are watched, and only the bus is believed", async () => {
		const { channel, bus, answer } = await scriptedBus();
		const watching = bus.watchNames("com.example.Clock");
		await answer();
		const changes = await watching;
		channel.receive(
			nameOwnerChanged("com.example.Clock", "", ":1.66", ":1.66"),
		);
		channel.receive(nameOwnerChanged("com.example.Other", "", ":1.4"));
		channel.receive(nameOwnerChanged("com.example.Clock", "", ":1.5"));
		expect(await changes[Symbol.asyncIterator]().next()).toEqual({
			done: false,
			value: {
				name: "com.example.Clock",
				oldOwner: undefined,
				newOwner: ":1.5",
			},
		});
		expect(changes.queued).toBe(0);
	});

	test("are asked for with the flags of the specification", async () => {
		const { channel, bus } = await scriptedBus();
		const replies = [1, 2, 3, 4, 9];
		const wanted = [
			{},
			{ queue: true },
			{ allowReplacement: true },
			{ replaceExisting: true },
			{},
		];
		const got: unknown[] = [];
		for (const [i, code] of replies.entries()) {
			const asked = bus.requestName("com.example.A", wanted[i]);
			await settled();
			channel.reply("u", [code]);
			got.push(await asked.catch((error) => error.errorName));
		}
		expect(got).toEqual([
			"primary-owner",
			"in-queue",
			"exists",
			"already-owner",
			"org.freedesktop.DBus.Error.Failed",
		]);
		expect(
			channel.sent
				.filter(({ member }) => member === "RequestName")
				.map(({ body }) => body[1]),
		).toEqual([4, 0, 5, 6, 4]);
		const released = bus.releaseName("com.example.A");
		await settled();
		channel.reply("u", [1]);
		expect(await released).toBe("released");
	});

	test("without an owner have none", async () => {
		const { bus, answer } = await scriptedBus();
		const asked = bus.nameOwner("com.example.A");
		await answer();
		expect(await asked).toBeUndefined();
	});
});

describe("a monitor", () => {
	test("sees all that comes behind the reply, and is the only one who does", async () => {
		const { channel, bus, faults } = await scriptedBus();
		const becoming = bus.becomeMonitor(["type='signal'", { type: "error" }]);
		expect(channel.sent.at(-1)).toMatchObject({
			interface: "org.freedesktop.DBus.Monitoring",
			member: "BecomeMonitor",
			body: [["type='signal'", "type='error'"], 0],
		});
		channel.reply();
		channel.receive(signal(1));
		channel.receive({
			type: "method_call",
			path: "/",
			member: "Ping",
			interface: "org.freedesktop.DBus.Peer",
			destination: ":1.99",
		});
		channel.receive({ type: "method_return", replySerial: 7 });
		const monitor = await becoming;
		const iterator = monitor[Symbol.asyncIterator]();
		const types = [];
		for (let i = 0; i < 3; i++) types.push((await iterator.next()).value?.type);
		expect(types).toEqual(["signal", "method_call", "method_return"]);
		expect(channel.sent).toHaveLength(2);
		expect(faults).toEqual([]);
		await iterator.return?.();
		await settled();
		expect(channel.isClosed).toBe(true);
	});

	test("reads no more than 64 messages ahead", async () => {
		const { channel, bus } = await scriptedBus();
		const becoming = bus.becomeMonitor();
		channel.reply();
		for (let id = 0; id < 100; id++) channel.receive(signal(id));
		const monitor = await becoming;
		await settled();
		expect(monitor.queued).toBe(64);
		const ids: unknown[] = [];
		for await (const { body } of monitor) {
			ids.push(body[0]);
			if (ids.length === 100) break;
		}
		expect(ids).toEqual([...Array(100).keys()]);
	});
});
