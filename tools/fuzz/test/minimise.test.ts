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

/** Where a body starts, and its length, by the prefix of a frame. */
type Prefix = (frame: Buffer) => readonly [start: number, length: number];

const varint: Prefix = (frame) => {
	let start = 0;
	let length = 0;
	do length += ((frame[start] ?? 0) & 127) << (7 * start);
	while ((frame[start++] ?? 0) > 127);
	return [start, length];
};
const decimal: Prefix = (frame) => {
	const colon = frame.indexOf(":");
	return [colon + 1, Number(frame.toString("latin1", 0, Math.max(0, colon)))];
};
const u16be: Prefix = (frame) => [
	2,
	frame.length < 2 ? -1 : frame.readUInt16BE(),
];
const u32le: Prefix = (frame) => [
	4,
	frame.length < 4 ? -1 : frame.readUInt32LE(),
];

test.each([
	["varint", varint, "ac02", "01c8"],
	["decimal", decimal, "3330303a", "313ac8"],
	["u16 BE", u16be, "012c", "0001c8"],
	["u32 LE", u32le, "2c010000", "01000000c8"],
])(
	"a frame stays one when it is made smaller, its length being a %s",
	(_, prefix, longest, smallest) => {
		const body = new Uint8Array(300).fill(7);
		body[200] = 200;
		const input = Buffer.concat([Buffer.from(longest, "hex"), body]);
		const isSame = (candidate: Uint8Array): boolean => {
			const frame = Buffer.from(candidate);
			const [start, length] = prefix(frame);
			return (
				frame.length === start + length && frame.subarray(start).includes(200)
			);
		};
		expect(isSame(input)).toBe(true);
		const { input: made } = minimiseBy(input, isSame, always);
		expect(Buffer.from(made).toString("hex")).toBe(smallest);
	},
);
