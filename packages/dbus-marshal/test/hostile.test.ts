import { marshal, Variant } from "@framewright/dbus-marshal";
import { beforeAll, describe, expect, test } from "vitest";
import { startCountingSteps, withSteps } from "../../codec-laws/src/steps.ts";
import { hex, refusal } from "./refusal.ts";

beforeAll(startCountingSteps);

describe("depth", () => {
	const variants = (count: number): Uint8Array =>
		Uint8Array.from([
			...Array.from({ length: count - 1 }, () => [1, 0x76, 0]).flat(),
			...[1, 0x79, 0, 7],
		]);

	test("64 variants inside each other are decoded, 65 are refused", () => {
		let value: unknown = marshal("v").decode(variants(64));
		for (let i = 0; i < 64; i++) value = (value as Variant).value;
		expect(value).toBe(7);
		expect(refusal("v", variants(65))).toMatchObject({
			code: "too-deep",
			part: `body[0]${".v".repeat(65)}`,
		});
	});

	test("20,000 are refused as soon", () => {
		expect(refusal("v", variants(20_000))).toMatchObject({
			code: "too-deep",
			offset: 65 * 3,
		});
	});

	test("an array counts when it has elements that are looked at one by one, as in libdbus", () => {
		const deep = (signature: string, value: unknown): Uint8Array => {
			let inner = new Variant(signature, value);
			for (let i = 1; i < 64; i++) inner = new Variant("v", inner) as never;
			return marshal("v").encode(inner as Variant);
		};
		for (const [signature, value] of [
			["ai", [1]],
			["ay", Uint8Array.of(1)],
			["as", []],
			["a{sv}", []],
		] as const)
			expect(marshal("v").decode(deep(signature, value))).toBeInstanceOf(
				Variant,
			);
		expect(() => deep("as", ["a"])).toThrow(/more than 64 nested/);
		expect(() => deep("(i)", [1])).toThrow(/more than 64 nested/);
	});
});

describe("hostile messages end in an error at once", () => {
	test("an array of empty structs, whose elements would have no bytes", () => {
		const bytes = hex("03 612829 00 0000 00 ffffff03");
		expect(refusal("v", bytes).code).toBe("invalid-syntax");
		withSteps((count) => {
			const steps = count(() => refusal("v", bytes));
			expect(steps).toBeGreaterThan(10);
			expect(steps).toBeLessThan(500);
		});
	});

	test("a length of 64 MiB in front of nothing makes no memory", () => {
		for (const signature of ["ay", "ai", "as", "a{sv}", "ad", "ab"])
			expect(refusal(signature, hex("00000004 00000000")).code).toBe(
				"truncated",
			);
	});

	test("two thousand signatures that were never seen before", () => {
		const codec = marshal("av");
		const signatures = Array.from({ length: 2000 }, (_, i) =>
			Array.from(i.toString(2), (bit) => (bit === "0" ? "y" : "b")).join(""),
		);
		const value = signatures.map((types) => new Variant(`a(${types})`, []));
		expect(codec.decode(codec.encode(value))).toEqual(value);
	});
});
