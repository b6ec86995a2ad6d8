import { DecodeError } from "@framewright/codec";
import { marshal, variant } from "@framewright/dbus-marshal";
import {
	dbusMessage,
	flags,
	hasSignature,
	type OutgoingMessage,
} from "@framewright/dbus-message";
import { describe, expect, expectTypeOf, test } from "vitest";

const codec = dbusMessage();

const call: OutgoingMessage = {
	type: "method_call",
	serial: 1,
	path: "/a",
	member: "B",
};

type FieldOf = [
	code: number,
	signature: "o" | "s" | "u" | "g" | "v",
	value: unknown,
];

/** A message with these fields, good or not, and no body. */
function withFields(type: number, ...fields: FieldOf[]): Uint8Array {
	const head = [0x6c, type, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0];
	const array = marshal("a(yv)").encode(
		fields.map(([code, signature, value]) => [
			code,
			variant(signature as string, value),
		]),
		{ position: 12 },
	);
	const bytes = [...head, ...array];
	while (bytes.length % 8 !== 0) bytes.push(0);
	return Uint8Array.from(bytes);
}

/** The good message, with other bytes at some places. */
function changed(...changes: [at: number, byte: number][]): Uint8Array {
	const bytes = codec.encode(call).slice();
	for (const [at, byte] of changes) bytes[at] = byte;
	return bytes;
}

function faultOf(bytes: Uint8Array): DecodeError {
	try {
		codec.decode(bytes);
	} catch (error) {
		if (error instanceof DecodeError) return error;
		throw error;
	}
	throw new Error("The message was accepted");
}

const PATH: FieldOf = [1, "o", "/a"];
const INTERFACE: FieldOf = [2, "s", "a.b"];
const MEMBER: FieldOf = [3, "s", "B"];
const ERROR_NAME: FieldOf = [4, "s", "a.b"];
const REPLY_SERIAL: FieldOf = [5, "u", 1];

describe("a header that is refused", () => {
	test.each<[string, Uint8Array, string, number, RegExp]>([
		["of no endianness", changed([0, 0]), "invalid-value", 0, /l or B.*0x0/],
		["of type 0", changed([1, 0]), "invalid-value", 1, /type/],
		["of version 2", changed([3, 2]), "invalid-value", 3, /1, not 2/],
		["of serial 0", changed([8, 0]), "invalid-value", 8, /serial/],
		[
			"with padding that is not zero",
			changed([47, 1]),
			"invalid-syntax",
			47,
			/zero, not 1/,
		],
		[
			"with more behind it",
			Uint8Array.from([...codec.encode(call), 0]),
			"invalid-length",
			48,
			/1 bytes/,
		],
		[
			"with a body that its signature does not have",
			Uint8Array.from([...changed([4, 1]), 7]),
			"invalid-length",
			48,
			/body: 1 bytes are left over/,
		],
		[
			"with a field of code 0",
			withFields(1, [0, "s", ""], PATH, MEMBER),
			"invalid-value",
			16,
			/header\[0\]: the code/,
		],
		[
			"with a field of another type",
			withFields(1, PATH, [3, "o", "/B"]),
			"invalid-value",
			32,
			/header\[1\]: MEMBER must be of type s, not o/,
		],
		[
			"with a field that is there twice",
			withFields(1, PATH, MEMBER, PATH),
			"invalid-value",
			48,
			/header\[2\]: PATH must not be there twice/,
		],
		[
			"with a bad path",
			withFields(1, PATH, MEMBER).fill(0x2e, 24, 25),
			"invalid-syntax",
			24,
			/header\[0\]\[1\]\.v: bad object path/,
		],
		[
			"with the path of the library itself",
			withFields(1, [1, "o", "/org/freedesktop/DBus/Local"], MEMBER),
			"invalid-value",
			16,
			/reserved/,
		],
		[
			"with its interface",
			withFields(1, PATH, [2, "s", "org.freedesktop.DBus.Local"], MEMBER),
			"invalid-value",
			32,
			/reserved/,
		],
		[
			"with a bad interface",
			withFields(1, PATH, [2, "s", "a"], MEMBER),
			"invalid-value",
			32,
			/INTERFACE: "a" is not the name of an interface/,
		],
		[
			"with a bad member",
			withFields(1, PATH, [3, "s", "a.b"]),
			"invalid-value",
			32,
			/MEMBER/,
		],
		[
			"with a bad name of an error",
			withFields(3, [4, "s", "a"], REPLY_SERIAL),
			"invalid-value",
			16,
			/ERROR_NAME/,
		],
		[
			"with a bad destination",
			withFields(1, PATH, MEMBER, [6, "s", "a"]),
			"invalid-value",
			48,
			/DESTINATION/,
		],
		[
			"with a bad sender",
			withFields(1, PATH, MEMBER, [7, "s", ":!"]),
			"invalid-value",
			48,
			/SENDER/,
		],
		[
			"that replies to serial 0",
			withFields(2, [5, "u", 0]),
			"invalid-value",
			16,
			/never 0/,
		],
		[
			"of a call without a path",
			withFields(1, MEMBER),
			"invalid-value",
			12,
			/PATH/,
		],
		[
			"of a call without a member",
			withFields(1, PATH),
			"invalid-value",
			12,
			/MEMBER/,
		],
		[
			"of a return without a serial",
			withFields(2),
			"invalid-value",
			12,
			/REPLY_SERIAL/,
		],
		[
			"of an error without a serial",
			withFields(3, ERROR_NAME),
			"invalid-value",
			12,
			/REPLY_SERIAL/,
		],
		[
			"of an error without a name",
			withFields(3, REPLY_SERIAL),
			"invalid-value",
			12,
			/ERROR_NAME/,
		],
		[
			"of a signal without an interface",
			withFields(4, PATH, MEMBER),
			"invalid-value",
			12,
			/INTERFACE/,
		],
		[
			"of a signal without a path",
			withFields(4, INTERFACE, MEMBER),
			"invalid-value",
			12,
			/PATH/,
		],
		[
			"of a signal without a member",
			withFields(4, PATH, INTERFACE),
			"invalid-value",
			12,
			/MEMBER/,
		],
	])("%s", (_, bytes, code, offset, message) => {
		const fault = faultOf(bytes);
		expect([fault.code, fault.offset]).toEqual([code, offset]);
		expect(fault.message).toMatch(message);
		// On a connection, behind a good message, it is the same fault further on.
		const decoder = codec.decoder();
		const good = codec.encode(call).slice();
		decoder.push(Uint8Array.from([...good, ...bytes]));
		expect(decoder.pull()).toMatchObject({ member: "B" });
		if (code === "invalid-length" && !/body/.test(fault.message)) return;
		expect(() => decoder.pull()).toThrow(
			expect.objectContaining({ code, offset: good.length + offset }),
		);
	});
});

describe("what has to be ignored", () => {
	test("are fields that nobody knows, whatever their types", () => {
		const bytes = withFields(
			1,
			[10, "v", variant("i", 1)],
			PATH,
			[255, "u", 1],
			MEMBER,
			[10, "s", ""],
		);
		expect(codec.decode(bytes)).toMatchObject({ path: "/a", member: "B" });
	});

	test("are types of messages that nobody knows: they have a number, and need no field", () => {
		expect(codec.decode(withFields(5))).toMatchObject({ type: 5 });
		expect(codec.decode(withFields(255, PATH))).toMatchObject({
			type: 255,
			path: "/a",
		});
	});

	test("are flags that nobody knows: they are kept", () => {
		expect(codec.decode(changed([2, 0xff])).flags).toBe(255);
		expect(codec.decode(changed([2, 2])).flags).toBe(flags.noAutoStart);
	});
});

describe("lengths", () => {
	const announcing = (fields: number, body: number): Uint8Array => {
		const bytes = new Uint8Array(16);
		bytes.set([0x6c, 1, 0, 1]);
		const view = new DataView(bytes.buffer);
		view.setUint32(4, body, true);
		view.setUint32(8, 1, true);
		view.setUint32(12, fields, true);
		return bytes;
	};

	test.each([
		[0xffff_ffff, 0, 12],
		[0, 0xffff_ffff, 4],
		[134_217_728, 0, 12],
		[8, 134_217_728 - 16, 4],
	])(
		"of %i and %i are too large, and 16 bytes tell",
		(fields, body, offset) => {
			const decoder = codec.decoder();
			decoder.push(announcing(fields, body));
			expect(() => decoder.pull()).toThrow(
				expect.objectContaining({
					code: "too-large",
					offset,
					limit: 134_217_728,
					length: 16 + Math.ceil(fields / 8) * 8 + body,
				}),
			);
		},
	);

	test("of just the limit are waited for, and hold no more than what arrived", () => {
		const decoder = codec.decoder();
		decoder.push(announcing(8, 134_217_728 - 24));
		expect(decoder.pull()).toBeUndefined();
		expect(decoder.bytesHeld).toBeLessThanOrEqual(64);
		decoder.end();
		expect(() => decoder.pull()).toThrow(
			expect.objectContaining({
				code: "truncated",
				part: "message",
				have: 16,
				need: 134_217_728,
			}),
		);
	});

	test("are held to maxLength, both ways", () => {
		const bytes = codec.encode(call).slice();
		for (const maxLength of [47, 48]) {
			const small = dbusMessage({ maxLength });
			const decoder = small.decoder();
			decoder.push(bytes.slice());
			if (maxLength === 48) {
				expect(decoder.pull()).toMatchObject({ member: "B" });
				expect(small.encode(call)).toEqual(bytes);
			} else {
				expect(() => decoder.pull()).toThrow(
					expect.objectContaining({ code: "too-large", length: 48, limit: 47 }),
				);
				expect(() => small.encode(call)).toThrow(RangeError);
			}
		}
	});
});

describe("a message that cannot be sent", () => {
	test.each<[string, object, RegExp]>([
		["has a type that there is not", { type: "call" }, /no type "call"/],
		["has a number for a type that has a name", { type: 1 }, /5 to 255/],
		["has no serial", { serial: undefined }, /serial/],
		["has serial 0", { serial: 0 }, /serial/],
		["has flags over a byte", { flags: 256 }, /flags/],
		["has no path", { path: undefined }, /method_call must have path/],
		["has a bad path", { path: "a" }, /header\[0\]\[1\]\.v/],
		["has a bad member", { member: "a b" }, /member: .*"a b"/],
		["has a bad interface", { interface: "a" }, /interface/],
		["has a bad destination", { destination: "a" }, /destination/],
		[
			"has a path that is no text",
			{ path: 7 },
			/path must be a string, not number/,
		],
		["replies to a text", { replySerial: "1" }, /replySerial must be a number/],
		["replies to half a serial", { replySerial: 1.5 }, /header/],
		["has values without a signature", { body: [1] }, /body/],
		["has too few values", { signature: "ii", body: [1] }, /expected 2 values/],
		["has a bad signature", { signature: "a" }, /Signature/],
		[
			"has a bad signature for bytes",
			{ signature: "a", body: new Uint8Array(1) },
			/Signature/,
		],
		[
			"has a value of another type",
			{ signature: "i", body: ["1"] },
			/body\[0\]/,
		],
	])("%s", (_, change, message) => {
		const bad = { ...call, ...change } as OutgoingMessage;
		expect(() => codec.encode(bad)).toThrow(message);
		try {
			codec.encode(bad);
		} catch (error) {
			expect(error).toSatisfy(
				(error) => error instanceof RangeError || error instanceof TypeError,
			);
		}
		// Nothing of it is in the way of the next one.
		expect(codec.decode(codec.encode(call))).toMatchObject(call);
	});
});

test("a signature tells the compiler what is in the body", () => {
	const bytes = codec.encode({
		...call,
		signature: "a{sv}u",
		body: [{ a: variant("s", "b") }, 7],
	});
	const message = codec.decode(bytes);
	expect(hasSignature(message, "s")).toBe(false);
	if (!hasSignature(message, "a{sv}u")) throw new Error(message.signature);
	expectTypeOf(message.body[1]).toEqualTypeOf<number>();
	expect(message.body[0].get("a")).toEqual(variant("s", "b"));
	if (message.type === "method_call")
		expectTypeOf(message.member).toEqualTypeOf<string>();
});

test("bodies can stay bytes, and nobody looks at them", () => {
	const raw = dbusMessage({ body: "bytes" });
	const bad = { ...call, signature: "b", body: Uint8Array.of(9, 0, 0, 0) };
	const received = raw.decode(codec.encode(bad));
	expect(received.body).toEqual(bad.body);
	expect(received.signature).toBe("b");
	expect(() => codec.decode(codec.encode(bad))).toThrow(/boolean/);
});

test.each([
	{ maxLength: 15 },
	{ maxLength: 134_217_729 },
	{ maxLength: 100.5 },
	{ body: "text" },
	{ dict: "array" },
	{ bytes: "slice" },
])(
	"options that cannot be are refused when the layer is made: %j",
	(options) => {
		expect(() => dbusMessage(options as never)).toThrow(RangeError);
	},
);
