import {
	type Address,
	connectTarget,
	type Host,
	isConnectable,
	isListenable,
	parseAddress,
	sessionBusAddress,
	systemBusAddress,
	UnsupportedAddressError,
} from "@framewright/dbus-address";
import { describe, expect, test } from "vitest";

const one = (text: string): Address => parseAddress(text)[0] as Address;
const linux: Host = { platform: "linux", nodeVersion: "26.10.0" };
const target = (text: string, host: Partial<Host> = {}): unknown =>
	connectTarget(one(text), { ...linux, ...host });

test.each([
	["unix:path=/run/user/1000/bus", { path: "/run/user/1000/bus" }],
	["unix:abstract=/tmp/a%20b", { path: "\0/tmp/a b" }],
	["tcp:host=localhost,port=42", { host: "localhost", port: 42 }],
	[
		"tcp:host=%3a%3a1,port=42,family=ipv6,bind=*",
		{ host: "::1", port: 42, family: 6 },
	],
	[
		"nonce-tcp:host=a,port=1,family=ipv4,noncefile=/n",
		{ host: "a", port: 1, family: 4, noncefile: "/n" },
	],
	[
		"unixexec:path=ssh,argv0=s,argv1=-x,argv2=b,argv4=d",
		{ command: "ssh", argv0: "s", args: ["-x", "b"] },
	],
	["unixexec:path=bridge", { command: "bridge", args: [] }],
])("%s is connected to", (text, expected) => {
	expect(target(text)).toEqual(expected);
});

test.each([
	[
		"unix:dir=/tmp",
		{},
		"a server can listen on it, but no client connect to it",
	],
	["unix:tmpdir=/tmp", {}, "a server can listen on it"],
	["unix:runtime=yes", {}, "a server can listen on it"],
	["systemd:", {}, "a server can listen on it"],
	["tcp:host=localhost", {}, "host and port are needed to connect"],
	["tcp:host=localhost,port=0", {}, "host and port are needed"],
	["tcp:bind=*,port=1", {}, "host and port are needed"],
	["nonce-tcp:host=a,port=1", {}, "host, port and noncefile are needed"],
	["foo:a=b", {}, "foo:a=b: the transport is not known"],
	["autolaunch:", {}, "set DBUS_SESSION_BUS_ADDRESS"],
	["launchd:env=A", { env: { A: "/a" } }, "is for macOS"],
	["launchd:env=A", { platform: "darwin", env: {} }, "ask launchctl getenv A"],
	["unix:path=/a", { platform: "win32" }, "Windows has no Unix sockets"],
	["unixexec:path=/a", { platform: "win32" }, "Windows has no unixexec:"],
	["unix:abstract=a", { platform: "darwin" }, "only Linux has abstract names"],
	[
		"unix:abstract=a",
		{ nodeVersion: "20.19.5" },
		"unix:abstract=a: Node 20.19.5 cannot use abstract names: Node 22 can",
	],
	["unix:abstract=a", { nodeVersion: "v21.7.3" }, "Node v21.7.3 cannot"],
	[
		`unix:path=/${"p".repeat(107)}`,
		{},
		"the name has 108 bytes, and 107 is the most",
	],
	[`unix:path=/${"%c3%b6".repeat(54)}`, {}, "the name has 109 bytes"],
	[`unix:abstract=${"a".repeat(108)}`, {}, "the name has 108 bytes"],
	[
		`unix:path=/${"p".repeat(103)}`,
		{ platform: "darwin" },
		"the name has 104 bytes, and 103 is the most",
	],
] as [string, Partial<Host>, string][])(
	"%s with %j is not: %s",
	(text, host, message) => {
		expect(() => target(text, host)).toThrow(message);
		expect(() => target(text, host)).toThrow(UnsupportedAddressError);
	},
);

test("the longest names that there can be are connected to", () => {
	const longest = "a".repeat(106);
	expect(target(`unix:path=/${longest}`)).toEqual({ path: `/${longest}` });
	expect(target(`unix:abstract=/${longest}`)).toEqual({
		path: `\0/${longest}`,
	});
});

test("abstract names are connected to where there is no Node, and from 22 on", () => {
	for (const host of [
		{ platform: "linux" },
		{ platform: "android", nodeVersion: "v22.0.0" },
	])
		expect(connectTarget(one("unix:abstract=a"), host)).toEqual({
			path: "\0a",
		});
});

test("launchd's socket is where its environment says", () => {
	expect(
		target("launchd:env=A", { platform: "darwin", env: { A: "/private/a" } }),
	).toEqual({ path: "/private/a" });
});

test("some addresses are for clients, some for servers, some for both", () => {
	const table: [string, boolean, boolean][] = [
		["unix:path=/a", true, true],
		["unix:abstract=a", true, true],
		["unix:dir=/a", false, true],
		["unix:tmpdir=/a", false, true],
		["unix:runtime=yes", false, true],
		["tcp:host=a", false, true],
		["tcp:host=a,port=0", false, true],
		["tcp:host=a,port=1", true, true],
		["nonce-tcp:host=a,port=1", false, true],
		["nonce-tcp:host=a,port=1,noncefile=/n", true, true],
		["unixexec:path=a", true, false],
		["launchd:env=A", true, true],
		["systemd:", false, true],
		["autolaunch:", true, false],
		["foo:", false, false],
	];
	for (const [text, connectable, listenable] of table) {
		expect([text, isConnectable(one(text))]).toEqual([text, connectable]);
		expect([text, isListenable(one(text))]).toEqual([text, listenable]);
	}
	expect(isListenable(one("autolaunch:"), "win32")).toBe(true);
});

describe("the buses", () => {
	test("are where the environment says", () => {
		const env = {
			DBUS_SESSION_BUS_ADDRESS: "unix:path=/a;tcp:",
			DBUS_SYSTEM_BUS_ADDRESS: "unix:path=/b",
			XDG_RUNTIME_DIR: "/run/user/1000",
		};
		expect(sessionBusAddress(env)).toBe("unix:path=/a;tcp:");
		expect(systemBusAddress(env)).toBe("unix:path=/b");
	});

	test("have their usual places", () => {
		expect(sessionBusAddress({ XDG_RUNTIME_DIR: "/run/user/1 0/" })).toBe(
			"unix:path=/run/user/1%200/bus",
		);
		for (const XDG_RUNTIME_DIR of [undefined, "", "run"])
			expect(sessionBusAddress({ XDG_RUNTIME_DIR })).toBe("autolaunch:");
		expect(sessionBusAddress({ XDG_RUNTIME_DIR: "/run" }, "win32")).toBe(
			"autolaunch:",
		);
		expect(sessionBusAddress({}, "darwin")).toBe(
			"launchd:env=DBUS_LAUNCHD_SESSION_BUS_SOCKET",
		);
		expect(systemBusAddress({})).toBe(
			"unix:path=/var/run/dbus/system_bus_socket",
		);
	});
});
