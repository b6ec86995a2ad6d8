import { Skipped } from "@framewright/codec";
import { checkVector } from "@framewright/codec-laws";
import { type SlipOptions, slip } from "@framewright/slip";
import { describe, test } from "vitest";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytes = (digits: string): Uint8Array =>
	Uint8Array.from(Buffer.from(digits.replaceAll(" ", ""), "hex"));
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe("RFC 1055", () => {
	test("a packet ends with END; END and ESC inside are escaped", () => {
		checkVector(slip({ leadingEnd: false }), {
			wire: "61 62 c0  db dc c0  db dd c0  dc dd c0  db dc db dd db dc c0",
			items: ["6162", "c0", "db", "dcdd", "c0dbc0"].map(bytes),
		});
	});

	test("a packet may begin with END, too: the noise before it is a packet of its own", () => {
		checkVector(slip(), {
			wire: "c0 61 62 c0  c0 db dc c0",
			items: [bytes("6162"), bytes("c0")],
		});
		checkVector(slip(), {
			wire: "00 ff  c0 61 62 c0",
			items: [bytes("00ff"), bytes("6162")],
			canonical: false,
		});
	});

	test("empty packets are ignored", () => {
		for (const leadingEnd of [true, false])
			checkVector(slip({ leadingEnd }), {
				wire: "c0 c0 c0 61 c0 c0 c0 c0 62 c0 c0",
				items: [bytes("61"), bytes("62")],
				canonical: false,
			});
	});

	test("a packet of 1,006 bytes, the most that Berkeley's drivers took", () => {
		const packet = new Uint8Array(1006).fill(0xc0, 300, 600);
		checkVector(slip({ maxLength: 1006 }), {
			wire: `c0 ${"00".repeat(300)} ${"dbdc".repeat(300)} ${"00".repeat(406)} c0`,
			items: [packet],
		});
	});
});

describe("slip.js: the cases of its tests", () => {
	const message = "i remember SLIP from the 1990s\0\0";
	const inside = (from: string, to: string): string =>
		hex(text(message)).replace(from, to);
	const cases: [string, string, string][] = [
		["plain message", hex(text(message)), hex(text(message))],
		[
			"inline escapes",
			`db${inside("6d2074686520", "6d20746865 20db").replaceAll(" ", "")}`,
			`dbdd${inside("6d2074686520", "6d2074686520dbdd")}`,
		],
		[
			"inline ends",
			inside("6d2074686520", "6d2074686520c0"),
			inside("6d2074686520", "6d2074686520dbdc"),
		],
		[
			"both",
			`db${inside("6d2074686520", "6d2074686520c0")}`,
			`dbdd${inside("6d2074686520", "6d2074686520dbdc")}`,
		],
	];
	for (const [name, packet, encoded] of cases)
		test(name, () => {
			checkVector(slip(), {
				wire: `c0 ${encoded} c0`,
				items: [bytes(packet)],
			});
			checkVector(slip({ leadingEnd: false }), {
				wire: `${encoded} c0 ${encoded} c0`,
				items: [bytes(packet), bytes(packet)],
			});
		});

	test("two messages, the second one with a leading END", () => {
		checkVector(slip(), {
			wire: `${cases[3]?.[2]} c0  c0 636174 c0`,
			items: [bytes(cases[3]?.[1] as string), text("cat")],
			canonical: false,
		});
	});
});

describe("an ESC with anything but ESC_END or ESC_ESC behind it", () => {
	test("slip 1.0.2 takes `db 07` for 07; here it is a fault at the 07", () => {
		checkVector(slip(), {
			wire: "c0 61 c0  c0 62 db 07 63 c0",
			items: [bytes("61")],
			fault: { code: "invalid-syntax", offset: 6 },
		});
	});

	test("END, ESC itself, the end of the packet", () => {
		for (const [wire, offset] of [
			["db c0", 1],
			["61 db db dd c0", 2],
			["db dc db 00", 3],
		] as const)
			checkVector(slip(), {
				wire,
				items: [],
				fault: { code: "invalid-syntax", offset },
			});
	});

	test("is a fault before the packet ends, if it ever does", () => {
		checkVector(slip(), {
			wire: "61 db 61 61 61",
			items: [],
			fault: { code: "invalid-syntax", offset: 2 },
		});
	});
});

describe("the limit", () => {
	const options: SlipOptions = { maxLength: 4, leadingEnd: false };

	test("counts the bytes of the packet, not its escapes", () => {
		checkVector(slip(options), {
			wire: "dbdc dbdd dbdc dbdd c0  61 62 63 64 c0",
			items: [bytes("c0dbc0db"), bytes("61626364")],
		});
	});

	test("is broken at the first byte too many, whatever comes behind it", () => {
		for (const rest of ["", "00", "00 c0", "00 c0 61 c0", "00 00 00 00"])
			checkVector(slip(options), {
				wire: `61 c0 61 dbdc 63 64 65 ${rest}`,
				items: [bytes("61")],
				fault: { code: "too-large", offset: 7 },
			});
	});

	test("is broken at an ESC, before it is known what that stands for", () => {
		for (const rest of ["", "dc", "dc c0", "07", "c0"])
			checkVector(slip(options), {
				wire: `61 62 63 64 db ${rest}`,
				items: [],
				fault: { code: "too-large", offset: 4 },
			});
	});

	test("comes behind an invalid escape before it", () => {
		checkVector(slip(options), {
			wire: "61 db 61 63 64 65 66 67 68 69 70 c0",
			items: [],
			fault: { code: "invalid-syntax", offset: 2 },
		});
	});
});

describe("the end of the input", () => {
	test("inside a packet is an error, in an escape too", () => {
		for (const [wire, offset] of [
			["61", 1],
			["c0 c0 61", 3],
			["61 c0 61 db", 4],
			["db", 1],
		] as const)
			checkVector(slip(), {
				wire,
				items: wire.startsWith("61 c0") ? [bytes("61")] : [],
				fault: { code: "truncated", offset },
			});
	});

	test("between packets is none, with an END more or less", () => {
		for (const wire of ["", "c0", "c0 c0"])
			checkVector(slip(), { wire, items: [], canonical: wire === "" });
	});
});

describe("with resync", () => {
	const resync = { resync: true, maxLength: 4, leadingEnd: false } as const;
	const tooLarge = (offset: number): Skipped =>
		new Skipped("too-large", "A packet may have 4 bytes at most", offset, {
			limit: 4,
		});
	const badEscape = (offset: number, found: string): Skipped =>
		new Skipped(
			"invalid-syntax",
			`Behind ESC (db) there must be dc or dd, not ${found}`,
			offset,
		);

	test("slip 1.0.2 fails at every byte after one packet that is too large; here the next one comes out", () => {
		checkVector(slip(resync), {
			wire: "61 c0  61 62 63 64 65 66 67 68 c0  62 c0",
			items: [bytes("61"), tooLarge(6), bytes("62")],
			canonical: false,
		});
	});

	test("a bad packet is reported once, however bad it is", () => {
		checkVector(slip(resync), {
			wire: "61 db 07 db 08 61 61 61 61 61 c0  62 c0",
			items: [badEscape(2, "07"), bytes("62")],
			canonical: false,
		});
	});

	test("an END behind an ESC is the end of the bad packet", () => {
		checkVector(slip(resync), {
			wire: "61 db c0  62 c0",
			items: [badEscape(2, "c0"), bytes("62")],
			canonical: false,
		});
	});

	test("the end of the input inside a bad packet is an error", () => {
		checkVector(slip(resync), {
			wire: "61 c0  61 db 61 61 61",
			items: [bytes("61"), badEscape(4, "61")],
			fault: { code: "truncated", offset: 7 },
		});
	});
});
