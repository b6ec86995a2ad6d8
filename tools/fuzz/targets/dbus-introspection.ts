import {
	formatIntrospection,
	type NodeDescription,
	parseIntrospection,
} from "@framewright/dbus-introspection";
import { fuzzCodec } from "@framewright/fuzz";

const utf8 = new TextEncoder();

/** Introspection XML. Much of what may be in a document means nothing, so that it is written in another way. */
export const fuzz = fuzzCodec<NodeDescription>(
	{
		decode: (data) => parseIntrospection(data),
		encode: (node) => utf8.encode(formatIntrospection(node)),
	},
	{
		// Members of a kind are written together, so that the kinds come in another order.
		show: (node) => JSON.stringify(node, inOrder),
		dictionary: [
			...["<node>", "</node>", "<node/>", '<node name="a"/>', "<!--", "-->"],
			...['<interface name="a.b">', "</interface>", "<![CDATA[", "]]>"],
			...['<method name="m">', "</method>", '<signal name="s">', "</signal>"],
			...['<arg name="x" type="a{sv}" direction="out"/>', '<arg type="s"/>'],
			...['<property name="p" type="s" access="readwrite"/>', "<?xml", "?>"],
			...['<annotation name="a.b" value="c"/>', "<!DOCTYPE node>", "&amp;"],
			...["&#x41;", "&lt;", "&quot;", "org.freedesktop.DBus.Deprecated"],
		],
	},
);

/** Sorts the keys of objects. */
function inOrder(_: string, value: unknown): unknown {
	return typeof value !== "object" || value === null || Array.isArray(value)
		? value
		: Object.fromEntries(Object.entries(value).sort());
}
