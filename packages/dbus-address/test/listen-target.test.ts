import {
	type Address,
	advertisedAddress,
	formatAddress,
	type ListenHost,
	listenTarget,
	parseAddress,
	UnsupportedAddressError,
} from "@framewright/dbus-address";
import { describe, expect, test } from "vitest";

const linux: ListenHost = {
	platform: "linux",
	nodeVersion: "26.10.0",
	random: (bytes) => void bytes.fill(1),
};

function target(text: string, host: Partial<ListenHost> = {}) {
	const [address] = parseAddress(text);
	return listenTarget(address as Address, { ...linux, ...host });
}

describe("What to listen on", () => {
	test.each([
		["unix:path=/run/bus", { path: "/run/bus" }],
		["unix:abstract=x%20y", { path: "\0x y" }],
		["unix:dir=/run/x", { path: "/run/x/dbus-BBBBBBBBBBBB" }],
		["unix:tmpdir=/tmp/", { path: "/tmp/dbus-BBBBBBBBBBBB" }],
		["tcp:", { host: "localhost", port: 0 }],
		["tcp:host=example.com,port=7", { host: "example.com", port: 7 }],
		["tcp:host=a,bind=10.0.0.1", { host: "10.0.0.1", port: 0 }],
		["tcp:host=a,bind=*,port=1", { port: 1 }],
		["tcp:family=ipv4", { host: "127.0.0.1", port: 0 }],
		["tcp:family=ipv6", { host: "::1", port: 0, ipv6Only: true }],
		["tcp:bind=*,family=ipv6", { host: "::", port: 0, ipv6Only: true }],
		["tcp:bind=*,family=ipv4", { host: "0.0.0.0", port: 0 }],
		["tcp:host=%3a%3a1,family=ipv6", { host: "::1", port: 0, ipv6Only: true }],
		[
			"nonce-tcp:noncefile=/n",
			{
				host: "localhost",
				port: 0,
				nonce: { file: "/n", bytes: new Uint8Array(16).fill(1) },
			},
		],
		[
			"nonce-tcp:port=1",
			{
				host: "localhost",
				port: 1,
				nonce: {
					file: "/tmp/dbus-nonce-BBBBBBBBBBBB",
					bytes: new Uint8Array(16).fill(1),
				},
			},
		],
	])("%s", (text, expected) => {
		expect(target(text)).toEqual(expected);
	});

	test("what the environment tells", () => {
		const env = {
			XDG_RUNTIME_DIR: "/run/user/7",
			LISTEN_FDS: "2",
			LISTEN_PID: "9",
		};
		expect(target("unix:runtime=yes", { env })).toEqual({
			path: "/run/user/7/bus",
		});
		expect(target("systemd:", { env, pid: 9 })).toEqual({ fds: [3, 4] });
		expect(target("nonce-tcp:", { env: { TMPDIR: "/t" } })).toMatchObject({
			nonce: { file: "/t/dbus-nonce-BBBBBBBBBBBB" },
		});
	});

	test("names are random", () => {
		const [address] = parseAddress("unix:dir=/tmp");
		const paths = Array.from({ length: 10 }, () => {
			const { path } = listenTarget(address as Address, {
				platform: "linux",
			}) as { path: string };
			expect(path).toMatch(/^\/tmp\/dbus-[-\w]{12}$/);
			return path;
		});
		expect(new Set(paths).size).toBe(10);
	});
});

test.each<[string, Partial<ListenHost>, string]>([
	["unix:runtime=yes", {}, "XDG_RUNTIME_DIR is not set"],
	["unix:runtime=yes", { env: { XDG_RUNTIME_DIR: "x" } }, "is not set"],
	["unix:path=/x", { platform: "win32" }, "Windows has no Unix sockets"],
	["unix:abstract=x", { platform: "darwin" }, "only Linux has abstract names"],
	["unix:abstract=x", { nodeVersion: "20.1.0" }, "Node 20.1.0 cannot use"],
	[`unix:dir=/${"x".repeat(95)}`, {}, "the name has 114 bytes, and 107"],
	["tcp:host=example.com,family=ipv4", {}, "name an address of that family"],
	["tcp:host=%3a%3a1,family=ipv4", {}, "name an address of that family"],
	["systemd:", {}, "LISTEN_FDS is not set"],
	["systemd:", { env: { LISTEN_FDS: "0" } }, "LISTEN_FDS is not set"],
	[
		"systemd:",
		{ env: { LISTEN_FDS: "1", LISTEN_PID: "8" }, pid: 9 },
		"for process 8, not 9",
	],
	["launchd:env=X", {}, "functions of its own"],
	["autolaunch:", {}, "Windows alone listens"],
	["unixexec:path=/x", {}, "nobody can listen"],
	["other:x=y", {}, "the transport is not known"],
])("%s cannot be listened on with %j", (text, host, reason) => {
	expect(() => target(text, host)).toThrow(UnsupportedAddressError);
	expect(() => target(text, host)).toThrow(reason);
});

test("what is advertised is where the server is, with its GUID", () => {
	const guid = "0123456789abcdef0123456789abcdef";
	const ipv4 = { address: "127.0.0.1", family: "IPv4", port: 4000 };
	const ipv6 = { address: "::", family: "IPv6", port: 4000 };
	for (const [text, bound, expected] of [
		["unix:path=/a b", "/a b", "unix:path=/a%20b"],
		["unix:tmpdir=/tmp", "/tmp/dbus-x", "unix:path=/tmp/dbus-x"],
		["unix:abstract=x", "\0x", "unix:abstract=x"],
		["tcp:", ipv4, "tcp:host=localhost,port=4000,family=ipv4"],
		["tcp:host=a,bind=*", ipv6, "tcp:host=a,port=4000"],
		["tcp:bind=*", ipv6, "tcp:host=localhost,port=4000"],
		[
			"tcp:bind=%3a%3a1",
			{ ...ipv6, address: "::1" },
			"tcp:host=%3a%3a1,port=4000,family=ipv6",
		],
		[
			"nonce-tcp:noncefile=/n",
			ipv4,
			"nonce-tcp:host=localhost,port=4000,family=ipv4,noncefile=/n",
		],
	] as const) {
		const [address] = parseAddress(text.replace(" ", "%20"));
		const advertised = advertisedAddress(
			address as Address,
			target(text.replace(" ", "%20")),
			bound,
			guid,
		);
		const [again] = parseAddress(formatAddress(advertised));
		expect(again).toEqual({ ...parseAddress(expected)[0], guid });
	}
	const env = { LISTEN_FDS: "1" };
	expect(
		advertisedAddress(
			{ transport: "systemd" },
			target("systemd:", { env }),
			"/run/x",
			guid,
		),
	).toEqual({ transport: "unix", path: "/run/x", guid });
	expect(() =>
		advertisedAddress({ transport: "tcp" }, target("tcp:"), null, guid),
	).toThrow("the server does not listen");
});
