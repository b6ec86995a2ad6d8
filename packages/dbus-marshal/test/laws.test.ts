import { ByteWriter, DecodeError } from "@framewright/codec";
import {
	type Marshaller,
	marshalBody,
	type WireOptions,
} from "@framewright/dbus-marshal";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { Reader } from "../src/reader.ts";
import { body } from "./arbitrary-value.ts";
import { mutate, mutations, sameButForNaN } from "./mutate.ts";

const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000);

const wire = fc.record({
	endianness: fc.constantFrom<"little" | "big">("little", "big"),
	position: fc.nat({ max: 7 }),
});

test("what is encoded is decoded to the same, in both byte orders, at every position", () => {
	fc.assert(
		fc.property(body, wire, ({ signature, values }, wire) => {
			const codec = marshalBody(signature, { dict: "entries" });
			const bytes = codec.encode(values, wire);
			expect(codec.decode(bytes, wire)).toEqual(values);
			const again = codec.encode(codec.decode(bytes, wire) as unknown[], wire);
			expect(again).toEqual(bytes);
		}),
		{ numRuns },
	);
});

test("any other bytes are a DecodeError inside the input, or a value that is encoded as those bytes", () => {
	let accepted = 0;
	let refused = 0;
	fc.assert(
		fc.property(
			body,
			wire,
			mutations,
			({ signature, values }, wire, changes) => {
				const codec = marshalBody(signature, { dict: "entries" });
				const bytes = mutate(codec.encode(values, wire), changes);
				let decoded: unknown;
				try {
					decoded = codec.decode(bytes, wire);
					accepted += 1;
				} catch (error) {
					refused += 1;
					expect(error).toBeInstanceOf(DecodeError);
					const { offset, part, message } = error as DecodeError;
					expect(offset).toBeGreaterThanOrEqual(wire.position);
					expect(offset).toBeLessThanOrEqual(wire.position + bytes.length);
					expect(part).toMatch(/^body/);
					expect(message.startsWith(`${part}: `)).toBe(true);
					return;
				}
				const again = codec.encode(decoded as unknown[], wire);
				const little = wire.endianness === "little";
				expect(sameButForNaN(bytes, again, little, wire.position)).toBe(true);
			},
		),
		{ numRuns },
	);
	expect(accepted).toBeGreaterThan(numRuns / 50);
	expect(refused).toBeGreaterThan(numRuns / 50);
});

test("the input cut at any length is truncated there", () => {
	fc.assert(
		fc.property(body, wire, ({ signature, values }, wire) => {
			const codec = marshalBody(signature);
			const bytes = codec.encode(values, wire);
			for (let length = 0; length < bytes.length; length++) {
				const error = refusalOf(codec, bytes.subarray(0, length), wire);
				if (
					error?.code !== "truncated" ||
					error.offset !== wire.position + length
				)
					throw new Error(`${length} of ${bytes.length}`, { cause: error });
			}
		}),
		{ numRuns: numRuns / 10 },
	);
});

test("dicts as maps and objects are encoded to what is decoded to the same again", () => {
	fc.assert(
		fc.property(body, wire, ({ signature, values }, wire) => {
			const bytes = marshalBody(signature).encode(values, wire);
			for (const dict of ["map", "object"] as const) {
				const codec = marshalBody(signature, { dict });
				const decoded = codec.decode(bytes, wire);
				const again = codec.encode(decoded as unknown[], wire);
				expect(codec.decode(again, wire)).toEqual(decoded);
			}
		}),
		{ numRuns: numRuns / 10 },
	);
});

test("it does not matter how the writer grows, nor what is in it", () => {
	fc.assert(
		fc.property(body, wire, ({ signature, values }, wire) => {
			const codec = marshalBody(signature);
			const writer = new ByteWriter(1);
			writer.write(Uint8Array.of(1, 2, 3));
			codec.encodeInto(values, writer, wire);
			writer.write(Uint8Array.of(4));
			const bytes = writer.take();
			expect([...bytes.subarray(0, 3), ...bytes.subarray(-1)]).toEqual([
				1, 2, 3, 4,
			]);
			expect(bytes.subarray(3, -1)).toEqual(codec.encode(values, wire));
		}),
		{ numRuns: numRuns / 10 },
	);
});

test("no value is read without a byte of its own: work is linear in the input", () => {
	const take = vi.spyOn(Reader.prototype, "take");
	fc.assert(
		fc.property(body, mutations, ({ signature, values }, changes) => {
			const codec = marshalBody(signature);
			const bytes = mutate(codec.encode(values), changes);
			take.mockClear();
			try {
				codec.decode(bytes);
			} catch {}
			expect(take.mock.calls.length).toBeLessThanOrEqual(bytes.length + 1);
		}),
		{ numRuns: numRuns / 10 },
	);
	take.mockRestore();
});

function refusalOf(
	codec: Marshaller<unknown>,
	bytes: Uint8Array,
	wire: WireOptions,
): DecodeError | undefined {
	try {
		codec.decode(bytes, wire);
		return undefined;
	} catch (error) {
		if (error instanceof DecodeError) return error;
		throw error;
	}
}
