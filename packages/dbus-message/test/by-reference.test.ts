import { dbusMessage, type OutgoingMessage } from "@framewright/dbus-message";
import { expect, test } from "vitest";

const LARGE = 131_072;
const large = new Uint8Array(LARGE).fill(1);

const message = (
	signature: string,
	body: readonly unknown[] | Uint8Array,
	endianness?: "little" | "big",
): OutgoingMessage => ({
	type: "signal",
	serial: 1,
	path: "/a",
	interface: "b.c",
	member: "D",
	signature,
	body,
	...(endianness && { endianness }),
});

const layer = dbusMessage();

test("a message with large bytes is handed on in pieces, which are its bytes", () => {
	for (const endianness of ["little", "big"] as const)
		for (const [signature, body] of [
			["ay", [large]],
			["sayas", ["a", large, ["b"]]],
			["ay", layer.decode(layer.encode(message("ay", [large]))).body],
		] as const) {
			const one = message(signature, body, endianness);
			const pieces = layer.encodeByReference?.(one) ?? [];
			expect(pieces.length).toBeGreaterThan(1);
			expect(pieces).toContain(
				body.find((value) => value instanceof Uint8Array),
			);
			expect(Buffer.compare(Buffer.concat(pieces), layer.encode(one))).toBe(0);
		}
});

test("so is a body of large bytes", () => {
	const body = new Uint8Array([LARGE & 255, 0, 2, 0, ...large]);
	const one = message("ay", body);
	const pieces = layer.encodeByReference?.(one) ?? [];
	expect(pieces[1]).toBe(body);
	expect(Buffer.compare(Buffer.concat(pieces), layer.encode(one))).toBe(0);
	expect(layer.decode(Buffer.concat(pieces)).body).toEqual([large]);
});

test("any other message is not", () => {
	for (const one of [
		message("ay", [large.subarray(1)]),
		message("s", ["a".repeat(LARGE)]),
		message("ay", large.subarray(1)),
	])
		expect(layer.encodeByReference?.(one)).toBeUndefined();
	expect(
		layer.encodeByReference?.({
			type: "method_return",
			serial: 1,
			replySerial: 1,
		}),
	).toBeUndefined();
});

test("the limit is the same", () => {
	const small = dbusMessage({ maxLength: LARGE });
	expect(() => small.encodeByReference?.(message("ay", [large]))).toThrow(
		/A message may have 131072 bytes at most, not 131\d{3}/,
	);
});
