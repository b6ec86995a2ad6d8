// The tables of libdbus (test/internals/dbus-marshal-validate-util.c and test/syntax.c).

import {
	isBusName,
	isErrorName,
	isInterfaceName,
	isMemberName,
	isUniqueName,
} from "@framewright/dbus-message";
import { describe, expect, test } from "vitest";

const dotted = [
	"org.freedesktop.Foo",
	"Bar.Baz",
	"Blah.Blah.Blah.Blah.Blah",
	"a.b",
	"a.b.c.d.e.f.g",
	"a0.b1.c2.d3.e4.f5.g6",
	"abc123.foo27",
	"com.example",
	"com.example.a0",
	"com.example._",
	"org.freedesktop.DBus",
	`a.${"b".repeat(253)}`,
];
const notDotted = [
	".",
	"",
	"..",
	".Foo.Bar",
	"..Foo.Bar",
	"Foo.Bar.",
	"Foo.Bar..",
	"Foo",
	"9foo.bar.baz",
	"foo.bar..baz",
	"foo.bar...baz",
	"foo.bar.b..blah",
	"10",
	"0.0.0",
	"0..0",
	"foo.Bar.%",
	"foo.Bar!!",
	"!Foo.bar.bz",
	"foo.$.blah",
	"   ",
	"foo bar",
	"com",
	"com.example.",
	"com.example..a0",
	"com.example.0a",
	"com.example.a$",
	"com.example.a\u00a9",
	"a.b\n",
	`a.${"b".repeat(254)}`,
];
const unique = [
	":0",
	":a",
	":",
	":.a",
	":.1",
	":0.1",
	":000.2222",
	":.blah",
	":abce.freedesktop.blah",
	":1.42",
	":1.2.3.4.5",
	":com.example",
	":0-1",
	":11.34324",
	`:${"1".repeat(254)}`,
];
const notUnique = [
	":!",
	":blah.",
	":blah..org",
	":blah.org..",
	":..blah.org",
	`:${"1".repeat(255)}`,
];
const members = [
	"Hello",
	"Bar",
	"foobar",
	"_foobar",
	"foo89",
	"_",
	"a",
	"a0",
	"GetAll",
	"a".repeat(255),
];
const notMembers = [
	"9Hello",
	"10",
	"1",
	"foo-bar",
	"blah.org",
	".blah",
	"blah.",
	"Hello.",
	"!foo",
	"",
	"   ",
	"foo bar",
	"-",
	"a-",
	"0_",
	"a$",
	"a\u00a9",
	"a\n",
	"a".repeat(256),
];

const kinds: [string, (text: string) => boolean, string[], string[]][] = [
	["interfaces", isInterfaceName, dotted, [...notDotted, ...unique, "a-b.c"]],
	["errors", isErrorName, dotted, [...notDotted, ...unique, "a-b.c"]],
	["members", isMemberName, members, notMembers],
	["unique connections", isUniqueName, unique, [...notUnique, ...dotted]],
	[
		"connections",
		isBusName,
		[...dotted, ...unique, "a-b.c", "-a._b-"],
		[...notDotted, ...notUnique],
	],
];

describe.each(kinds)("names of %s", (_, is, good, bad) => {
	test.each(good)("%j is one", (name) => expect(is(name)).toBe(true));
	test.each(bad)("%j is none", (name) => expect(is(name)).toBe(false));
});
