// What a peer may send that is no message, or none that it should, over the whole of a connection.

import { DecodeError } from "@framewright/codec";
import { dbusMessage } from "@framewright/dbus-message";
import type { Sink, Source } from "@framewright/streams";
import { channel } from "@framewright/streams";
import { describe, expect, test } from "vitest";
import { dbusConnection, type Fault } from "../src/index.ts";
import { settled } from "./scripted-channel.ts";

/** A connection whose other end is bytes. */
function connected(...chunks: Uint8Array[]) {
	const written: Uint8Array[] = [];
	const faults: Fault[] = [];
	const source: Source<Uint8Array> = {
		// Behind the last chunk, nothing comes.
		read: () => {
			const chunk = chunks.shift();
			return chunk === undefined
				? new Promise(() => {})
				: Promise.resolve(chunk);
		},
		cancel: () => {},
	};
	const sink: Sink<Uint8Array> = {
		write: async (chunk) => {
			written.push(chunk.slice());
		},
		end: () => Promise.resolve(),
		abort: () => {},
	};
	const connection = dbusConnection(channel({ source, sink }, dbusMessage()), {
		onFault: (fault) => faults.push(fault),
	});
	return { connection, written, faults };
}

const hex = (text: string) =>
	Uint8Array.from(text.match(/[0-9a-f]{2}/g) ?? [], (byte) =>
		Number.parseInt(byte, 16),
	);

const valid = dbusMessage().encode({
	type: "signal",
	serial: 1,
	path: "/",
	interface: "a.B",
	member: "C",
	signature: "av",
	body: [[]],
});

describe("what is no message ends the connection at once, with all that waits", () => {
	// The signature a() and a length: it hangs, or exhausts memory, in what people install today.
	const emptyStructs = hex(
		`6c 04 00 01 04 00 00 00 01 00 00 00 48 00 00 00
		 01 01 6f 00 01 00 00 00 2f 00 00 00 00 00 00 00
		 02 01 73 00 03 00 00 00 61 2e 42 00 00 00 00 00
		 03 01 73 00 01 00 00 00 43 00 00 00 00 00 00 00
		 08 01 67 00 03 61 28 29 00 00 00 00 00 00 00 00
		 00 00 00 04 00 00 00 00 00 00 00 00 00 00 00 00`.replace(/\s/g, ""),
	);
	const announced = hex("6c0100017fffff070100000010000000");
	test.each<[string, Uint8Array]>([
		["structs without fields, of 96 bytes", emptyStructs],
		[
			"128 MiB announced in 16 bytes",
			Uint8Array.from([
				...announced.subarray(0, 4),
				255,
				255,
				255,
				255,
				...announced.subarray(8),
			]),
		],
		["text", new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n")],
		[
			"a serial of 0",
			Uint8Array.from(valid, (byte, i) => (i === 8 ? 0 : byte)),
		],
	])("%s", async (_, bytes) => {
		const { connection } = connected(valid, bytes);
		const subscription = await connection.subscribe({});
		const called = connection.call({ path: "/", member: "M" });
		await expect(called).rejects.toThrow(DecodeError);
		const iterator = subscription[Symbol.asyncIterator]();
		// What came before is still handed over.
		expect((await iterator.next()).value?.member).toBe("C");
		await expect(iterator.next()).rejects.toThrow(DecodeError);
		await expect(connection.closed).rejects.toThrow(DecodeError);
	});

	test("20,000 variants inside each other", async () => {
		const depth = 20_000;
		const body = new Uint8Array(depth * 3 + 4);
		for (let i = 0; i < depth; i++)
			body.set([1, i < depth - 1 ? 0x76 : 0x79, 0], i * 3);
		const bytes = dbusMessage().encode({
			type: "method_call",
			serial: 1,
			path: "/",
			member: "M",
			signature: "v",
			body,
		});
		const { connection } = connected(bytes);
		await expect(connection.closed).rejects.toMatchObject({ code: "too-deep" });
	});
});

test("types that nobody knows are ignored", async () => {
	const unknown = dbusMessage().encode({ type: 77, serial: 1 });
	const ping = dbusMessage().encode({
		type: "method_call",
		serial: 2,
		path: "/",
		interface: "org.freedesktop.DBus.Peer",
		member: "Ping",
	});
	const { written, faults } = connected(unknown, ping);
	for (let i = 0; i < 5; i++) await settled();
	expect(dbusMessage().decode(written[0] as Uint8Array)).toMatchObject({
		type: "method_return",
		replySerial: 2,
	});
	expect(faults).toEqual([]);
});
