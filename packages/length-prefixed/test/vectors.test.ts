import { checkVector } from "@framewright/codec-laws";
import { lengthPrefixed } from "@framewright/length-prefixed";
import { describe, test } from "vitest";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const hex = (digits: string): Uint8Array =>
	Uint8Array.from(Buffer.from(digits.replaceAll(" ", ""), "hex"));
const ab = text("ab");
const empty = text("");

describe("fixed widths", () => {
	const wires = [
		["02", "02"],
		["0002", "0200"],
		["000002", "020000"],
		["00000002", "02000000"],
		["0000000002", "0200000000"],
		["000000000002", "020000000000"],
		["00000000000002", "02000000000000"],
		["0000000000000002", "0200000000000000"],
	] as const;
	for (const [i, [be, le]] of wires.entries()) {
		const width = (i + 1) as 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;
		const zero = "00".repeat(width);
		for (const [endian, prefix] of [
			["be", be],
			["le", le],
		] as const)
			test(`a prefix of ${width} bytes, ${endian}`, () => {
				checkVector(lengthPrefixed({ width, endian }), {
					wire: `${prefix} 6162 ${zero} ${prefix} 6162`,
					items: [ab, empty, ab],
				});
			});
	}

	test("every byte of a prefix of eight counts, on either side of 2^32", () => {
		const layer = lengthPrefixed({ width: 8 });
		for (const prefix of [
			"0000000100000000",
			"00ffffffffffffff",
			"ffffffffffffffff",
		])
			checkVector(layer, {
				wire: `0000000000000002 6162 ${prefix}`,
				items: [ab],
				fault: { code: "too-large", offset: 10 },
			});
	});

	test("a prefix with its highest bit set is a large number, not a negative one", () => {
		for (const [width, prefix] of [
			[4, "80000000"],
			[3, "800000"],
		] as const)
			checkVector(lengthPrefixed({ width, maxLength: 8_000_000 }), {
				wire: prefix,
				items: [],
				fault: { code: "too-large", offset: 0 },
			});
	});
});

describe("varints", () => {
	const layer = lengthPrefixed({ width: "varint", maxLength: 300 });

	test("lengths on both sides of a byte's seven bits", () => {
		for (const [length, prefix] of [
			[0, "00"],
			[1, "01"],
			[127, "7f"],
			[128, "8001"],
			[300, "ac02"],
		] as const)
			checkVector(layer, {
				wire: `${prefix} ${"78".repeat(length)}`,
				items: [text("x".repeat(length))],
			});
	});

	test("an overlong varint is refused: 81 00, 85 00, 80 80 00", () => {
		for (const prefix of ["8100", "8500", "808000"])
			checkVector(layer, {
				wire: `02 6162 ${prefix} 6162`,
				items: [ab],
				fault: { code: "overlong", offset: 3 },
			});
	});

	test("a varint over the limit is refused where it starts", () => {
		for (const prefix of ["ad02", "ffffffffffffff7f", "ffffffffffffffffff01"])
			checkVector(layer, {
				wire: `02 6162 ${prefix}`,
				items: [ab],
				fault: { code: "too-large", offset: 3 },
			});
	});

	test("a varint of more than 64 bits is refused at its tenth byte, however it would go on", () => {
		for (const tenth of ["02", "7f", "80", "ff"])
			checkVector(layer, {
				wire: `ffffffffffffffffff ${tenth} ffffffff`,
				items: [],
				fault: { code: "invalid-length", offset: 0 },
			});
	});
});

describe("leading bytes, adjustment and what the prefix counts", () => {
	test("leading bytes are stripped, and written as zeros", () => {
		const layer = lengthPrefixed({ offset: 2, width: 1 });
		checkVector(layer, { wire: "0000 02 6162", items: [ab] });
		checkVector(layer, {
			wire: "cafe 02 6162",
			items: [ab],
			canonical: false,
		});
	});

	test("a prefix that counts itself: PostgreSQL's messages, kept whole with their type", () => {
		checkVector(
			lengthPrefixed({ offset: 1, includesPrefix: true, header: "keep" }),
			{
				// Query "ab", then Sync.
				wire: "51 00000007 616200  53 00000004",
				items: [hex("51 00000007 616200"), hex("53 00000004")],
			},
		);
	});

	test("a prefix that counts itself must count itself", () => {
		checkVector(lengthPrefixed({ includesPrefix: true }), {
			wire: "00000004 00000003",
			items: [empty],
			fault: { code: "invalid-length", offset: 4 },
		});
	});

	test("a positive adjustment adds bytes that the prefix does not count: a checksum of two", () => {
		checkVector(lengthPrefixed({ width: 1, adjustment: 2 }), {
			wire: "01 61 beef  00 0000",
			items: [hex("61 beef"), hex("0000")],
		});
	});

	test("a negative adjustment takes off bytes that the prefix counts: a length of the whole message", () => {
		checkVector(
			lengthPrefixed({ width: 2, offset: 1, adjustment: -3, header: "keep" }),
			{
				wire: "07 0005 6162  07 0003",
				items: [hex("07 0005 6162"), hex("07 0003")],
			},
		);
	});

	test("the limit is that of the adjusted body, on both sides of it", () => {
		const layer = lengthPrefixed({ width: 1, adjustment: 2, maxLength: 4 });
		checkVector(layer, { wire: "02 61626364", items: [text("abcd")] });
		checkVector(layer, {
			wire: "03 6162636465",
			items: [],
			fault: { code: "too-large", offset: 0 },
		});
	});

	test("a fault in a prefix behind leading bytes is where the prefix is", () => {
		checkVector(lengthPrefixed({ width: 1, offset: 3, maxLength: 1 }), {
			wire: "000000 01 61  000000 02",
			items: [text("a")],
			fault: { code: "too-large", offset: 8 },
		});
	});
});

describe("the end of input", () => {
	test("is clean before the first frame and behind the last", () => {
		checkVector(lengthPrefixed(), { wire: "", items: [] });
		checkVector(lengthPrefixed(), { wire: "00000000", items: [empty] });
	});

	test("is reported in a prefix, right behind it, and in a body", () => {
		for (const [wire, offset] of [
			["00", 1],
			["00000002", 4],
			["00000002 61", 5],
			["00000000 000000", 7],
		] as const)
			checkVector(lengthPrefixed(), {
				wire,
				items: wire.startsWith("00000000") ? [empty] : [],
				fault: { code: "truncated", offset },
			});
	});

	test("is reported inside a varint", () => {
		checkVector(lengthPrefixed({ width: "varint" }), {
			wire: "02 6162 80",
			items: [ab],
			fault: { code: "truncated", offset: 4 },
		});
	});
});
