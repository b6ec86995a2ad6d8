import { DecodeError } from "@framewright/codec";
import {
	type Address,
	escapeValue,
	formatAddress,
	parseAddress,
	unescapeValue,
} from "@framewright/dbus-address";
import { describe, expect, test } from "vitest";

describe("libdbus: the tables of test/internals/address.c", () => {
	const escapes: [string, string][] = [
		["abcde", "abcde"],
		["", ""],
		["%20%20", "  "],
		["%24", "$"],
		["%25", "%"],
		["abc%24", "abc$"],
		["%24abc", "$abc"],
		["abc%24abc", "abc$abc"],
		...["/", "-", "_", "A", "I", "Z", "a", "i", "z"].map(
			(text): [string, string] => [text, text],
		),
		["%c3%b6", "ö"],
	];
	test.each(escapes)("%j is escaped text", (escaped, text) => {
		expect(escapeValue(text)).toBe(escaped);
		expect(unescapeValue(escaped)).toBe(text);
	});

	const invalid: [string, number][] = [
		["%a", 0],
		["%q", 0],
		["%az", 0],
		["%%", 0],
		["%$$", 0],
		["abc%a", 3],
		["%axyz", 0],
		["%", 0],
		["$", 0],
		[" ", 0],
	];
	test.each(invalid)("%j is none", (escaped, offset) => {
		expect(() => unescapeValue(escaped)).toThrow(
			expect.objectContaining({ code: "invalid-syntax", offset }),
		);
	});

	test("a semicolon behind the last address is no other address", () => {
		expect(
			parseAddress("unix:path=/tmp/foo;debug:name=test,sliff=sloff;"),
		).toEqual([
			{ transport: "unix", path: "/tmp/foo" },
			{
				transport: "other",
				name: "debug",
				extra: [
					["name", "test"],
					["sliff", "sloff"],
				],
			},
		]);
	});

	const wrong: [string, number][] = [
		["", 0],
		["foo", 0],
		["foo:bar", 4],
		["foo:bar,baz", 4],
		["foo:bar=foo,baz", 12],
		["foo:bar=foo;baz", 12],
		["foo:=foo", 4],
		["foo:foo=", 8],
		["foo:foo,bar=baz", 4],
	];
	test.each(wrong)("%j is no address", (text, offset) => {
		expect(() => parseAddress(text)).toThrow(
			expect.objectContaining({ code: "invalid-syntax", offset }),
		);
	});
});

/** What GLib's gdbus-addresses.c and the specification hold for right, and what for wrong. */
describe("GLib and the specification", () => {
	const right: [string, Address][] = [
		["unix:path=/tmp/dbus-test", { transport: "unix", path: "/tmp/dbus-test" }],
		[
			"unix:abstract=/tmp/abstract",
			{ transport: "unix", abstract: "/tmp/abstract" },
		],
		["unix:dir=/tmp", { transport: "unix", dir: "/tmp" }],
		["unix:tmpdir=/tmp", { transport: "unix", tmpdir: "/tmp" }],
		["unix:runtime=yes", { transport: "unix", runtime: true }],
		["tcp:host=localhost", { transport: "tcp", host: "localhost" }],
		["tcp:", { transport: "tcp" }],
		[
			"tcp:host=localhost,bind=*,port=4711,family=ipv6",
			{
				transport: "tcp",
				host: "localhost",
				bind: "*",
				port: 4711,
				family: "ipv6",
			},
		],
		[
			"nonce-tcp:host=localhost,port=42,noncefile=/foo/bar",
			{
				transport: "nonce-tcp",
				host: "localhost",
				port: 42,
				noncefile: "/foo/bar",
			},
		],
		["launchd:env=FOO", { transport: "launchd", env: "FOO" }],
		["autolaunch:", { transport: "autolaunch" }],
		["autolaunch:scope=*user", { transport: "autolaunch", scope: "*user" }],
		["systemd:", { transport: "systemd" }],
		[
			"some-imaginary-transport:foo=bar",
			{
				transport: "other",
				name: "some-imaginary-transport",
				extra: [["foo", "bar"]],
			},
		],
		[
			"unix:path=/a,guid=0123456789abcdef0123456789ABCDEF",
			{
				transport: "unix",
				path: "/a",
				guid: "0123456789abcdef0123456789ABCDEF",
			},
		],
	];
	test.each(right)("%s", (text, address) => {
		expect(parseAddress(text)).toEqual([address]);
		expect(formatAddress(address)).toBe(text);
	});

	const wrong: [string, string, number][] = [
		[
			"unix:",
			"unix: needs exactly one of path, abstract, dir, tmpdir, runtime",
			0,
		],
		[
			"unix:foo=bar",
			"unix: needs exactly one of path, abstract, dir, tmpdir, runtime",
			0,
		],
		[
			"unix:path=/a,abstract=/b",
			"unix: needs exactly one of path, abstract, dir, tmpdir, runtime",
			0,
		],
		["unix:runtime=no", 'runtime must be yes, not "no"', 5],
		[
			"tcp:host=localhost,port=-1",
			'port must be a number from 0 to 65535, not "-1"',
			19,
		],
		[
			"tcp:host=localhost,port=65536",
			'port must be a number from 0 to 65535, not "65536"',
			19,
		],
		[
			"tcp:host=localhost,port=420000",
			'port must be a number from 0 to 65535, not "420000"',
			19,
		],
		["tcp:port=42x", 'port must be a number from 0 to 65535, not "42x"', 4],
		["tcp:family=bad", 'family must be ipv4 or ipv6, not "bad"', 4],
		[
			"nonce-tcp:port=not-a-number",
			'port must be a number from 0 to 65535, not "not-a-number"',
			10,
		],
		["unixexec:argv1=a", "unixexec: needs path", 0],
		["systemd:;launchd:", "launchd: needs env", 9],
		["unix:path=/a,guid=12", 'guid must be 32 digits of hex, not "12"', 13],
		["unix:path=/a%00b", "There must be no NUL in path", 5],
	];
	test.each(wrong)("%s", (text, message, offset) => {
		expect(() => parseAddress(text)).toThrow(
			new DecodeError("invalid-value", message, offset),
		);
		expect(() => parseAddress(text)).toThrow(
			expect.objectContaining({ code: "invalid-value", offset }),
		);
	});
});

// What sd-bus makes of the names of hosts, in test-bus-address.c, as addresses.
describe("systemd: the addresses of remote buses", () => {
	const remote: [string, string[]][] = [
		[
			"argv1=-xT,argv2=--,argv3=host,argv4=systemd-stdio-bridge",
			["-xT", "--", "host", "systemd-stdio-bridge"],
		],
		[
			"argv1=-xT,argv2=-p,argv3=123,argv4=--,argv5=host,argv6=systemd-stdio-bridge",
			["-xT", "-p", "123", "--", "host", "systemd-stdio-bridge"],
		],
		[
			"argv1=-xT,argv2=--,argv3=user%40%3a%3a1,argv4=systemd-stdio-bridge",
			["-xT", "--", "user@::1", "systemd-stdio-bridge"],
		],
	];
	test.each(remote)("unixexec:path=ssh,%s", (parameters, args) => {
		const text = `unixexec:path=ssh,${parameters}`;
		const address: Address = { transport: "unixexec", path: "ssh", args };
		expect(parseAddress(text)).toEqual([address]);
		expect(formatAddress(address)).toBe(text);
	});
});
