// libdbus, sd-bus and GLib at the other end of the exchange. Cookies lie in the user's own ~/.dbus-keyrings: none of them
// looks for another directory.

import { connect, type Socket } from "node:net";
import { userInfo } from "node:os";
import {
	connectTarget,
	formatAddress,
	parseAddress,
} from "@framewright/dbus-address";
import {
	type AuthClientOptions,
	type AuthServerOptions,
	authClient,
	type Mechanism,
} from "@framewright/dbus-auth";
import { cookieKeyring } from "@framewright/dbus-auth/node";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Command } from "../src/child.ts";
import { type DbusDaemon, startDbusDaemon } from "../src/dbus-daemon.ts";
import { type Exchanged, exchange } from "../src/dbus-exchange.ts";
import { helloCall } from "../src/dbus-hello.ts";
import { serveDbusClient } from "../src/dbus-server.ts";
import { describeProgram } from "../src/program.ts";
import { until } from "../src/until.ts";

const uid = String(userInfo().uid);

describeProgram("dbus-daemon", "apt-get install dbus", (program) => {
	const sockets: Socket[] = [];
	afterEach(() => {
		for (const socket of sockets.splice(0)) socket.destroy();
	});

	/** Connects to a daemon, and runs our client. */
	async function open(
		daemon: DbusDaemon,
		options: AuthClientOptions,
	): Promise<Exchanged & { readonly socket: Socket }> {
		const [address] = parseAddress(daemon.address);
		if (address === undefined) throw new Error("No address");
		const target = connectTarget(address, {
			platform: process.platform,
			nodeVersion: process.versions.node,
		});
		if ("command" in target) throw new Error("A program");
		const socket = connect(target);
		sockets.push(socket);
		const client = authClient(options);
		return { ...(await exchange(socket, client, cookieKeyring())), socket };
	}

	/** Says hello, and waits for the name that the bus gives. */
	async function hello({
		socket,
		messages,
	}: Exchanged & { readonly socket: Socket }): Promise<void> {
		socket.write(helloCall());
		await until(
			"The answer to Hello",
			() => messages().includes(":1.") || undefined,
			5_000,
		);
		// A method return, in the daemon's byte order.
		expect(["l", "B"]).toContain(messages().toString("latin1", 0, 1));
		expect(messages()[1]).toBe(2);
	}

	describe("over a Unix socket, with EXTERNAL", () => {
		let daemon: DbusDaemon;
		beforeAll(async () => {
			daemon = await startDbusDaemon(program, "unix:path={folder}/b%75s", [
				"EXTERNAL",
			]);
		}, 30_000);
		afterAll(() => daemon?.[Symbol.asyncDispose]());

		test("prints an address that is written as it is read", () => {
			const [address] = parseAddress(daemon.address);
			expect(address).toMatchObject({
				transport: "unix",
				path: expect.stringMatching(/\/bus$/),
				guid: expect.stringMatching(/^[0-9a-f]{32}$/),
			});
			expect(parseAddress(formatAddress(address ?? []))).toEqual([address]);
		});

		test.each([
			["a user id", uid],
			["whoever the socket says", undefined],
		])("lets %s in, and passes file descriptors", async (_, identity) => {
			const opened = await open(daemon, { identity, unixFds: true });
			expect(opened.end).toEqual({
				type: "authenticated",
				mechanism: "EXTERNAL",
				identity,
				guid: parseAddress(daemon.address)[0]?.guid,
				unixFds: true,
			});
			await hello(opened);
		});

		test("refuses another user, and says what it offers", async () => {
			const { end } = await open(daemon, {
				mechanisms: ["EXTERNAL", "ANONYMOUS"],
				identity: String(Number(uid) + 1),
			});
			expect(end).toMatchObject({ type: "refused", offered: ["EXTERNAL"] });
		});
	});

	test.runIf(process.platform === "linux")(
		"lets us in at an abstract name, which needs Node 22",
		async () => {
			const name = `framewright/interop ${process.pid}`;
			const listen = formatAddress({ transport: "unix", abstract: name });
			await using daemon = await startDbusDaemon(program, listen, ["EXTERNAL"]);
			expect(parseAddress(daemon.address)).toMatchObject([{ abstract: name }]);
			await hello(await open(daemon, {}));
		},
	);

	describe("over TCP, with DBUS_COOKIE_SHA1 and ANONYMOUS", () => {
		let daemon: DbusDaemon;
		beforeAll(async () => {
			daemon = await startDbusDaemon(program, "tcp:host=127.0.0.1,port=0", [
				"DBUS_COOKIE_SHA1",
				"ANONYMOUS",
			]);
		}, 30_000);
		afterAll(() => daemon?.[Symbol.asyncDispose]());

		const orders: Mechanism[][] = [
			["EXTERNAL", "DBUS_COOKIE_SHA1", "ANONYMOUS"],
			["EXTERNAL", "ANONYMOUS", "DBUS_COOKIE_SHA1"],
			["DBUS_COOKIE_SHA1"],
			["ANONYMOUS"],
		];
		test.each(orders.map((each) => [each.join(", "), each] as const))(
			"lets in who tries %s",
			async (_, mechanisms) => {
				const opened = await open(daemon, {
					mechanisms,
					identity: uid,
					unixFds: true,
				});
				expect(opened.end).toMatchObject({
					type: "authenticated",
					mechanism: mechanisms.find((name) => name !== "EXTERNAL"),
					guid: parseAddress(daemon.address)[0]?.guid,
					unixFds: false,
				});
				await hello(opened);
			},
		);

		test("takes a login name for a cookie, too", async () => {
			const { end } = await open(daemon, {
				mechanisms: ["DBUS_COOKIE_SHA1"],
				identity: userInfo().username,
			});
			expect(end).toMatchObject({ type: "authenticated" });
		});
	});
});

/** Runs a program against our server, and checks that what follows the exchange are messages. */
async function served(
	command: (address: string) => Command,
	options: Partial<AuthServerOptions>,
	expected: string,
): Promise<Exchanged["end"]> {
	const { end, messages } = await serveDbusClient(command, options, expected);
	expect(["l", "B"]).toContain(messages().toString("latin1", 0, 1));
	return end;
}

describeProgram("dbus-send", "apt-get install dbus", (program) => {
	const signal = (address: string): Command => [
		program,
		`--address=${address}`,
		"/",
		"org.framewright.Interop.Said",
	];
	test.each(["EXTERNAL", "DBUS_COOKIE_SHA1", "ANONYMOUS"] as const)(
		"sends a signal to our server, let in by %s",
		async (mechanism) => {
			const options = { mechanisms: [mechanism] };
			expect(
				await served(signal, options, "org.framewright.Interop"),
			).toMatchObject({
				type: "authenticated",
				mechanism,
				identity: mechanism === "ANONYMOUS" ? undefined : uid,
				unixFds: true,
			});
		},
	);

	test("gets no file descriptors where there are none", async () => {
		const options = { unixFds: false };
		expect(
			await served(signal, options, "org.framewright.Interop"),
		).toMatchObject({ unixFds: false });
	});
});

// It sends all at once: AUTH, DATA, NEGOTIATE_UNIX_FD, BEGIN and its first message.
describeProgram("busctl", "apt-get install systemd", (program) => {
	test("is let in by our server", async () => {
		const list = (address: string): Command => [
			program,
			`--address=${address}`,
			"list",
		];
		expect(await served(list, {}, "Hello")).toMatchObject({
			type: "authenticated",
			mechanism: "EXTERNAL",
			identity: uid,
			unixFds: true,
		});
	});
});

describeProgram("gdbus", "apt-get install libglib2.0-bin", (program) => {
	test.each(["EXTERNAL", "DBUS_COOKIE_SHA1", "ANONYMOUS"] as const)(
		"is let in by our server, by %s",
		async (mechanism) => {
			const call = (address: string): Command => [
				program,
				...["call", "--address", address, "--dest", "org.freedesktop.DBus"],
				...["--object-path", "/", "--method", "org.framewright.Interop.Said"],
			];
			const options = { mechanisms: [mechanism] };
			expect(await served(call, options, "Hello")).toMatchObject({
				type: "authenticated",
				mechanism,
			});
		},
	);
});
