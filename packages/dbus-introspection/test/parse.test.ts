import assert from "node:assert/strict";
import { parseIntrospection } from "@framewright/dbus-introspection";
import { describe, expect, test } from "vitest";

const DOCTYPE = `<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
"http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">`;

/** Reads what is inside of an interface. */
function inside(xml: string, options = {}) {
	const { interfaces } = parseIntrospection(
		`<node><interface name="a.b">${xml}</interface></node>`,
		options,
	);
	return interfaces[0];
}

describe("What services say", () => {
	test("the example of the specification", () => {
		assert.deepEqual(
			parseIntrospection(`${DOCTYPE}
<node name="/com/example/sample_object0">
   <node name="child_of_sample_object"/>
   <node name="another_child_of_sample_object"/>
   <interface name="com.example.SampleInterface0">
     <method name="Frobate">
       <arg name="foo" type="i" direction="in"/>
       <arg name="bar" type="as" direction="out"/>
       <arg name="baz" type="a{us}" direction="out"/>
       <annotation name="org.freedesktop.DBus.Deprecated" value="true"/>
     </method>
     <method name="Bazify">
       <arg name="bar" type="(iiu)" direction="in"/>
       <arg name="len" type="u" direction="out"/>
     </method>
     <method name="Mogrify">
       <arg name="bar" type="(iiav)" direction="in"/>
     </method>
     <signal name="Changed">
       <arg name="new_value" type="b"/>
     </signal>
     <property name="Bar" type="y" access="readwrite"/>
   </interface>
</node>`),
			{
				name: "/com/example/sample_object0",
				interfaces: [
					{
						name: "com.example.SampleInterface0",
						methods: {
							Frobate: {
								in: "i",
								inNames: ["foo"],
								out: "asa{us}",
								outNames: ["bar", "baz"],
								deprecated: true,
							},
							Bazify: {
								in: "(iiu)",
								inNames: ["bar"],
								out: "u",
								outNames: ["len"],
							},
							Mogrify: { in: "(iiav)", inNames: ["bar"] },
						},
						signals: { Changed: { args: "b", argNames: ["new_value"] } },
						properties: { Bar: { type: "y", access: "readwrite" } },
					},
				],
				nodes: [
					{ name: "child_of_sample_object", interfaces: [], nodes: [] },
					{ name: "another_child_of_sample_object", interfaces: [], nodes: [] },
				],
			},
		);
	});

	test("dbus-daemon: no names, empty elements on two lines", () => {
		const { interfaces } = parseIntrospection(`${DOCTYPE}
<node>
  <interface name="org.freedesktop.DBus">
    <method name="RequestName">
      <arg direction="in" type="s"/>
      <arg direction="in" type="u"/>
      <arg direction="out" type="u"/>
    </method>
    <method name="ReloadConfig">
    </method>
    <property name="Features" type="as" access="read">
      <annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" value="const"/>
    </property>
  </interface>
</node>
`);
		assert.deepEqual(interfaces, [
			{
				name: "org.freedesktop.DBus",
				methods: { RequestName: { in: "su", out: "u" }, ReloadConfig: {} },
				properties: {
					Features: {
						type: "as",
						access: "read",
						emitsChangedSignal: "const",
					},
				},
			},
		]);
	});

	test("sd-bus: annotations of its own", () => {
		assert.deepEqual(
			inside(`
  <property name="RestartUSec" type="t" access="readwrite">
   <annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" value="false"/>
   <annotation name="org.freedesktop.systemd1.Privileged" value="true"/>
  </property>
  <method name="Reboot">
   <annotation name="org.freedesktop.DBus.Method.NoReply" value="true"/>
  </method>`),
			{
				name: "a.b",
				methods: { Reboot: { noReply: true } },
				properties: {
					RestartUSec: {
						type: "t",
						access: "readwrite",
						emitsChangedSignal: "false",
						annotations: { "org.freedesktop.systemd1.Privileged": "true" },
					},
				},
			},
		);
	});

	test("PackageKit: a DTD inside of the document, and elements of documentation with its entities", () => {
		const { interfaces } = parseIntrospection(`<!DOCTYPE node PUBLIC
"-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
"http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd" [
  <!-- ]> -->
  <!ENTITY ERROR_GENERAL "]>">
  %parameter; <?instruction ]>?>
]>
<node name="/" xmlns:doc="http://www.freedesktop.org/dbus/1.0/doc.dtd">
  <interface name="org.freedesktop.PackageKit">
    <doc:doc><doc:description><doc:para>Fails: &ERROR_GENERAL;.</doc:para></doc:description></doc:doc>
    <method name="CanAuthorize">
      <annotation name="org.freedesktop.DBus.GLib.Async" value=""/>
      <doc:doc><method name="not one"/></doc:doc>
      <arg type="s" name="action_id" direction="in">
        <doc:doc><doc:summary><doc:para>An action</doc:para></doc:summary></doc:doc>
      </arg>
    </method>
  </interface>
</node>`);
		assert.deepEqual(interfaces, [
			{
				name: "org.freedesktop.PackageKit",
				methods: {
					CanAuthorize: {
						in: "s",
						inNames: ["action_id"],
						annotations: { "org.freedesktop.DBus.GLib.Async": "" },
					},
				},
			},
		]);
	});

	test("Qt: types of its own in annotations, signals with a direction, overloaded methods", () => {
		const overloaded = `
    <method name="show"><arg type="s" direction="in"/></method>
    <method name="show"><arg type="i" direction="in"/></method>
    <signal name="moved">
      <arg name="to" type="(ii)" direction="out"/>
      <annotation name="org.qtproject.QtDBus.QtTypeName.Out0" value="QPoint"/>
    </signal>`;
		expect(() => inside(overloaded)).toThrow("a.b.show is described twice");
		assert.deepEqual(inside(overloaded, { overloads: "first" }), {
			name: "a.b",
			methods: { show: { in: "s" } },
			signals: {
				moved: {
					args: "(ii)",
					argNames: ["to"],
					annotations: { "org.qtproject.QtDBus.QtTypeName.Out0": "QPoint" },
				},
			},
		});
	});

	test("Telepathy: attributes with a prefix, and what an interface cannot hold", () => {
		assert.deepEqual(
			inside(`
    <tp:struct name="X"><tp:member type="s" name="Y"/></tp:struct>
    <method name="Do" tp:name-for-bindings="Do">
      <tp:docstring xmlns="http://www.w3.org/1999/xhtml"><p>It does.</p></tp:docstring>
      <tp:possible-errors><tp:error name="a.b.C"/></tp:possible-errors>
      <arg direction="out" type="a(s)" tp:type="X[]"/>
    </method>
    <arg type="s"/><interface name="!"/>`),
			{ name: "a.b", methods: { Do: { out: "a(s)" } } },
		);
	});
});

test("arguments of both directions are kept apart, names and annotations at their places", () => {
	assert.deepEqual(
		inside(`<method name="M">
			<arg type="s"/><arg type="u" direction="out" name="id"/>
			<arg type="a{sv}" name="options"><annotation name="k" value="v"/></arg>
			<arg type="i"/><arg type="b" direction="out"/>
		</method>`)?.methods,
		{
			M: {
				in: "sa{sv}i",
				inNames: ["", "options", ""],
				inAnnotations: [{}, { k: "v" }, {}],
				out: "ub",
				outNames: ["id", ""],
			},
		},
	);
});

test("an annotation of the specification with a value of no meaning stays an annotation", () => {
	const annotation =
		'<annotation name="org.freedesktop.DBus.Deprecated" value="yes"/>';
	assert.deepEqual(inside(annotation), {
		name: "a.b",
		annotations: { "org.freedesktop.DBus.Deprecated": "yes" },
	});
});

test("members may have the names of what every object has", () => {
	const described = inside(
		'<method name="__proto__"/><method name="constructor"/><property name="__proto__" type="s" access="read"/>',
	);
	expect(Object.keys(described?.methods ?? {})).toEqual([
		"__proto__",
		"constructor",
	]);
	expect(Object.getPrototypeOf(described?.properties)).toBe(Object.prototype);
	expect(({} as { type?: string }).type).toBeUndefined();
});

describe("What is refused, and where", () => {
	test.each([
		["", "truncated", 0, "XML: the text ended inside or before an element"],
		["<a/>", "invalid-value", 0, "The first element must be node, not a"],
		["<node/><node/>", "invalid-syntax", 7, "XML: nothing may follow"],
		[
			"<node>\u00e9</nude>",
			"invalid-syntax",
			8,
			"the end of node was expected",
		],
		["<node name='a'/>", "invalid-value", 12, "an absolute object path"],
		[
			"<node><node name='/a'/></node>",
			"invalid-value",
			18,
			"a relative object",
		],
		["<node><node/></node>", "invalid-value", 6, "must have a name"],
		["<node a='1' a='2'/>", "invalid-syntax", 12, "a is there twice"],
		["<node a='1'b='2'/>", "invalid-syntax", 11, "white space must come"],
		["<node a='&b;'/>", "invalid-syntax", 9, "& must begin"],
		["<node>&b;</node>", "invalid-syntax", 6, "& must begin"],
		["<!DOCTYPE n><node a='&b;'/>", "invalid-syntax", 21, "& must begin"],
		["<node>&#0;</node>", "invalid-syntax", 6, "&#0; is no character"],
		["<node>\u0001</node>", "invalid-syntax", 6, "U+0001 is no character"],
		["<node>\ud800</node>", "invalid-syntax", 6, "U+D800 is no character"],
		["<!DOCTYPE a><!DOCTYPE a><node/>", "invalid-syntax", 12, "one DOCTYPE"],
		["<!DOCTYPE a [<!ENTITY <>]><node/>", "invalid-syntax", 22, "must end"],
		[
			'<?xml version="1.0" encoding="latin1"?><node/>',
			"invalid-value",
			29,
			"the encoding must be UTF-8, not latin1",
		],
	])("%j", (xml, code, offset, message) => {
		expect(() => parseIntrospection(xml)).toThrow(
			expect.objectContaining({
				name: "DecodeError",
				code,
				offset,
				message: expect.stringContaining(message),
			}),
		);
	});

	test.each([
		["<method/>", "A method of a.b must have the attribute name"],
		['<method name="a.b"/>', '"a.b" is not the name of a method, in a.b'],
		['<property name="" type="s" access="read"/>', '"" is not the name of a'],
		['<property name="x" access="read"/>', "must have the attribute type"],
		['<property name="x" type="s"/>', "must have the attribute access"],
		['<property name="x" type="s" access="rw"/>', "read, write or readwrite"],
		['<property name="x" type="ss" access="read"/>', "one complete type"],
		['<property name="x" type="a" access="read"/>', "missing at the end"],
		['<method name="m"><arg type=""/></method>', "one complete type"],
		['<method name="m"><arg/></method>', "must have the attribute type"],
		[
			'<method name="m"><arg type="s" direction="both"/></method>',
			'must be in or out, not "both"',
		],
		[
			'<signal name="m"><arg type="s" direction="in"/></signal>',
			'must be out, not "in"',
		],
		['<annotation name="x"/>', "must have the attribute value"],
		[
			'<annotation name="x" value=""/><annotation name="x" value=""/>',
			"x is described twice",
		],
		[
			`<method name="m">${'<arg type="s"/>'.repeat(256)}</method>`,
			"255 characters at most",
		],
	])("%s", (xml, message) => {
		expect(() => inside(xml)).toThrow(
			expect.objectContaining({
				code: "invalid-value",
				message: expect.stringContaining(message),
			}),
		);
	});

	test("bytes that are not UTF-8, at the first of them", () => {
		const bytes = new TextEncoder().encode("<node a='\ufffd\u00e9!'/>");
		bytes[14] = 0xff;
		expect(() => parseIntrospection(bytes)).toThrow(
			expect.objectContaining({ code: "invalid-utf8", offset: 14 }),
		);
	});
});

describe("Limits", () => {
	test("bytes, not characters", () => {
		const xml = "<node a='\u00e9\u20ac\u{1f600}'/>";
		const { length } = new TextEncoder().encode(xml);
		for (const input of [xml, new TextEncoder().encode(xml)]) {
			parseIntrospection(input, { maxLength: length });
			expect(() =>
				parseIntrospection(input, { maxLength: length - 1 }),
			).toThrow(
				expect.objectContaining({
					code: "too-large",
					length,
					limit: length - 1,
				}),
			);
		}
	});

	test("depth, of what is passed over as well", () => {
		const xml = `<node>${"<x>".repeat(63)}${"</x>".repeat(63)}</node>`;
		parseIntrospection(xml);
		expect(() => parseIntrospection(`<node>${"<x>".repeat(64)}`)).toThrow(
			expect.objectContaining({ code: "too-deep", offset: 6 + 63 * 3 }),
		);
	});

	test("options that cannot be", () => {
		for (const options of [
			{ maxLength: 0 },
			{ maxLength: Number.NaN },
			{ maxDepth: 1.5 },
			{ maxDepth: 5000 },
		])
			expect(() => parseIntrospection("<node/>", options)).toThrow(RangeError);
	});

	test("a million laughs are none", () => {
		const xml = `<!DOCTYPE node [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "/etc/passwd">]><node>&b;&c;</node>`;
		assert.deepEqual(parseIntrospection(xml), { interfaces: [], nodes: [] });
	});
});
