// Short messages that announce much, and deep ones: what they cost is counted in steps of JavaScript, not timed.

import { DecodeError } from "@framewright/codec";
import { dbusMessage } from "@framewright/dbus-message";
import { beforeAll, expect, test } from "vitest";
import { startCountingSteps, withSteps } from "../../codec-laws/src/steps.ts";

const hex = (digits: string): number[] => [
	...Buffer.from(digits.replace(/\s/g, ""), "hex"),
];

const call = hex(`6c010001 00000000 01000000 29000000
	01016f00 01000000 2f000000 00000000
	03017300 01000000 41000000 00000000
	0801670003`);

/** A call of 64 bytes and the body behind it; the body's signature has three characters. */
function withBody(signature: string, body: readonly number[]): Uint8Array {
	const bytes = Uint8Array.from([
		...call,
		...Buffer.from(signature),
		0,
		...new Array<number>(7).fill(0),
		...body,
	]);
	new DataView(bytes.buffer).setUint32(4, body.length, true);
	return bytes;
}

const u32 = (value: number): number[] => [
	...new Uint8Array(Uint32Array.of(value).buffer),
];

const MiB64 = 67_108_864;

const hostile: [what: string, bytes: Uint8Array, code: string][] = [
	[
		"20 bytes: fields of 64 MiB, of which 4 bytes came",
		Uint8Array.from(hex("6c010001 00000000 01000000 00000004 01016f00")),
		"truncated",
	],
	[
		"20 bytes: fields of 4 GiB",
		Uint8Array.from(hex("6c010001 00000000 01000000 fcffffff 01016f00")),
		"too-large",
	],
	[
		"20 bytes: a field whose array is of 64 MiB",
		Uint8Array.from(hex("6c010001 00000000 01000000 04000000 01026179")),
		"truncated",
	],
	[
		"96 bytes: an array of structs without fields, a()",
		withBody("a()", [...u32(MiB64), ...new Array<number>(28).fill(0)]),
		"invalid-syntax",
	],
	[
		"96 bytes: an array of 64 MiB",
		withBody("aay", [...u32(MiB64), ...new Array<number>(28).fill(0)]),
		"truncated",
	],
	[
		"96 bytes: an array of variants of a()",
		withBody("aav", [
			...[...u32(20), ...u32(16)],
			...[3, 0x61, 0x28, 0x29, 0, 0, 0, 0, ...u32(MiB64), ...u32(0)],
			...u32(0),
			...u32(0),
		]),
		"invalid-syntax",
	],
];

beforeAll(startCountingSteps);

/** What a decoder makes of the bytes and their end. */
function fault(bytes: Uint8Array): DecodeError {
	const decoder = dbusMessage().decoder();
	decoder.push(bytes);
	decoder.end();
	try {
		decoder.pull();
	} catch (error) {
		if (error instanceof DecodeError) return error;
		throw error;
	}
	throw new Error("it was accepted");
}

test.each(hostile)("%s", (what, bytes, code) => {
	expect(bytes.length).toBe(Number.parseInt(what, 10));
	expect(fault(bytes).code).toBe(code);
	withSteps((count) => {
		const steps = count(() => fault(bytes));
		// An honest message of as many bytes takes about as many.
		expect(steps).toBeGreaterThan(10);
		expect(steps).toBeLessThan(1000);
	});
});

test("20,000 variants inside each other end at the 65th: more of them are no more work", () => {
	const deep = (count: number): Uint8Array =>
		withBody("vvv", new Array(count).fill([1, 0x76, 0]).flat());
	withSteps((count) => {
		const few = count(() => expect(fault(deep(100)).code).toBe("too-deep"));
		const bytes = deep(20_000);
		const many = count(() => fault(bytes));
		expect(many).toBeLessThanOrEqual(few);
	});
});
