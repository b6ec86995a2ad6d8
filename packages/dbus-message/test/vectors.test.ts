import { ByteWriter } from "@framewright/codec";
import { variant } from "@framewright/dbus-marshal";
import { dbusMessage, type OutgoingMessage } from "@framewright/dbus-message";
import { describe, expect, test } from "vitest";

const bytesOf = (hex: string): Uint8Array =>
	Uint8Array.from(hex.match(/[0-9a-f]{2}/g) ?? [], (pair) =>
		Number.parseInt(pair, 16),
	);

/** Messages byte by byte, by the specification's "Message Format". */
const vectors: readonly [string, OutgoingMessage, string][] = [
	[
		"the first message of every connection to a bus",
		{
			type: "method_call",
			serial: 1,
			path: "/org/freedesktop/DBus",
			interface: "org.freedesktop.DBus",
			member: "Hello",
			destination: "org.freedesktop.DBus",
		},
		`6c 01 00 01 00000000 01000000 6d000000
		 01 01 6f 00 15000000 2f6f72672f667265656465736b746f702f44427573 00 0000
		 02 01 73 00 14000000 6f72672e667265656465736b746f702e44427573 00 000000
		 03 01 73 00 05000000 48656c6c6f 00 0000
		 06 01 73 00 14000000 6f72672e667265656465736b746f702e44427573 00 000000`,
	],
	[
		"a reply in big-endian, with a body",
		{
			type: "method_return",
			endianness: "big",
			flags: 1,
			serial: 0x01020304,
			replySerial: 7,
			signature: "ut",
			body: [0xa0b0c0d0, 1n],
		},
		`42 02 01 01 00000010 01020304 00000010
		 05 01 75 00 00000007
		 08 01 67 00 02 7574 00
		 a0b0c0d0 00000000 0000000000000001`,
	],
	[
		"a signal with descriptors and a variant",
		{
			type: "signal",
			serial: 2,
			path: "/a",
			interface: "b.c",
			member: "D",
			signature: "vh",
			body: [variant("s", "x"), 0],
			unixFds: 1,
		},
		`6c 04 00 01 10000000 02000000 40000000
		 01 01 6f 00 02000000 2f61 00 0000000000
		 02 01 73 00 03000000 622e63 00 00000000
		 03 01 73 00 01000000 44 00 000000000000
		 08 01 67 00 02 7668 00
		 09 01 75 00 01000000
		 01 73 00 00 01000000 78 00 0000 00000000`,
	],
	[
		"an error without a body",
		{ type: "error", serial: 3, errorName: "a.b", replySerial: 1 },
		`6c 03 00 01 00000000 03000000 18000000
		 04 01 73 00 03000000 612e62 00 00000000
		 05 01 75 00 01000000`,
	],
];

describe.each(vectors)("%s", (_, message, hex) => {
	const bytes = bytesOf(hex);
	const codec = dbusMessage();
	const received = {
		endianness: "little",
		flags: 0,
		signature: "",
		body: [],
		unixFds: 0,
		...message,
	};

	test("is written as these bytes", () => {
		expect(Buffer.from(codec.encode(message)).toString("hex")).toBe(
			Buffer.from(bytes).toString("hex"),
		);
	});

	test("is read from them, whatever the chunks", () => {
		const wire = Uint8Array.from([...bytes, ...bytes]);
		for (let size = 1; size <= wire.length; size++) {
			const decoder = codec.decoder();
			const found: unknown[] = [];
			for (let at = 0; at < wire.length; at += size) {
				decoder.push(wire.slice(at, at + size));
				for (
					let item = decoder.pull();
					item !== undefined;
					item = decoder.pull()
				)
					found.push(item);
			}
			decoder.end();
			expect(decoder.pull()).toBeUndefined();
			expect(found).toEqual([received, received]);
		}
	});
});

/** Makes room in memory that is not zero. */
class DirtyWriter extends ByteWriter {
	override ensure(length: number): void {
		const { bytes } = this;
		super.ensure(length);
		if (this.bytes !== bytes) this.bytes.fill(0xff, this.end);
	}
}

test("a message that outgrows a slab of memory, wherever in it, is the same", () => {
	for (let slab = 16; slab < 300; slab++)
		for (const [, message, hex] of vectors) {
			const writer = new DirtyWriter(slab);
			// What was taken before lies in the way.
			writer.write(new Uint8Array(8));
			writer.take();
			dbusMessage().encodeInto(message, writer);
			expect(writer.take()).toEqual(bytesOf(hex));
		}
});
