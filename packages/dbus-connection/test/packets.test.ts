import { dbusMessage } from "@framewright/dbus-message";
import { describe, expect, test } from "vitest";
import type { Packet } from "../src/index.ts";
import { packets } from "../src/packets.ts";

const messages = dbusMessage();
const layer = packets(messages);

const message = (serial: number, ...fds: number[]) => ({
	type: "method_call" as const,
	serial,
	path: "/",
	member: "M",
	unixFds: fds.length,
	fds,
	signature: "h".repeat(fds.length),
	body: fds.map((_, i) => i),
});

function pulled(...received: Packet[]) {
	const decoder = layer.decoder();
	const found: [number, readonly number[] | undefined][] = [];
	for (const packet of received) {
		decoder.push(packet);
		for (let item = decoder.pull(); item !== undefined; item = decoder.pull())
			found.push([item.serial, item.fds]);
	}
	return found;
}

test("a message goes out as a packet with its descriptors", () => {
	const packet = layer.encoder().encode(message(1, 7, 8));
	expect(packet.fds).toEqual([7, 8]);
	expect(messages.decode(packet.bytes)).toMatchObject({ unixFds: 2 });
});

describe("messages take their descriptors from the front", () => {
	const bytes = [message(1, 0, 0), message(2), message(3, 0)].map((each) =>
		messages.encode(each),
	) as [Uint8Array, Uint8Array, Uint8Array];

	test("whatever the packets are", () => {
		const all = Buffer.concat(bytes);
		const ends = [bytes[0].length, bytes[0].length + bytes[1].length];
		for (let cut = 0; cut <= all.length; cut++) {
			// With the first byte of their message.
			const first = [5, 6, ...(cut > (ends[1] ?? 0) ? [7] : [])];
			const second = cut > (ends[1] ?? 0) ? [] : [7];
			const split = cut > 0 ? first : [];
			const rest = cut > 0 ? second : [5, 6, 7];
			const packets_: Packet[] = [
				{ bytes: all.subarray(0, cut), fds: split },
				{ bytes: all.subarray(cut), fds: rest },
			];
			expect(pulled(...packets_)).toEqual([
				[1, [5, 6]],
				[2, undefined],
				[3, [7]],
			]);
			// Nothing is left for the source to close.
			expect(packets_.flatMap(({ fds }) => fds)).toEqual([]);
		}
	});

	test("and leave to the source what belongs to no whole message yet", () => {
		const packet = { bytes: bytes[0].subarray(0, 20), fds: [5, 6] };
		expect(pulled(packet)).toEqual([]);
		expect(packet.fds).toEqual([5, 6]);
	});
});

describe("a decoder throws, and is dead then,", () => {
	const bytes = messages.encode(message(1, 0, 0));
	test.each<[string, Packet[]]>([
		["for descriptors that did not come", [{ bytes, fds: [5] }]],
		[
			"for descriptors that belong to no message",
			[
				{ bytes, fds: [5, 6] },
				{ bytes: new Uint8Array(), fds: [7] },
			],
		],
		["for one too many", [{ bytes, fds: [5, 6, 7] }]],
		[
			"for more than 16 of a message that is not whole",
			[{ bytes: bytes.subarray(0, 20), fds: [...Array(17).keys()] }],
		],
	])("%s", (_, received) => {
		const decoder = layer.decoder();
		const run = () => {
			for (const packet of received) {
				decoder.push(packet);
				while (decoder.pull() !== undefined);
			}
		};
		expect(run).toThrow(expect.objectContaining({ code: "invalid-value" }));
		expect(() => decoder.pull()).toThrow(
			expect.objectContaining({ code: "invalid-value" }),
		);
	});
});
