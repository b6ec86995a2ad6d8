import { ByteWriter, DecodeError } from "@framewright/codec";
import { marshalBody, Variant, variant } from "@framewright/dbus-marshal";
import fc from "fast-check";
import { expect, test } from "vitest";
import { body } from "../../../packages/dbus-marshal/test/arbitrary-value.ts";
import {
	type Mutation,
	mutate,
	mutations,
	sameButForNaN,
} from "../../../packages/dbus-marshal/test/mutate.ts";
import { describeLibdbus } from "../src/libdbus.ts";

const runs = Number(process.env.FRAMEWRIGHT_RUNS ?? 20_000);

/** How many messages go to the program at once. */
const BATCH = 1000;

type Endianness = "little" | "big";

const header = marshalBody("yyyyuua(yv)");

/** A method call with a body, and where in it the body starts. */
function message(
	signature: string,
	bytes: Uint8Array,
	endianness: Endianness,
): { bytes: Uint8Array; start: number } {
	const writer = new ByteWriter();
	const fields = [
		[1, variant("o", "/a")],
		[3, variant("s", "Member")],
		[8, variant("g", signature)],
	] as const;
	const first = (endianness === "little" ? "l" : "B").charCodeAt(0);
	header.encodeInto([first, 1, 0, 1, bytes.length, 1, fields], writer, {
		endianness,
	});
	writer.write(new Uint8Array(-writer.length & 7));
	const start = writer.length;
	writer.write(bytes);
	return { bytes: writer.take(), start };
}

interface Case {
	readonly signature: string;
	readonly bytes: Uint8Array;
	readonly endianness: Endianness;
}

/** What we make of a body: the same bytes again, or the error. */
function ours(
	{ signature, bytes, endianness }: Case,
	position: number,
): string {
	const codec = marshalBody(signature, { dict: "entries" });
	const wire = { endianness, position };
	let values: unknown[];
	try {
		values = codec.decode(bytes, wire) as unknown[];
	} catch (error) {
		if (error instanceof DecodeError) return `${error.code}: ${error.message}`;
		throw error;
	}
	const again = codec.encode(values, wire);
	return sameButForNaN(bytes, again, endianness === "little", position)
		? "the same"
		: "other bytes";
}

const cases: fc.Arbitrary<Case[]> = fc
	.tuple(
		body,
		fc.constantFrom<Endianness>("little", "big"),
		fc.array(mutations, { minLength: 9, maxLength: 9 }),
	)
	.map(([{ signature, values }, endianness, changes]) => {
		const bytes = marshalBody(signature).encode(values, { endianness });
		return [[], ...changes].map((change: Mutation[]) => ({
			signature,
			bytes: mutate(bytes, change),
			endianness,
		}));
	});

describeLibdbus((verdicts) => {
	/** Checks that both accept or both reject; returns how many were accepted. */
	async function compare(batch: readonly Case[]): Promise<number> {
		const messages = batch.map(({ signature, bytes, endianness }) =>
			message(signature, bytes, endianness),
		);
		const theirs = await verdicts(messages.map(({ bytes }) => bytes));
		for (const [i, one] of batch.entries()) {
			const found = ours(one, messages[i]?.start as number);
			const both = { ...one, found, theirs: theirs[i] };
			expect(both).toEqual({
				...both,
				found: theirs[i] ? "the same" : expect.stringMatching(/: body/),
			});
		}
		return theirs.filter(Boolean).length;
	}

	test("accepts and rejects the bodies that we do, and we encode again what both accept", async () => {
		let accepted = 0;
		let total = 0;
		while (total < runs) {
			const samples = fc.sample(
				cases,
				Math.ceil(Math.min(BATCH, runs - total) / 10),
			);
			const batch = samples.flat();
			accepted += await compare(batch);
			total += batch.length;
		}
		// One in ten is not mutated at all.
		expect(accepted).toBeGreaterThanOrEqual(total / 10);
		expect(accepted).toBeLessThan(total * 0.9);
	});

	test("counts the depth of values as we do", async () => {
		const batch = fc.sample(nested, Math.max(100, runs / 20));
		const accepted = await compare(batch);
		expect(accepted).toBeGreaterThan(0);
		expect(accepted).toBeLessThan(batch.length);
	});

	test("accepts and rejects the signatures that we do", async () => {
		const alphabet = fc.constantFrom(..."aaa(({{}))sivybdm");
		const signatures = fc.sample(
			fc.oneof(
				fc.string({ unit: alphabet, maxLength: 6 }),
				body.map(({ signature }) => signature),
				fc
					.tuple(body, mutations)
					.map(([{ signature }, changes]) =>
						String.fromCharCode(...mutate(Buffer.from(signature), changes)),
					)
					.filter((signature) => signature.length < 256),
				fc
					.array(
						fc.constantFrom("a", "a{s", "(", "aaaaaaaa", "((((((((", "a{ya{y"),
						{
							maxLength: 30,
						},
					)
					.map(closed)
					.filter((signature) => signature.length < 256),
			),
			Math.max(100, runs / 10),
		);
		const edges = [31, 32, 33].flatMap((count) =>
			["a", "(", "a{y", "a(", "(a"].map((part) =>
				closed(new Array(count).fill(part)),
			),
		);
		const batch = [...signatures, ...edges].map((signature): Case => {
			// As a value of type g; the body's own signature would be refused by our encoder.
			const bytes = Buffer.from(`.${signature}\0`, "latin1");
			bytes[0] = signature.length;
			return {
				signature: "g",
				bytes: new Uint8Array(bytes),
				endianness: "little",
			};
		});
		const accepted = await compare(batch);
		expect(accepted).toBeGreaterThan(0);
		expect(accepted).toBeLessThan(batch.length);
	});
});

/** Values about 64 containers deep, which ends in a string, in numbers, or in nothing. */
const nested: fc.Arbitrary<Case> = fc
	.tuple(
		fc.constantFrom<[string, unknown]>(
			["s", ""],
			["ai", [1]],
			["ai", []],
			["as", ["a"]],
			["as", []],
			["a(i)", []],
			["a{ss}", []],
			["v", variant("ay", Uint8Array.of(1))],
		),
		fc.array(fc.constantFrom("variant", "array", "dict", "struct"), {
			minLength: 36,
			maxLength: 50,
		}),
	)
	.map(([[inner, value], kinds]) => {
		let signature = inner;
		let values = value;
		for (const kind of kinds) {
			if (kind === "variant" || signature.length > 30) {
				values = new Variant(signature, values);
				signature = "v";
			} else if (kind === "array") {
				values = [values];
				signature = `a${signature}`;
			} else if (kind === "dict") {
				values = [[1, values]];
				signature = `a{y${signature}}`;
			} else {
				values = [values];
				signature = `(${signature})`;
			}
		}
		return new Variant(signature, values);
	})
	.chain((value) =>
		fc.integer({ min: 0, max: 3 }).map((more): Case | undefined => {
			// Our encoder refuses what is too deep. Eight variants around a variant keep its alignment: they have 24 bytes.
			const around = Array.from({ length: 8 * more }, () => [
				1, 0x76, 0,
			]).flat();
			try {
				const inside = marshalBody("v").encode([value]);
				return {
					signature: "v",
					bytes: Uint8Array.from([...around, ...inside]),
					endianness: "little",
				};
			} catch {
				return undefined;
			}
		}),
	)
	.filter((one) => one !== undefined);

/** Closes what was opened, around an i. */
function closed(parts: readonly string[]): string {
	const open = parts.join("");
	const close = Array.from(open.replaceAll(/[^({]/g, ""), (bracket) =>
		bracket === "(" ? ")" : "}",
	);
	return `${open}i${close.reverse().join("")}`;
}
