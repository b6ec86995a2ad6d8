import {
	checkInterface,
	formatIntrospection,
	type InterfaceDescription,
} from "@framewright/dbus-introspection";
import { expect, test } from "vitest";

test("a description is written with the DOCTYPE of the specification, an element a line", () => {
	const xml = formatIntrospection({
		name: "/",
		interfaces: [
			{
				name: "a.b",
				methods: { M: { in: "sa{sv}", out: "u", inNames: ["x", ""] }, N: {} },
				signals: { S: { args: "b" } },
				properties: {
					"p-q": {
						type: "s",
						access: "read",
						emitsChangedSignal: "invalidates",
						annotations: { doc: 'A "b"\n<c> &' },
					},
				},
				deprecated: true,
			},
		],
		nodes: [{ name: "c/d", interfaces: [], nodes: [] }],
	});
	expect(
		xml,
	).toBe(`<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
"http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">
<node name="/">
  <interface name="a.b">
    <method name="M">
      <arg name="x" type="s" direction="in"/>
      <arg type="a{sv}" direction="in"/>
      <arg type="u" direction="out"/>
    </method>
    <method name="N"/>
    <signal name="S">
      <arg type="b"/>
    </signal>
    <property name="p-q" type="s" access="read">
      <annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" value="invalidates"/>
      <annotation name="doc" value="A &quot;b&quot;&#10;&lt;c&gt; &amp;"/>
    </property>
    <annotation name="org.freedesktop.DBus.Deprecated" value="true"/>
  </interface>
  <node name="c/d"/>
</node>
`);
});

test.each<[object, string]>([
	[{ name: "a" }, '"a" is not the name of an interface'],
	[{ methods: { "a-b": {} } }, 'a.b: "a-b" is not the name of a method'],
	[{ signals: { "": {} } }, 'a.b: "" is not the name of a signal'],
	[{ methods: { M: { in: "a" } } }, "a.b.M: in: Signature"],
	[
		{ methods: { M: { out: "ss", outNames: ["x"] } } },
		"a.b.M: outNames must have 2 elements, not 1",
	],
	[
		{ signals: { S: { argAnnotations: [{}] } } },
		"a.b.S: argAnnotations must have 0 elements, not 1",
	],
	[
		{ properties: { P: { type: "ss", access: "read" } } },
		"a.b.P: type must be one complete type",
	],
	[{ properties: { P: { type: "s", access: "rw" } } }, "a.b.P: access must be"],
	[{ emitsChangedSignal: "yes" }, "a.b: emitsChangedSignal must be"],
	[
		{ annotations: { "org.freedesktop.DBus.Deprecated": "true" } },
		"a.b: write the field deprecated, not the annotation",
	],
	[{ annotations: { x: "\0" } }, "a.b: annotations has a character that XML"],
])("a description that is none is refused: %j", (fields, message) => {
	const description = { name: "a.b", ...fields } as InterfaceDescription;
	const refusal = expect.objectContaining({
		name: "RangeError",
		message: expect.stringContaining(message),
	});
	expect(() => checkInterface(description)).toThrow(refusal);
	expect(() =>
		formatIntrospection({ interfaces: [description], nodes: [] }),
	).toThrow(refusal);
});

test("so are nodes with names that they cannot have, and interfaces that are there twice", () => {
	const empty = { interfaces: [], nodes: [] };
	expect(() => formatIntrospection({ ...empty, name: "a" })).toThrow(
		'must be an absolute object path, not "a"',
	);
	expect(() => formatIntrospection({ ...empty, nodes: [empty] })).toThrow(
		"must be a relative object path, not undefined",
	);
	const twice = [{ name: "a.b" }, { name: "a.b" }];
	expect(() => formatIntrospection({ interfaces: twice, nodes: [] })).toThrow(
		"a.b is described twice",
	);
});

test("the limits are those of reading", () => {
	const node = { interfaces: [{ name: "a.b", methods: { M: {} } }], nodes: [] };
	const { length } = formatIntrospection(node);
	expect(
		formatIntrospection(node, { maxLength: length, maxDepth: 3 }),
	).toHaveLength(length);
	expect(() => formatIntrospection(node, { maxLength: length - 1 })).toThrow(
		`${length - 1} bytes at most, not ${length}`,
	);
	expect(() => formatIntrospection(node, { maxDepth: 2 })).toThrow(
		"Elements may be nested 2 deep at most",
	);
});
