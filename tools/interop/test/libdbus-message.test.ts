import { DecodeError } from "@framewright/codec";
import { marshal } from "@framewright/dbus-marshal";
import { dbusMessage } from "@framewright/dbus-message";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
	mutate,
	mutations,
} from "../../../packages/dbus-marshal/test/mutate.ts";
import { message } from "../../../packages/dbus-message/test/arbitrary-message.ts";
import { describeLibdbus } from "../src/libdbus.ts";

const runs = Number(process.env.FRAMEWRIGHT_RUNS ?? 20_000);

/** How many messages go to the program at once. */
const BATCH = 1000;

const codec = dbusMessage({ dict: "entries" });

/** Each message as it is, and nine times with changes. */
const family: fc.Arbitrary<Uint8Array[]> = fc
	.tuple(message, fc.array(mutations, { minLength: 9, maxLength: 9 }))
	.map(([message, changes]) => {
		const bytes = codec.encode({ ...message, unixFds: 0 }).slice();
		return [bytes, ...changes.map((change) => mutate(bytes, change))];
	});

/** `"accepted"`, or the error; `undefined` where libdbus has rules of its own. */
function ours(bytes: Uint8Array): string | undefined {
	try {
		const { unixFds, endianness } = codec.decode(bytes);
		// It only takes messages together with their file descriptors.
		if (unixFds > 0) return undefined;
		// Its field CONTAINER_INSTANCE is not in the specification: to us, that is one that nobody knows.
		const length = new DataView(bytes.buffer).getUint32(
			12,
			endianness === "little",
		);
		const fields = header.decode(bytes.subarray(12, 16 + length), {
			endianness,
			position: 12,
		});
		return fields.some(([code]) => code === 10) ? undefined : "accepted";
	} catch (error) {
		if (error instanceof DecodeError) return `${error.code}: ${error.message}`;
		throw error;
	}
}

const header = marshal("a(yv)");

/** The messages of libdbus's tests (test/data/valid-messages, invalid-messages) that need no descriptors. */
const recorded: [name: string, hex: string, isValid: boolean][] = [
	["minimal", "6c0200010000000002000000080000000501750001000000", true],
	[
		"boolean-has-no-value",
		"6c0000001000000001000000010000000303c2f0e3c04c4aba558ae7e67806d1352214a24b7d1be38b4b95841d45f8293abb1a1f7c666937bbf31fa26c2674a1488844937691ab0c16c8500ff18bca0caa4872147f2e089ed074c445160ccd5a9fd3ba166465",
		false,
	],
	[
		"issue418",
		"6c8f2801000000007b22000818000000fd152874617b79617b64617b79617b7961717d7d7d297d0000000000000000000c000000000000000000000000000000feff0000",
		false,
	],
	[
		"mis-nested-sig",
		"6cff0001000000000100000018000000ff152874617b79617b64617b79617b7961717d7d7d297d00",
		false,
	],
	[
		"truncated-variant-sig",
		"6cff0001000000000100000004000000ffff000000000000",
		false,
	],
	[
		"zero-length-variant-sig",
		"6cff0001000000000100000003000000ff00000000000000",
		false,
	],
	[
		"fixed-array-not-divisible",
		"6c40ff0100000000f60059df18010000521161286128797979797979797929796174290000010000d800000000000000016f5d000000000000015602447265656465736b000017f60059df20dfff09a9116120612879717900d842e92f6f726765656420202020202020200020202020202020202020202020202020202020b00024000000000000e6dfdfdf2020202065000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000028757987ff27b5e9d90100005e304b7900016f2d5d67446f724444726565640017656b7300f60059ffa911612061287971fd7eeeff010000000000001067c8c8c8c8c8c8c801000000000000050000000000faff0000000000000000000000001200000000000000",
		false,
	],
];

describeLibdbus((verdicts) => {
	test("accepts and rejects the messages that we do", async () => {
		let accepted = 0;
		let total = 0;
		while (total < runs) {
			const batch = fc
				.sample(family, Math.ceil(Math.min(BATCH, runs - total) / 10))
				.flat();
			const theirs = await verdicts(batch);
			for (const [i, bytes] of batch.entries()) {
				const found = ours(bytes);
				if (found === undefined) continue;
				const both = {
					bytes: Buffer.from(bytes).toString("hex"),
					found,
					theirs: theirs[i],
				};
				expect(both).toEqual({
					...both,
					found: theirs[i] ? "accepted" : expect.stringMatching(/: /),
				});
				accepted += theirs[i] ? 1 : 0;
			}
			total += batch.length;
		}
		expect(accepted).toBeGreaterThanOrEqual(total / 10);
		expect(accepted).toBeLessThan(total * 0.9);
	});

	test.each(recorded)(
		"and we agree on its own message %s",
		async (_, hex, isValid) => {
			const bytes = Uint8Array.from(Buffer.from(hex, "hex"));
			expect(await verdicts([bytes])).toEqual([isValid]);
			expect(ours(bytes) === "accepted").toBe(isValid);
		},
	);
});
