import {
	type Address,
	escapeValue,
	formatAddress,
	parseAddress,
	unescapeValue,
} from "@framewright/dbus-address";
import { expect, test } from "vitest";

test("reads escapes in either case, and of bytes that need none", () => {
	expect(parseAddress("unix:path=%2Ftmp%2fa%31")).toEqual([
		{ transport: "unix", path: "/tmp/a1" },
	]);
});

test("reads a backslash as it stands, as libdbus does, and writes it escaped", () => {
	expect(unescapeValue("C%3a\\a*")).toBe("C:\\a*");
	expect(escapeValue("C:\\a*")).toBe("C%3a%5ca*");
});

test("keeps a byte order mark, which is a character like others", () => {
	expect(unescapeValue("%ef%bb%bfa")).toBe("\ufeffa");
});

test("refuses bytes that are no text", () => {
	expect(() => parseAddress("unix:path=/a%ff")).toThrow(
		expect.objectContaining({ code: "invalid-utf8", offset: 10 }),
	);
	expect(() => escapeValue("\ud800")).toThrow(RangeError);
});

test("refuses what would have to be escaped, and says where", () => {
	for (const [text, offset] of [
		["unix:path=/a=b", 12],
		["unix:path=/a:b", 12],
		["unix:path=/a b", 12],
		["unix:path=/ö", 11],
		["tcp:;unix:path=/~", 16],
	] as const)
		expect(() => parseAddress(text)).toThrow(
			expect.objectContaining({ code: "invalid-syntax", offset }),
		);
});

test("refuses names that are none", () => {
	for (const text of [
		":a=b",
		"a b:",
		"ö:",
		"a:b c=d",
		"a:%31=b",
		";",
		"a:;;b:",
		"a:,",
	])
		expect(() => parseAddress(text)).toThrow(
			expect.objectContaining({ code: "invalid-syntax" }),
		);
});

test("refuses a key that is there twice, which others read in two ways", () => {
	expect(() => parseAddress("tcp:host=a,host=b")).toThrow(
		expect.objectContaining({
			code: "invalid-syntax",
			message: "host must not be there twice",
			offset: 11,
		}),
	);
});

test("takes a comma behind the last parameter, as libdbus does", () => {
	expect(parseAddress("tcp:host=a,;tcp:host=b,")).toEqual([
		{ transport: "tcp", host: "a" },
		{ transport: "tcp", host: "b" },
	]);
});

test("keeps what it does not know, __proto__ and constructor too", () => {
	const text = "tcp:host=a,__proto__=b,constructor=c,argv1=d";
	const [address] = parseAddress(text);
	expect(address).toEqual({
		transport: "tcp",
		host: "a",
		extra: [
			["__proto__", "b"],
			["constructor", "c"],
			["argv1", "d"],
		],
	});
	expect(formatAddress(address as Address)).toBe(text);
	expect(parseAddress("__proto__:a=b")).toEqual([
		{ transport: "other", name: "__proto__", extra: [["a", "b"]] },
	]);
});

test("reads arguments up to the first that is missing, and keeps the others", () => {
	expect(
		parseAddress("unixexec:argv3=c,argv1=a,path=p,argv999999999=z,argv01=y"),
	).toEqual([
		{
			transport: "unixexec",
			path: "p",
			args: ["a"],
			extra: [
				["argv3", "c"],
				["argv999999999", "z"],
				["argv01", "y"],
			],
		},
	]);
});

test("writes the GUID last", () => {
	const guid = "0".repeat(32);
	expect(
		formatAddress([
			{ transport: "tcp", guid, extra: [["a", "b"]], port: 1, host: "h" },
			{ transport: "systemd" },
		]),
	).toBe(`tcp:port=1,host=h,a=b,guid=${guid};systemd:`);
});

test("writes nothing that would be read as something else", () => {
	for (const address of [
		{ transport: "unix", path: "" },
		{ transport: "unix", path: "/a", abstract: "b" },
		{ transport: "unix" },
		{ transport: "unix", path: "/a\0" },
		{ transport: "unix", path: "\udfff" },
		{ transport: "tcp", port: 65_536 },
		{ transport: "tcp", port: 1.5 },
		{ transport: "tcp", guid: "12" },
		{ transport: "tcp", extra: [["host", "a"]] },
		{ transport: "tcp", extra: [["guid", "0".repeat(32)]] },
		{ transport: "tcp", extra: [["a;tcp:b", "c"]] },
		{ transport: "unixexec", path: "p", args: ["a"], extra: [["argv2", "b"]] },
		{ transport: "other", name: "tcp" },
		{ transport: "other", name: "a;b" },
		{ transport: "other", name: "" },
	])
		expect(() => formatAddress(address as unknown as Address)).toThrow(
			RangeError,
		);
	expect(() => formatAddress([])).toThrow(RangeError);
});
