import { globSync, readFileSync } from "node:fs";
import { DecodeError } from "@framewright/codec";
import { marshal, variant } from "@framewright/dbus-marshal";
import { dbusMessage, type Message } from "@framewright/dbus-message";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
	mutate,
	mutations,
	sameButForNaN,
} from "../../../packages/dbus-marshal/test/mutate.ts";
import { message } from "../../../packages/dbus-message/test/arbitrary-message.ts";
import {
	calls,
	managedObjects,
} from "../../../packages/dbus-message/test/dbus-fast-messages.ts";
import { recorded } from "../../../packages/dbus-message/test/recorded-messages.ts";
import { describeLibdbus } from "../src/libdbus.ts";

const runs = Number(process.env.FRAMEWRIGHT_RUNS ?? 20_000);

/** How many messages go to the program at once. */
const BATCH = 1000;

const codec = dbusMessage({ dict: "entries" });

/** Each message as it is, and nine times with changes. */
const family: fc.Arbitrary<Uint8Array[]> = fc
	.tuple(message, fc.array(mutations, { minLength: 9, maxLength: 9 }))
	.map(([message, changes]) => {
		const bytes = codec.encode(message).slice();
		return [bytes, ...changes.map((change) => mutate(bytes, change))];
	});

/** What we make of a message. */
interface Found {
	/** `"accepted"`, or the error. */
	readonly verdict: string;
	/** The message to ask libdbus about; `undefined` where it has rules of its own. */
	readonly asked?: Uint8Array;
	/** The same message as we write it. */
	readonly again?: Uint8Array;
}

function ours(bytes: Uint8Array): Found {
	try {
		const message = codec.decode(bytes);
		// It only takes messages together with their file descriptors: what it thinks of the rest shows without any.
		const asked = withoutDescriptors(bytes, message);
		const again = codec.encode({ ...message, unixFds: 0 }).slice();
		return asked === undefined
			? { verdict: "accepted" }
			: { verdict: "accepted", asked, again };
	} catch (error) {
		if (!(error instanceof DecodeError)) throw error;
		return { verdict: `${error.code}: ${error.message}`, asked: bytes };
	}
}

const header = marshal("a(yv)", { dict: "entries" });

/** The message with its count of descriptors set to 0; `undefined` if there is a field that only libdbus knows. */
function withoutDescriptors(
	bytes: Uint8Array,
	{ endianness }: Message,
): Uint8Array | undefined {
	const wire = { endianness, position: 12 };
	const view = new DataView(bytes.buffer, bytes.byteOffset);
	const end = 16 + view.getUint32(12, endianness === "little");
	const fields = header.decode(bytes.subarray(12, end), wire);
	// CONTAINER_INSTANCE is not in the specification: to us, that is a field that nobody knows.
	if (fields.some(([code]) => code === 10)) return undefined;
	const changed = bytes.slice();
	changed.set(
		header.encode(
			fields.map(([code, value]) => [
				code,
				code === 9 ? variant("u", 0) : value,
			]),
			wire,
		),
		12,
	);
	return changed;
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const same = (a: Uint8Array, b: Uint8Array | undefined): boolean =>
	b !== undefined && Buffer.compare(a, b) === 0;

/** Where the body of a message begins. */
function bodyStart(bytes: Uint8Array): number {
	const view = new DataView(bytes.buffer, bytes.byteOffset);
	return (23 + view.getUint32(12, bytes[0] === 0x6c)) & ~7;
}

describeLibdbus((verdicts) => {
	test("accepts and rejects the messages that we do", async () => {
		let accepted = 0;
		let withDescriptors = 0;
		let total = 0;
		while (total < runs) {
			const batch = fc
				.sample(family, Math.ceil(Math.min(BATCH, runs - total) / 10))
				.flat();
			const found = batch.map(ours);
			const theirs = await verdicts(
				found.map(({ asked }, i) => asked ?? (batch[i] as Uint8Array)),
			);
			for (const [i, { verdict, asked }] of found.entries()) {
				if (asked === undefined) continue;
				const both = {
					bytes: hexOf(asked),
					verdict,
					theirs: theirs[i],
				};
				expect(both).toEqual({
					...both,
					verdict: theirs[i] ? "accepted" : expect.stringMatching(/: /),
				});
				accepted += theirs[i] ? 1 : 0;
				withDescriptors += theirs[i] && !same(asked, batch[i]) ? 1 : 0;
			}
			await checkAgain(batch, found);
			total += batch.length;
		}
		expect(accepted).toBeGreaterThanOrEqual(total / 10);
		expect(accepted).toBeLessThan(total * 0.9);
		expect(withDescriptors).toBeGreaterThan(total / 100);
	});

	/** Checks that libdbus takes what we write of a message that both took, and that its body is the same. */
	async function checkAgain(
		batch: readonly Uint8Array[],
		found: readonly Found[],
	): Promise<void> {
		const written = found.flatMap(({ again }, i) =>
			again === undefined ? [] : [{ again, bytes: batch[i] as Uint8Array }],
		);
		const theirs = await verdicts(written.map(({ again }) => again));
		for (const [i, { again, bytes }] of written.entries()) {
			const start = bodyStart(again);
			const isSame = sameButForNaN(
				bytes.subarray(bodyStart(bytes)),
				again.subarray(start),
				bytes[0] === 0x6c,
				start,
			);
			const both = { bytes: hexOf(bytes), theirs: theirs[i], isSame };
			expect(both).toEqual({ ...both, theirs: true, isSame: true });
		}
	}

	test("takes no message without the descriptors that it says it has, which is the connection's business here", async () => {
		const bytes = codec.encode({
			type: "method_return",
			serial: 1,
			replySerial: 1,
			unixFds: 1,
		});
		expect(await verdicts([bytes])).toEqual([false]);
		expect(ours(bytes)).toMatchObject({ verdict: "accepted" });
	});

	test.each(recorded)(
		"and we agree on $source's message $name",
		async ({ bytes, isValid }) => {
			expect(await verdicts([bytes])).toEqual([isValid]);
			expect(ours(bytes).verdict === "accepted").toBe(isValid);
		},
	);

	test("and we agree on the messages that its package has", async (context) => {
		const files = globSync(
			"/usr/lib/dbus-1.0/debug-build/libexec/installed-tests/dbus/data/*-messages/*.message-raw",
		);
		if (files.length === 0 && !process.env.CI) {
			console.warn(
				"libdbus's messages are missing: apt-get install dbus-tests",
			);
			context.skip();
		}
		expect(files.length).toBeGreaterThan(5);
		const messages = files.map((file) => new Uint8Array(readFileSync(file)));
		const valid = files.map((file) => file.includes("/valid-messages/"));
		expect(await verdicts(messages)).toEqual(valid);
		expect(messages.map((bytes) => ours(bytes).verdict === "accepted")).toEqual(
			valid,
		);
	});

	test("and we agree on dbus-fast's", async () => {
		const messages = [...calls.map(({ hex }) => hex), managedObjects].map(
			(digits) =>
				Uint8Array.from(Buffer.from(digits.replace(/\s/g, ""), "hex")),
		);
		expect(await verdicts(messages)).not.toContain(false);
		for (const bytes of messages)
			expect(ours(bytes)).toMatchObject({ verdict: "accepted" });
	});
});
