import { describe, expect, test } from "vitest";
import { dbusConnection, errorNames } from "../src/index.ts";
import { scriptedBus } from "./scripted-bus.ts";
import { ScriptedChannel, settled } from "./scripted-channel.ts";

const stop = {
	type: "method_call",
	path: "/",
	interface: "a.B",
	member: "Stop",
} as const;

const Described = { name: "a.B", methods: { Stop: { out: "s" } } } as const;

function peer() {
	const channel = new ScriptedChannel();
	const connection = dbusConnection(channel);
	let finish = (_: string): void => {};
	connection.export("/", Described, {
		methods: {
			Stop: () =>
				new Promise((resolve) => {
					finish = resolve;
				}),
		},
	});
	return { channel, connection, finish: (text: string) => finish(text) };
}

describe("close", () => {
	test("rejects what is pending, ends subscriptions, answers what runs, then closes", async () => {
		const { channel, connection, finish } = peer();
		const called = connection.call({ path: "/", member: "A" });
		const subscription = await connection.subscribe({});
		channel.receive(stop);
		await settled();
		const closing = connection.close();
		await expect(called).rejects.toMatchObject({ code: "closed" });
		expect(await subscription[Symbol.asyncIterator]().next()).toEqual({
			done: true,
			value: undefined,
		});
		channel.receive({ ...stop, serial: 99 });
		await settled();
		expect(channel.sent.at(-1)).toMatchObject({
			replySerial: 99,
			errorName: errorNames.disconnected,
		});
		expect(channel.isClosed).toBe(false);
		finish("done");
		await closing;
		expect(channel.sent.at(-1)).toMatchObject({ body: ["done"] });
		expect(channel.isClosed).toBe(true);
		await connection.close();
		channel.end();
		await connection.closed;
	});

	test("lets nothing new begin", async () => {
		const { connection } = peer();
		await connection.close();
		const closed = { code: "closed" };
		const call = { path: "/", member: "A" };
		await expect(connection.call(call)).rejects.toMatchObject(closed);
		await expect(connection.callWithoutReply(call)).rejects.toMatchObject(
			closed,
		);
		await expect(connection.subscribe({})).rejects.toMatchObject(closed);
		await expect(
			connection.emit({ path: "/", interface: "a.B", member: "C" }),
		).rejects.toMatchObject(closed);
	});

	test("that takes too long is ended by abort", async () => {
		const { channel, connection } = peer();
		channel.receive(stop);
		await settled();
		const closing = connection.close();
		connection.abort("enough");
		await expect(closing).rejects.toBe("enough");
		expect(channel.abortedWith).toBe("enough");
		await expect(connection.closed).rejects.toBe("enough");
	});
});

describe("when the remote ends", () => {
	test("calls and subscriptions reject, what runs is answered, and our side is closed", async () => {
		const { channel, connection, finish } = peer();
		const called = connection.call({ path: "/", member: "A" });
		const subscription = await connection.subscribe({});
		channel.receive(stop);
		channel.receive({
			type: "signal",
			path: "/",
			interface: "a.B",
			member: "C",
		});
		channel.end();
		await expect(called).rejects.toMatchObject({ code: "closed" });
		const iterator = subscription[Symbol.asyncIterator]();
		// What had come is still there.
		expect((await iterator.next()).value?.member).toBe("C");
		await expect(iterator.next()).rejects.toMatchObject({ code: "closed" });
		expect(channel.isClosed).toBe(false);
		finish("late");
		await settled();
		expect(channel.sent.at(-1)).toMatchObject({ body: ["late"] });
		expect(channel.isClosed).toBe(true);
	});
});

describe("when the channel fails", () => {
	test("all that waits rejects with its error", async () => {
		const { channel, connection } = peer();
		const called = connection.call({ path: "/", member: "A" });
		const subscription = await connection.subscribe({});
		const reason = new Error("broken");
		channel.fail(reason);
		await expect(called).rejects.toBe(reason);
		await expect(subscription[Symbol.asyncIterator]().next()).rejects.toBe(
			reason,
		);
		await expect(connection.closed).rejects.toBe(reason);
		await expect(connection.call({ path: "/", member: "A" })).rejects.toBe(
			reason,
		);
		await expect(connection.subscribe({})).rejects.toBe(reason);
	});
});

test("abort is an AbortError by default, and happens once", async () => {
	const { channel, connection } = peer();
	connection.abort();
	connection.abort("again");
	expect(channel.abortedWith).toMatchObject({ name: "AbortError" });
	await expect(
		connection.call({ path: "/", member: "A" }),
	).rejects.toMatchObject({ name: "AbortError" });
});

test("a bus that refuses Hello is let go", async () => {
	const channel = new ScriptedChannel();
	const { busConnection } = await import("../src/index.ts");
	const opening = busConnection(channel);
	channel.receive({
		type: "error",
		errorName: "org.freedesktop.DBus.Error.LimitsExceeded",
		replySerial: 1,
		sender: "org.freedesktop.DBus",
	});
	await expect(opening).rejects.toMatchObject({
		errorName: "org.freedesktop.DBus.Error.LimitsExceeded",
	});
	expect(channel.abortedWith).toBeDefined();
});

test("a connection that is closed while it waits for a rule ends quietly", async () => {
	const { bus } = await scriptedBus();
	const subscribing = bus.subscribe({ member: "A" });
	const closing = bus.close();
	await expect(subscribing).rejects.toMatchObject({ code: "closed" });
	await closing;
});
