import { cobs, cobsCodec } from "@framewright/cobs";
import { DecodeError, Skipped } from "@framewright/codec";
import { checkVector } from "@framewright/codec-laws";
import { describe, expect, test } from "vitest";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytes = (digits: string): Uint8Array =>
	Uint8Array.from(Buffer.from(digits.replaceAll(" ", ""), "hex"));
/** The bytes from `first` to `last`, in hex. */
const run = (first: number, last: number): string =>
	hex(Uint8Array.from({ length: last - first + 1 }, (_, i) => first + i));
/** `length` bytes without a zero, in hex. */
const nonZero = (length: number): string =>
	hex(Uint8Array.from({ length }, (_, i) => (i % 255) + 1));

/** Checks a frame and its encoding: delimited, twice in a row, and bare. */
function check(frame: string, encoding: string): void {
	checkVector(cobs(), {
		wire: `${encoding} 00 ${encoding} 00`,
		items: [bytes(frame), bytes(frame)],
	});
	expect(hex(cobsCodec.encode(bytes(frame)))).toBe(
		encoding.replaceAll(" ", ""),
	);
	expect(cobsCodec.decode(bytes(encoding))).toEqual(bytes(frame));
}

describe("the examples of Wikipedia", () => {
	const examples: [string, string][] = [
		["00", "01 01"],
		["00 00", "01 01 01"],
		["00 11 00", "01 02 11 01"],
		["11 22 00 33", "03 11 22 02 33"],
		["11 22 33 44", "05 11 22 33 44"],
		["11 00 00 00", "02 11 01 01 01"],
		[run(1, 254), `ff ${run(1, 254)}`],
		[run(0, 254), `01 ff ${run(1, 254)}`],
		[run(1, 255), `ff ${run(1, 254)} 02 ff`],
		[`${run(2, 255)} 00`, `ff ${run(2, 255)} 01 01`],
		[`${run(3, 255)} 00 01`, `fe ${run(3, 255)} 02 01`],
	];
	for (const [i, [frame, encoding]] of examples.entries())
		test(`example ${i + 1}`, () => check(frame, encoding));
});

describe("cobs-python: the cases of its tests", () => {
	const cases: [string, string][] = [
		["", "01"],
		["31", "02 31"],
		["31 32 33 34 35", "06 31 32 33 34 35"],
		["31 32 33 34 35 00 36 37 38 39", "06 31 32 33 34 35 05 36 37 38 39"],
		["00 31 32 33 34 35 00 36 37 38 39", "01 06 31 32 33 34 35 05 36 37 38 39"],
		["31 32 33 34 35 00 36 37 38 39 00", "06 31 32 33 34 35 05 36 37 38 39 01"],
		["00 00 00", "01 01 01 01"],
		[run(1, 253), `fe ${run(1, 253)}`],
		[run(0, 255), `01 ff ${run(1, 254)} 02 ff`],
	];
	for (const [frame, encoding] of cases)
		test(`${frame.slice(0, 40)}`, () => check(frame, encoding));

	test("zeros only, and no zeros, up to and over full blocks", () => {
		for (const length of [1, 2, 253, 254, 255, 256, 507, 508, 509, 519, 762]) {
			const zeros = new Uint8Array(length);
			const ones = "01".repeat(length + 1);
			expect(hex(cobsCodec.encode(zeros))).toBe(ones);
			expect(cobsCodec.decode(bytes(ones))).toEqual(zeros);

			const data = nonZero(length);
			let encoding = "";
			for (let at = 0; at < length; at += 254) {
				const block = data.slice(2 * at, 2 * (at + 254));
				encoding += hex(Uint8Array.of(block.length / 2 + 1)) + block;
			}
			check(data, encoding);
			check(`${data}00`, `${encoding}${length % 254 === 0 ? "0101" : "01"}`);
		}
	});

	test("its faults", () => {
		const faults: [string, string, number][] = [
			["00", "invalid-syntax", 0],
			["05 31 32 33", "invalid-length", 0],
			["05 31 32 33 34 00", "invalid-syntax", 5],
			["05 31 32 00 34", "invalid-syntax", 3],
		];
		for (const [encoding, code, offset] of faults)
			expect(() => cobsCodec.decode(bytes(encoding))).toThrow(
				expect.objectContaining({ code, offset }),
			);
	});
});

describe("a code that points beyond the end", () => {
	test("cobs 0.2.1 decodes `05 01 02`; here it is a fault at the 05", () => {
		expect(() => cobsCodec.decode(bytes("05 01 02"))).toThrow(
			new DecodeError(
				"invalid-length",
				"A block of 5 bytes must not end after 3",
				0,
			),
		);
		checkVector(cobs(), {
			wire: "02 61 00  05 01 02 00  02 62 00",
			items: [bytes("61")],
			fault: { code: "invalid-length", offset: 3 },
		});
	});

	test("in the last of several blocks is a fault there", () => {
		for (const encoding of ["01 02 61 03 62", `ff ${run(1, 254)} 02`])
			checkVector(cobs(), {
				wire: `${encoding} 00`,
				items: [],
				fault: {
					code: "invalid-length",
					offset: encoding.startsWith("01") ? 3 : 255,
				},
			});
		expect(() => cobsCodec.decode(bytes("01 02 61 03 62"))).toThrow(
			expect.objectContaining({ code: "invalid-length", offset: 3 }),
		);
	});
});

describe("an empty block behind a full last one, which some encoders write and ours does not", () => {
	test("means nothing", () => {
		for (const [frame, encoding] of [
			[run(1, 254), `ff ${run(1, 254)} 01`],
			[
				nonZero(508),
				`ff ${nonZero(508).slice(0, 508)} ff ${nonZero(508).slice(508)} 01`,
			],
		] as const) {
			checkVector(cobs({ maxLength: frame.length / 2 }), {
				wire: `${encoding} 00`,
				items: [bytes(frame)],
				canonical: false,
			});
			expect(cobsCodec.decode(bytes(encoding))).toEqual(bytes(frame));
		}
	});
});

describe("delimiters", () => {
	test("in a row are one; an empty frame has an encoding", () => {
		checkVector(cobs(), {
			wire: "00 00 02 61 00 00 00 01 00 00",
			items: [bytes("61"), bytes("")],
			canonical: false,
		});
	});
});

describe("the limit", () => {
	test("counts what the frame has, not its encoding", () => {
		checkVector(cobs({ maxLength: 4 }), {
			wire: "01 01 01 01 01 00  05 61 62 63 64 00",
			items: [bytes("00 00 00 00"), bytes("61 62 63 64")],
		});
		checkVector(cobs({ maxLength: 508 }), {
			wire: `ff ${nonZero(508).slice(0, 508)} ff ${nonZero(508).slice(508)} 00`,
			items: [bytes(nonZero(508))],
		});
	});

	test("is broken at the code that announces too much, whatever comes behind it", () => {
		for (const rest of ["", "61", "00", "61 62 63 64 65 00", "61 00 61 00"])
			checkVector(cobs({ maxLength: 4 }), {
				wire: `02 61 00 06 ${rest}`,
				items: [bytes("61")],
				fault: { code: "too-large", offset: 3 },
			});
	});

	test("is broken at a code that stands for a zero too many", () => {
		for (const rest of ["", "00", "61 00"])
			checkVector(cobs({ maxLength: 2 }), {
				wire: `03 61 62 01 ${rest}`,
				items: [],
				fault: { code: "too-large", offset: 3 },
			});
	});

	test("of nothing lets empty frames pass", () => {
		checkVector(cobs({ maxLength: 0 }), {
			wire: "01 00 01 00 01 01 00",
			items: [bytes(""), bytes("")],
			fault: { code: "too-large", offset: 5 },
		});
	});
});

describe("the end of the input", () => {
	test("inside a frame is an error, even if it could be whole", () => {
		for (const [wire, offset] of [
			["02", 1],
			["01", 1],
			["00 02 61", 3],
			["03 61", 2],
		] as const)
			checkVector(cobs(), {
				wire,
				items: [],
				fault: { code: "truncated", offset },
			});
	});
});

describe("with resync", () => {
	const layer = cobs({ resync: true, maxLength: 4 });
	const tooLarge = (offset: number): Skipped =>
		new Skipped("too-large", "A frame may have 4 bytes at most", offset, {
			limit: 4,
		});

	test("a corrupt frame and one that is too large are reported once, and the next ones come out", () => {
		checkVector(layer, {
			wire: "02 61 00  05 61 62 00  02 62 00  06 06 06 06 06 06 00  02 63 00",
			items: [
				bytes("61"),
				new Skipped(
					"invalid-length",
					"A block of 5 bytes must not end after 3",
					3,
				),
				bytes("62"),
				tooLarge(10),
				bytes("63"),
			],
			canonical: false,
		});
	});

	test("the end of the input inside a bad frame is an error", () => {
		checkVector(layer, {
			wire: "02 61 00 07 61",
			items: [bytes("61"), tooLarge(3)],
			fault: { code: "truncated", offset: 5 },
		});
	});
});
