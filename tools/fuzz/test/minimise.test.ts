import { expect, test } from "vitest";
import { minimiseBy } from "../src/engine/minimise.ts";

const always = (): boolean => true;

test.each([
	["nothing", Uint8Array.of()],
	["one byte", Uint8Array.of(7)],
	["many bytes", new Uint8Array(1000).fill(7)],
])("%s with any fault becomes nothing", (_, input) => {
	expect(minimiseBy(input, always, always).input).toEqual(Uint8Array.of());
});

test("a fault that needs two bytes keeps them, and no others", () => {
	const input = new Uint8Array(145).fill(7);
	input[20] = 200;
	input[101] = 201;
	const isSame = (candidate: Uint8Array): boolean =>
		candidate.includes(200) && candidate.includes(201);
	expect(minimiseBy(input, isSame, always).input).toEqual(
		Uint8Array.of(200, 201),
	);
});
