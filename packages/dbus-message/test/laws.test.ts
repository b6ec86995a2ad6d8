import { DecodeError } from "@framewright/codec";
import { codecLaws } from "@framewright/codec-laws";
import { marshalBody } from "@framewright/dbus-marshal";
import { dbusMessage, type Message } from "@framewright/dbus-message";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
	mutate,
	mutations,
	sameButForNaN,
} from "../../dbus-marshal/test/mutate.ts";
import { message } from "./arbitrary-message.ts";

// A message is large, and each law decodes it many times.
const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000) / 20;

const layers = {
	"dbusMessage()": dbusMessage({ dict: "entries" }),
	'dbusMessage({ bytes: "view" })': dbusMessage({
		dict: "entries",
		bytes: "view",
	}),
};

/** A message of about `n` bytes. */
const grow = (n: number): Message => ({
	type: "signal",
	endianness: "little",
	flags: 0,
	serial: 1,
	path: "/",
	interface: "a.b",
	member: "c",
	signature: "ayas",
	body: [new Uint8Array(n >> 1), Array.from({ length: n >> 4 }, () => "abc")],
	unixFds: 0,
});

for (const [name, layer] of Object.entries(layers))
	describe(name, () => {
		for (const law of codecLaws<Message, Message>(layer, {
			item: message,
			numRuns,
			grow,
		}))
			test(law.name, () => law.check());
	});

test("bytes that were changed are an error, or a message that is written as those bytes again", () => {
	const codec = dbusMessage({ dict: "entries" });
	let accepted = 0;
	fc.assert(
		fc.property(message, mutations, (sent, changes) => {
			const bytes = mutate(codec.encode(sent), changes);
			let received: Message;
			try {
				received = codec.decode(bytes);
			} catch (error) {
				if (error instanceof DecodeError) return;
				throw error;
			}
			accepted += 1;
			// Fields may come in any order, and those that nobody knows are ignored: only the rest must be the same.
			const again = codec.decode(codec.encode(received));
			const { endianness } = received;
			const little = endianness === "little";
			const bodies = [received, again].map(({ signature, body }) =>
				marshalBody(signature).encode(body, { endianness }),
			);
			expect({ ...again, body: [] }).toEqual({ ...received, body: [] });
			expect(
				sameButForNaN(
					bodies[0] as Uint8Array,
					bodies[1] as Uint8Array,
					little,
					0,
				),
			).toBe(true);
		}),
		{ numRuns: numRuns * 4 },
	);
	expect(accepted).toBeGreaterThan(0);
});

test("bodies that are handed over as bytes are sent as they came", () => {
	const codec = dbusMessage();
	const proxy = dbusMessage({ body: "bytes" });
	fc.assert(
		fc.property(message, (sent) => {
			const bytes = codec.encode(sent);
			const received = proxy.decode(bytes);
			expect(received.body).toBeInstanceOf(Uint8Array);
			expect(proxy.encode(received)).toEqual(bytes);
		}),
		{ numRuns },
	);
});
