import type { InterfaceDescription } from "@framewright/dbus-introspection";
import { variant } from "@framewright/dbus-marshal";
import { describe, expect, test } from "vitest";
import { toDescriptors, toIndexes } from "../src/descriptors.ts";
import { dbusConnection } from "../src/index.ts";
import { scriptedBus } from "./scripted-bus.ts";
import { ScriptedChannel, settled } from "./scripted-channel.ts";

const signature = "hvaha{sh}a{hs}(hs)ai";
const indexed = [
	0,
	variant("(hv)", [1, variant("h", 0)]),
	[2, 1],
	new Map([["k", 2]]),
	new Map([[3, "x"]]),
	[0, "y"],
	[7],
];
const described = [
	10,
	variant("(hv)", [11, variant("h", 10)]),
	[12, 11],
	new Map([["k", 12]]),
	new Map([[13, "x"]]),
	[10, "y"],
	[7],
];

test("an h is a descriptor above, and an index below", () => {
	expect(toDescriptors(signature, indexed, [10, 11, 12, 13])).toEqual(
		described,
	);
	expect(toIndexes(signature, described)).toEqual({
		body: indexed,
		fds: [10, 11, 12, 13],
	});
	expect(toDescriptors("h", [4], [10])).toEqual([-1]);
	// Whatever is not of its type is for the encoder to refuse.
	expect(toIndexes("ha(h)a{sh}v", ["x", 5, null, "y"])).toEqual({
		body: ["x", 5, null, "y"],
		fds: [],
	});
	expect(toIndexes("a{sh}", [{ k: 9 }])).toEqual({
		body: [new Map([["k", 0]])],
		fds: [9],
	});
});

const Files = {
	name: "com.example.Files",
	methods: { Open: { in: "s", out: "h" }, Take: { in: "h" } },
} as const satisfies InterfaceDescription;

function files(options = {}) {
	const closed: number[] = [];
	const channel = new ScriptedChannel();
	const connection = dbusConnection(channel, {
		closeFd: (fd) => closed.push(fd),
		...options,
	});
	return { channel, connection, closed };
}

describe("descriptors", () => {
	test("go out with a call and a reply, and are not closed by us", async () => {
		const { channel, connection, closed } = files();
		const proxy = connection.proxy(Files, { path: "/" });
		proxy.call("Take", [42]).catch(() => {});
		expect(channel.sent).toMatchObject([{ body: [0], fds: [42], unixFds: 1 }]);
		connection.export("/", Files, {
			methods: { Open: () => 43, Take: () => {} },
		});
		channel.receive({
			type: "method_call",
			path: "/",
			member: "Open",
			signature: "s",
			body: ["x"],
		});
		await settled();
		expect(channel.sent.at(-1)).toMatchObject({ body: [0], fds: [43] });
		connection.abort();
		expect(closed).toEqual([]);
	});

	test("come with a reply, and are the caller's", async () => {
		const { channel, connection, closed } = files();
		const opening = connection.proxy(Files, { path: "/" }).call("Open", ["x"]);
		channel.receive({
			type: "method_return",
			replySerial: 1,
			signature: "h",
			body: [0],
			fds: [7],
		});
		expect(await opening).toBe(7);
		expect(closed).toEqual([]);
	});

	test("of a reply that nobody takes are closed", async () => {
		const { channel, connection, closed } = files();
		const reply = (replySerial: number, signature: string, fd: number) =>
			channel.receive({
				type: "method_return",
				replySerial,
				signature,
				body: [signature === "h" ? 0 : "x"],
				fds: [fd],
			});
		reply(99, "h", 7);
		const opening = connection.proxy(Files, { path: "/" }).call("Open", ["x"]);
		reply(1, "s", 8);
		await expect(opening).rejects.toMatchObject({ code: "unexpected-reply" });
		expect(closed).toEqual([7, 8]);
	});

	test("of a call are closed when its handler is done, unless it keeps them", async () => {
		const { channel, connection, closed } = files();
		const taken: number[] = [];
		connection.export("/", Files, {
			methods: {
				Open: () => 1,
				async Take(fd, call) {
					await settled();
					expect(closed).not.toContain(fd);
					taken.push(fd);
					if (fd === 8) call.keepFds();
				},
			},
		});
		const take = (fd: number, member = "Take") =>
			channel.receive({
				type: "method_call",
				path: "/",
				member,
				signature: "h",
				body: [0],
				fds: [fd],
			});
		take(7);
		take(8);
		take(9, "Nonsense");
		await settled();
		await settled();
		await settled();
		expect(taken).toEqual([7, 8]);
		expect(closed.sort()).toEqual([7, 9]);
	});

	test("of a signal go to the first who asks for them; others see -1", async () => {
		const closed: number[] = [];
		const { channel, bus, answer } = await scriptedBus({
			closeFd: (fd: number) => closed.push(fd),
		});
		const subscribing = [{}, { fds: true }, { fds: true }].map((options) =>
			bus.subscribe({ member: "S" }, { signature: "h", ...options }),
		);
		await answer();
		const subscriptions = await Promise.all(subscribing);
		const send = (fd: number) =>
			channel.receive({
				type: "signal",
				path: "/",
				interface: "a.B",
				member: "S",
				signature: "h",
				body: [0],
				fds: [fd],
			});
		send(7);
		const seen = [];
		for (const subscription of subscriptions) {
			const { value } = await subscription[Symbol.asyncIterator]().next();
			seen.push([value?.body, value?.fds]);
		}
		expect(seen).toEqual([
			[[-1], undefined],
			[[7], [7]],
			[[-1], undefined],
		]);
		expect(closed).toEqual([]);
		send(8);
		await settled();
		for (const subscription of subscriptions) subscription.close();
		expect(closed).toEqual([8]);
		send(9);
		await settled();
		expect(closed).toEqual([8, 9]);
	});

	test("are refused where none can be passed, before anything is sent", async () => {
		const channel = new ScriptedChannel();
		const connection = dbusConnection(channel);
		await expect(
			connection.proxy(Files, { path: "/" }).call("Take", [3]),
		).rejects.toThrow(/passes no descriptors/);
		expect(channel.sent).toEqual([]);
	});
});
