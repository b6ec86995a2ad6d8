import { anyText } from "@framewright/codec-laws/parts";
import type {
	InterfaceDescription,
	NodeDescription,
} from "@framewright/dbus-introspection";
import fc from "fast-check";

const member = fc.oneof(
	fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,9}$/),
	fc.constantFrom("__proto__", "constructor", "toString"),
);
const interfaceName = fc.stringMatching(
	/^[A-Za-z_]\w{0,5}(\.[A-Za-z_]\w{0,5}){1,3}$/,
);
const path = fc.stringMatching(/^\w{1,6}(\/\w{1,6}){0,2}$/);

/** What XML can hold, with all that has to be escaped. */
const text = fc
	.oneof(
		fc.string({ maxLength: 12 }),
		anyText({ maxLength: 6 }),
		fc.string({
			unit: fc.constantFrom(..."&<>\"'\t\n\r ;#x]a\ufeff\ufffd\u{10ffff}"),
			maxLength: 8,
		}),
	)
	.map((text) =>
		text.replace(/[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "-"),
	);

const { type } = fc.letrec<{ type: string }>((tie) => ({
	type: fc.oneof(
		{ depthSize: "small", withCrossShrink: true },
		fc.constantFrom(..."ybnqiuxtdsoghv"),
		tie("type").map((element) => `a${element}`),
		fc
			.tuple(fc.constantFrom(..."ybsx"), tie("type"))
			.map(([key, value]) => `a{${key}${value}}`),
		fc
			.array(tie("type"), { minLength: 1, maxLength: 3 })
			.map((fields) => `(${fields.join("")})`),
	),
}));

const annotations = fc
	.dictionary(
		fc.oneof(
			text.filter((name) => name !== ""),
			fc.constantFrom(
				"org.freedesktop.DBus.Property.EmitsChangedSignal.x",
				"__proto__",
			),
		),
		// A value that the specification gives would be a field.
		text.map((value) => `${value}!`),
		{ minKeys: 1, maxKeys: 2, noNullPrototype: true },
	)
	.map((object) => Object.fromEntries(Object.entries(object)));

/** The fields of arguments, as `parseIntrospection` gives them: none where they say nothing. */
function args(
	...[signature, names, notes]: readonly [string, string, string]
): fc.Arbitrary<object> {
	const one = fc.record({
		type,
		name: fc.oneof(fc.constant(""), text),
		annotations: fc.oneof(
			{ weight: 4, arbitrary: fc.constant({}) },
			{ weight: 1, arbitrary: annotations },
		),
	});
	return fc.array(one, { maxLength: 4 }).map((list) => ({
		...(list.length > 0
			? { [signature]: list.map(({ type }) => type).join("") }
			: {}),
		...(list.some(({ name }) => name !== "")
			? { [names]: list.map(({ name }) => name) }
			: {}),
		...(list.some(({ annotations }) => Object.keys(annotations).length > 0)
			? { [notes]: list.map(({ annotations }) => annotations) }
			: {}),
	}));
}

function some(
	fields: Readonly<Record<string, fc.Arbitrary<unknown>>>,
): fc.Arbitrary<object> {
	return fc.record(fields, { requiredKeys: [], noNullPrototype: true });
}

const emitsChangedSignal = fc.constantFrom(
	"true",
	"invalidates",
	"const",
	"false",
);
const annotated = { deprecated: fc.boolean(), annotations };

function merged(...parts: fc.Arbitrary<object>[]): fc.Arbitrary<object> {
	return fc.tuple(...parts).map((objects) => Object.assign({}, ...objects));
}

function members(
	name: fc.Arbitrary<string>,
	value: fc.Arbitrary<object>,
): fc.Arbitrary<object> {
	return fc
		.uniqueArray(fc.tuple(name, value), {
			selector: ([key]) => key,
			minLength: 1,
			maxLength: 3,
		})
		.map((entries) => Object.fromEntries(entries));
}

const method = merged(
	args("in", "inNames", "inAnnotations"),
	args("out", "outNames", "outAnnotations"),
	some({ ...annotated, noReply: fc.boolean() }),
);
const signal = merged(
	args("args", "argNames", "argAnnotations"),
	some(annotated),
);
const property = merged(
	fc.record({ type, access: fc.constantFrom("read", "write", "readwrite") }),
	some({ ...annotated, emitsChangedSignal }),
);

export const description: fc.Arbitrary<InterfaceDescription> = merged(
	fc.record({ name: interfaceName }),
	some({
		...annotated,
		emitsChangedSignal,
		methods: members(member, method),
		signals: members(member, signal),
		properties: members(
			fc.oneof(
				member,
				text.filter((name) => name !== ""),
			),
			property,
		),
	}),
) as fc.Arbitrary<InterfaceDescription>;

const interfaces = fc.uniqueArray(description, {
	selector: ({ name }) => name,
	maxLength: 2,
});

/** A node with a relative name, at most `depth` of them deep. */
function child(depth: number): fc.Arbitrary<NodeDescription> {
	return fc.record(
		{
			name: path,
			interfaces: fc.oneof(
				{ weight: 3, arbitrary: fc.constant([]) },
				{ weight: 1, arbitrary: interfaces },
			),
			nodes:
				depth === 0
					? fc.constant([])
					: fc.array(child(depth - 1), { maxLength: 2 }),
		},
		{ noNullPrototype: true },
	);
}

/** Any node, as `parseIntrospection` gives it. */
export const node: fc.Arbitrary<NodeDescription> = fc.record(
	{
		name: fc.oneof(
			fc.constant("/"),
			path.map((relative) => `/${relative}`),
		),
		interfaces,
		nodes: fc.array(child(2), { maxLength: 3 }),
	},
	{ requiredKeys: ["interfaces", "nodes"], noNullPrototype: true },
) as fc.Arbitrary<NodeDescription>;
