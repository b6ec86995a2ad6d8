import assert from "node:assert/strict";
import { DecodeError } from "@framewright/codec";
import {
	checkInterface,
	formatIntrospection,
	parseIntrospection,
} from "@framewright/dbus-introspection";
import fc from "fast-check";
import { expect, test } from "vitest";
import { description, node } from "./arbitrary-node.ts";

// Documents are large: few of the runs that values have.
const numRuns = Math.ceil(Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000) / 30);
const utf8 = new TextEncoder();

test("what is written reads as it was, from text and from bytes", () => {
	fc.assert(
		fc.property(node, (described) => {
			const xml = formatIntrospection(described);
			// vitest would take a key "constructor" for a class.
			assert.deepEqual(parseIntrospection(xml), described);
			assert.deepEqual(parseIntrospection(utf8.encode(xml)), described);
		}),
		{ numRuns },
	);
});

test("what is read is written as it was", () => {
	fc.assert(
		fc.property(node, (described) => {
			const xml = formatIntrospection(described);
			expect(formatIntrospection(parseIntrospection(xml))).toBe(xml);
		}),
		{ numRuns },
	);
});

test("every description passes the check", () => {
	fc.assert(
		fc.property(description, (described) => checkInterface(described)),
		{ numRuns },
	);
});

test("a document that ends too early is truncated, wherever it ends", () => {
	fc.assert(
		fc.property(
			node,
			fc.double({ min: 0, max: 1, noNaN: true }),
			(described, part) => {
				const bytes = utf8.encode(formatIntrospection(described).trimEnd());
				const end = Math.floor(part * (bytes.length - 1));
				const error = fault(bytes.subarray(0, end));
				// Where it ends inside a character, its bytes are no text.
				if (error?.code === "invalid-utf8") return;
				expect(error?.code).toBe("truncated");
				expect(error?.offset).toBe(end);
			},
		),
		{ numRuns },
	);
});

test("changed bytes are read, or refused with a DecodeError inside of them", () => {
	fc.assert(
		fc.property(
			node,
			fc.array(
				fc.tuple(
					fc.double({ min: 0, max: 1, noNaN: true }),
					fc.oneof(
						fc.nat(255),
						fc.constantFrom(...utf8.encode("<>&\"'/=![]-? ;#")),
					),
				),
				{ minLength: 1, maxLength: 4 },
			),
			(described, changes) => {
				const bytes = utf8.encode(formatIntrospection(described));
				for (const [part, byte] of changes)
					bytes[Math.floor(part * (bytes.length - 1))] = byte;
				const error = fault(bytes);
				if (error === undefined) return;
				expect(error.offset).toBeGreaterThanOrEqual(0);
				expect(error.offset).toBeLessThanOrEqual(bytes.length);
			},
		),
		{ numRuns: numRuns * 4 },
	);
});

/** Reads bytes; what is thrown is a DecodeError. */
function fault(bytes: Uint8Array): DecodeError | undefined {
	try {
		const described = parseIntrospection(bytes);
		// What was read can be written.
		formatIntrospection(described);
		return undefined;
	} catch (error) {
		if (error instanceof DecodeError) return error;
		throw error;
	}
}
