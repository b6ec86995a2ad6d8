// What other projects keep as test cases, at every chunk size. libdbus gives its own verdict on the same bytes in
// tools/interop/test/libdbus-message.test.ts.

import { DecodeError } from "@framewright/codec";
import { dbusMessage, type Message } from "@framewright/dbus-message";
import { describe, expect, test } from "vitest";
import { calls, managedObjects } from "./dbus-fast-messages.ts";
import { recorded } from "./recorded-messages.ts";

const codec = dbusMessage({ dict: "entries" });

const hex = (digits: string): Uint8Array =>
	Uint8Array.from(Buffer.from(digits.replace(/\s/g, ""), "hex"));

/** What comes of the bytes in chunks of a size, and then their end. */
function read(bytes: Uint8Array, size: number): Message[] | DecodeError {
	const decoder = codec.decoder();
	const found: Message[] = [];
	try {
		for (let at = 0; at < bytes.length; at += size) {
			decoder.push(bytes.slice(at, at + size));
			for (let item = decoder.pull(); item !== undefined; item = decoder.pull())
				found.push(item);
		}
		decoder.end();
		decoder.pull();
		return found;
	} catch (error) {
		if (error instanceof DecodeError) return error;
		throw error;
	}
}

/** Every chunk size, up to one at which it makes no difference any more. */
const sizes = (length: number): number[] =>
	Array.from({ length: Math.min(length, 300) }, (_, i) => i + 1).concat(length);

describe.each(recorded)("$source: $name", ({ bytes, isValid }) => {
	test(`is ${isValid ? "read, and written as it was" : "refused"}, whatever the chunks`, () => {
		const whole = read(bytes, bytes.length);
		expect(Array.isArray(whole)).toBe(isValid);
		for (const size of sizes(bytes.length)) {
			const found = read(bytes, size);
			if (whole instanceof DecodeError)
				expect(found).toMatchObject({
					code: whole.code,
					offset: whole.offset,
					message: whole.message,
				});
			else expect(found).toEqual(whole);
		}
		if (Array.isArray(whole))
			for (const message of whole)
				expect(codec.decode(codec.encode(message))).toEqual(message);
	});
});

describe("dbus-fast's messages", () => {
	test.each(calls)("$signature: $body", ({ signature, body, hex: digits }) => {
		const bytes = hex(digits);
		const call = {
			type: "method_call" as const,
			serial: 1,
			path: "/org/freedesktop/DBus",
			interface: "org.freedesktop.DBus",
			member: "Hello",
			destination: "org.freedesktop.DBus",
			signature,
			body,
		};
		const maps = dbusMessage();
		expect(maps.decode(bytes)).toMatchObject(call);
		expect(Buffer.from(maps.encode(call)).toString("hex")).toBe(
			Buffer.from(bytes).toString("hex"),
		);
		const whole = read(bytes, bytes.length);
		expect(whole).toHaveLength(1);
		for (const size of sizes(bytes.length))
			expect(read(bytes, size)).toEqual(whole);
	});

	test("the objects that BlueZ manages", () => {
		const bytes = hex(managedObjects);
		const message = codec.decode(bytes);
		const [objects] = message.body as [[string, [string, unknown][]][]];
		expect(objects.map(([path]) => path)).toEqual([
			"/org/bluez",
			"/org/bluez/hci0",
			"/org/bluez/hci0/dev_10_1F_EF_E5_49_2E",
			"/org/bluez/hci0/dev_CB_6A_12_EF_7E_A9",
		]);
		// BlueZ writes the fields in another order than we do; bodies are the same byte for byte.
		const again = codec.encode(message);
		expect(codec.decode(again)).toEqual(message);
		expect(again.subarray(80)).toEqual(bytes.subarray(80));
		for (const size of sizes(bytes.length))
			expect(read(bytes, size)).toEqual([message]);
	});
});
