import { ByteWriter } from "@framewright/codec";
import { marshalBody, variant } from "@framewright/dbus-marshal";
import fc from "fast-check";
import { expect, test } from "vitest";

/** As the README of codec has it. */
const LARGE = 131_072;

const bytes = fc
	.tuple(fc.constantFrom(0, 1, 7, LARGE - 1, LARGE, LARGE + 5), fc.nat(255))
	.map(([length, byte]) => new Uint8Array(length).fill(byte));

const bodies = fc.oneof(
	fc.tuple(bytes, fc.string()).map((body) => ({ signature: "ays", body })),
	fc.tuple(fc.nat(255), bytes, bytes, fc.nat()).map(([y, a, b, u]) => ({
		signature: "(yay)vu",
		body: [[y, a], variant("ay", b), u],
	})),
	// Arrays and dicts have lengths that are filled in behind what was handed on.
	fc.tuple(bytes, fc.array(bytes, { maxLength: 3 }), bytes).map((body) => ({
		signature: "ayaayay",
		body,
	})),
	fc.tuple(bytes, bytes, fc.string()).map(([a, b, s]) => ({
		signature: "aya{sa(uayv)}",
		body: [a, new Map([[s, [[1, b, variant("ay", a)]]]])],
	})),
);

const wire = fc.record({
	endianness: fc.constantFrom<"little" | "big">("little", "big"),
	position: fc.nat({ max: 7 }),
});

test("the pieces are what is encoded otherwise, and large bytes are among them", () => {
	let referred = 0;
	fc.assert(
		fc.property(bodies, wire, ({ signature, body }, wire) => {
			const codec = marshalBody(signature);
			const pieces = codec.encodeByReference(body, wire);
			if (pieces === undefined) return;
			referred += 1;
			expect(pieces.some(({ length }) => length >= LARGE)).toBe(true);
			const writer = new ByteWriter();
			codec.encodeInto(body, writer, wire);
			const whole = writer.take();
			// Quicker than an assertion that would print them.
			expect(Buffer.compare(Buffer.concat(pieces), whole)).toBe(0);
			expect(Buffer.compare(codec.encode(body, wire), whole)).toBe(0);
		}),
		{ numRuns: 100 },
	);
	expect(referred).toBeGreaterThan(10);
});

test("the bytes themselves are handed on", () => {
	const large = new Uint8Array(LARGE);
	for (const [signature, body] of [
		["ay", [large]],
		["s(uay)", ["", [1, large]]],
		["v", [variant("ay", large)]],
	] as const)
		expect(marshalBody<string>(signature).encodeByReference(body)).toContain(
			large,
		);
});

test("what is small, or only inside arrays and dicts, had better be copied", () => {
	const large = new Uint8Array(LARGE);
	for (const [signature, body] of [
		["ay", [large.subarray(1)]],
		["s", ["a".repeat(LARGE)]],
		["aay", [[large]]],
		["a{sv}", [new Map([["", variant("ay", large)]])]],
	] as const)
		expect(
			marshalBody<string>(signature).encodeByReference(body),
		).toBeUndefined();
});

test("limits and types are those of encode", () => {
	const tooLong = new Uint8Array(64 * 1024 * 1024 + 1);
	expect(() => marshalBody("ay").encodeByReference([tooLong])).toThrow(
		/an array may have 67108864 bytes/,
	);
	const most = tooLong.subarray(1);
	expect(() =>
		marshalBody("ayayay").encodeByReference([most, most, most]),
	).toThrow(/a message may have 134217728 bytes/);
	expect(() =>
		marshalBody("ays").encodeByReference([most, 1 as never]),
	).toThrow(/body\[1\]: expected a string/);
});
