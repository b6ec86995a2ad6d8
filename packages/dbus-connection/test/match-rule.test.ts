import type { Message } from "@framewright/dbus-message";
import { describe, expect, test } from "vitest";
import { formatMatchRule, type MatchRule } from "../src/index.ts";
import { matches } from "../src/match-rule.ts";

test("a rule is written as the specification has it", () => {
	expect(
		formatMatchRule({
			type: "signal",
			sender: "org.freedesktop.DBus",
			destination: ":1.4",
			pathNamespace: "/org",
			interface: "org.freedesktop.DBus",
			member: "NameOwnerChanged",
			args: { 0: "com.example.Clock", 63: "" },
			argPaths: { 1: "/aa/" },
			arg0namespace: "com.example",
		}),
	).toBe(
		"type='signal',sender='org.freedesktop.DBus',destination=':1.4',path_namespace='/org'," +
			"interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='com.example.Clock',arg63=''," +
			"arg1path='/aa/',arg0namespace='com.example'",
	);
	expect(formatMatchRule({})).toBe("");
});

test("an apostrophe ends its quotes, and stands alone behind a backslash", () => {
	// Specification, "Match Rules": within quotes, a backslash is itself.
	expect(formatMatchRule({ args: { 0: "it's \\ ,=" } })).toBe(
		"arg0='it'\\''s \\ ,='",
	);
});

test("a rule that no bus takes is refused", () => {
	expect(() => formatMatchRule({ path: "/", pathNamespace: "/" })).toThrow(
		RangeError,
	);
	expect(() => formatMatchRule({ args: { 64: "x" } })).toThrow(/0 to 63/);
});

const message = {
	type: "signal",
	path: "/aa/bb",
	interface: "com.example.A",
	member: "B",
	signature: "s(ss)a{sv}oas",
	body: ["com.example.x", ["/aa/", "y"], new Map(), "/aa/bb/cc", ["/aa/"]],
} as unknown as Message;

describe("a rule holds", () => {
	test.each<[MatchRule, boolean]>([
		[{}, true],
		[{ path: "/aa/bb" }, true],
		[{ path: "/aa" }, false],
		[{ pathNamespace: "/aa/bb" }, true],
		[{ pathNamespace: "/aa" }, true],
		[{ pathNamespace: "/a" }, false],
		[{ pathNamespace: "/" }, true],
		[{ interface: "com.example.A", member: "B" }, true],
		[{ member: "C" }, false],
		[{ args: { 0: "com.example.x" } }, true],
		[{ args: { 0: "com.example" } }, false],
		// Only strings are strings: not what is in a struct, nor an object path, nor what is not there.
		[{ args: { 1: "/aa/" } }, false],
		[{ args: { 3: "/aa/bb/cc" } }, false],
		[{ args: { 9: "" } }, false],
		[{ argPaths: { 3: "/aa/bb/cc" } }, true],
		[{ argPaths: { 3: "/aa/" } }, true],
		[{ argPaths: { 3: "/aa/bb" } }, false],
		[{ argPaths: { 0: "com.example.x" } }, true],
		[{ argPaths: { 4: "/aa/" } }, false],
		[{ arg0namespace: "com.example" }, true],
		[{ arg0namespace: "com.example.x" }, true],
		[{ arg0namespace: "com.exam" }, false],
	])("%o: %s", (rule, holds) => {
		expect(matches(rule, message)).toBe(holds);
	});

	// Specification, "Match Rules", arg0path: either may be the beginning.
	test.each([
		["/aa/bb/", "/", true],
		["/aa/bb/", "/aa/", true],
		["/aa/bb/", "/aa/bb/", true],
		["/aa/bb/", "/aa/bb/cc/", true],
		["/aa/bb/", "/aa/bb/cc", true],
		["/aa/bb/", "/aa/b", false],
		["/aa/bb/", "/aa", false],
		["/aa/bb/", "/aa/bb", false],
	])("arg0path='%s' for %s: %s", (wanted, found, holds) => {
		const one = { ...message, signature: "s", body: [found] };
		expect(matches({ argPaths: { 0: wanted } }, one as Message)).toBe(holds);
	});
});
