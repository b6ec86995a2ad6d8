import { describe, expect, test } from "vitest";
import {
	ConnectionError,
	DBusError,
	dbusConnection,
	type Fault,
} from "../src/index.ts";
import { scriptedBus } from "./scripted-bus.ts";
import { ScriptedChannel, settled } from "./scripted-channel.ts";

const ping = { path: "/a", interface: "com.example.A", member: "Ping" };

function peer(options = {}) {
	const channel = new ScriptedChannel();
	const faults: Fault[] = [];
	const connection = dbusConnection(channel, {
		onFault: (fault) => faults.push(fault),
		...options,
	});
	return { channel, connection, faults };
}

describe("a call", () => {
	test("goes out as it was made, and resolves with its reply", async () => {
		const { channel, connection } = peer();
		const called = connection.call({
			...ping,
			signature: "su",
			body: ["x", 4],
			reply: "as",
		});
		expect(channel.sent).toMatchObject([
			{
				type: "method_call",
				serial: 1,
				flags: 0,
				...ping,
				signature: "su",
				body: ["x", 4],
			},
		]);
		channel.reply("as", [["a", "b"]]);
		const { body } = await called;
		expect(body).toEqual([["a", "b"]]);
	});

	test("may be answered in any order", async () => {
		const { channel, connection } = peer();
		const first = connection.call(ping);
		const second = connection.call(ping);
		channel.reply("s", ["second"], { to: channel.sent[1] });
		channel.reply("s", ["first"], { to: channel.sent[0] });
		expect((await first).body).toEqual(["first"]);
		expect((await second).body).toEqual(["second"]);
	});

	test("rejects with the error that answers it, its body included", async () => {
		const { channel, connection } = peer();
		const called = connection.call(ping);
		channel.receive({
			type: "error",
			errorName: "com.example.Error.Busy",
			replySerial: 1,
			signature: "su",
			body: ["Try later", 7],
		});
		await expect(called).rejects.toThrow(DBusError);
		await expect(called).rejects.toMatchObject({
			errorName: "com.example.Error.Busy",
			message: "Try later",
			signature: "su",
			body: ["Try later", 7],
		});
	});

	test("rejects after its timeout; a late answer is told as a stray reply", async () => {
		const { channel, connection, faults } = peer();
		const called = connection.call(ping, { timeout: 5 });
		await expect(called).rejects.toMatchObject({ code: "timeout" });
		channel.reply();
		await settled();
		expect(faults).toMatchObject([{ kind: "stray-reply" }]);
	});

	test("has 25 seconds by default, or what the connection says", async () => {
		const { connection } = peer({ timeout: 3 });
		await expect(connection.call(ping)).rejects.toThrow(/in 3 ms/);
	});

	test("is given up with the reason of its signal, which is not listened to any more", async () => {
		const { connection, channel } = peer();
		const controller = new AbortController();
		const called = connection.call(ping, { signal: controller.signal });
		controller.abort("enough");
		await expect(called).rejects.toBe("enough");
		expect(channel.sent).toHaveLength(1);
		await expect(
			connection.call(ping, { signal: controller.signal }),
		).rejects.toBe("enough");
		expect(channel.sent).toHaveLength(1);
	});

	test("that cannot be written rejects, and leaves nothing behind", async () => {
		const { channel, connection } = peer({ maxCalls: 1 });
		await expect(
			connection.call({ ...ping, signature: "u", body: [-1] }),
		).rejects.toThrow(RangeError);
		await expect(
			connection.call({ ...ping, member: "not a member" }),
		).rejects.toThrow(RangeError);
		const called = connection.call(ping);
		channel.reply();
		await called;
	});

	test("beyond maxCalls rejects at once", async () => {
		const { connection } = peer({ maxCalls: 2 });
		const waiting = [connection.call(ping), connection.call(ping)];
		await expect(connection.call(ping)).rejects.toMatchObject({
			code: "too-many-calls",
		});
		connection.abort("over");
		expect(await Promise.allSettled(waiting)).toMatchObject([
			{ reason: "over" },
			{ reason: "over" },
		]);
	});

	test("whose reply is of another signature rejects", async () => {
		const { channel, connection } = peer();
		const called = connection.call({ ...ping, reply: "u" });
		channel.reply("s", ["7"]);
		await expect(called).rejects.toMatchObject({ code: "unexpected-reply" });
		await expect(called).rejects.toThrow(ConnectionError);
	});

	test("sets the flags that it is told", async () => {
		const { channel, connection } = peer();
		connection
			.call(ping, { autoStart: false, allowInteractiveAuthorization: true })
			.catch(() => {});
		await connection.callWithoutReply(ping);
		expect(channel.sent.map(({ flags }) => flags)).toEqual([2 | 4, 1]);
		connection.abort();
	});

	test("of a peer is told of a reply to nothing, which changes nothing", async () => {
		const { channel, connection, faults } = peer();
		channel.receive({ type: "method_return", replySerial: 77 });
		const called = connection.call(ping);
		channel.reply();
		await called;
		channel.reply();
		await settled();
		expect(faults.map(({ kind }) => kind)).toEqual([
			"stray-reply",
			"stray-reply",
		]);
	});
});

describe("a reply on a bus", () => {
	const reply = (channel: ScriptedChannel, sender: string) =>
		channel.receive({
			type: "method_return",
			replySerial: channel.sent.at(-1)?.serial ?? 0,
			sender,
		});

	test("must come from the connection that was called", async () => {
		const { channel, bus, faults } = await scriptedBus();
		const called = bus.call({ ...ping, destination: ":1.20" });
		reply(channel, ":1.21");
		reply(channel, "org.freedesktop.DBus");
		await settled();
		expect(faults.map(({ kind }) => kind)).toEqual([
			"wrong-sender",
			"wrong-sender",
		]);
		reply(channel, ":1.20");
		await called;
	});

	test("may come from whoever owns the name that was called, but not from the bus", async () => {
		const { channel, bus, faults } = await scriptedBus();
		const called = bus.call({ ...ping, destination: "com.example.A" });
		reply(channel, "org.freedesktop.DBus");
		reply(channel, ":1.20");
		await called;
		expect(faults).toMatchObject([{ kind: "wrong-sender" }]);
	});

	test("to a call of the bus itself must come from it", async () => {
		const { channel, bus, faults } = await scriptedBus();
		const called = bus.nameOwner("com.example.A");
		channel.reply("s", [":1.9"], { sender: ":1.66" });
		await settled();
		expect(faults).toMatchObject([{ kind: "wrong-sender" }]);
		channel.reply("s", [":1.8"]);
		expect(await called).toBe(":1.8");
	});

	test("may be an error of the bus, for those who cannot answer", async () => {
		const { channel, bus } = await scriptedBus();
		const called = bus.call({ ...ping, destination: ":1.20" });
		channel.receive({
			type: "error",
			errorName: "org.freedesktop.DBus.Error.NoReply",
			replySerial: channel.sent.at(-1)?.serial ?? 0,
			sender: "org.freedesktop.DBus",
		});
		await expect(called).rejects.toMatchObject({
			errorName: "org.freedesktop.DBus.Error.NoReply",
			// It came without a message.
			message: "org.freedesktop.DBus.Error.NoReply",
		});
	});
});

describe("options", () => {
	test.each([
		{ timeout: 0 },
		{ timeout: 2 ** 31 },
		{ maxCalls: 0 },
		{ maxQueued: 1.5 },
		{ maxHandlers: -1 },
		{ machineId: "x" },
	])("%o throw when the connection is made", (options) => {
		expect(() => dbusConnection(new ScriptedChannel(), options)).toThrow(
			RangeError,
		);
	});
});
