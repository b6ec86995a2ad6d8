import { checkVector } from "@framewright/codec-laws";
import { lines, newline } from "@framewright/newline";
import { describe, test } from "vitest";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const hex = (value: string): string => Buffer.from(value).toString("hex");

describe("delimiters", () => {
	test("LF ends a line, and a CR before it belongs to the line", () => {
		checkVector(newline(), {
			wire: hex("ab\n\nc\r\n"),
			items: [text("ab"), text(""), text("c\r")],
		});
	});

	test("CRLF ends a line; CR or LF alone belongs to it", () => {
		checkVector(newline({ delimiter: "crlf" }), {
			wire: hex("a\nb\rc\r\n\r\r\n\r\n"),
			items: [text("a\nb\rc"), text("\r"), text("")],
		});
	});

	test("either ends a line", () => {
		checkVector(newline({ delimiter: "either" }), {
			wire: hex("a\nb\r\n\r\n\nc\rd\n"),
			items: ["a", "b", "", "", "c\rd"].map(text),
			canonical: false,
		});
	});

	test("of several CRs before a LF, either takes the last", () => {
		checkVector(newline({ delimiter: "either" }), {
			wire: hex("a\r\r\n"),
			items: [text("a\r")],
			canonical: false,
		});
	});

	test("NUL ends a line", () => {
		checkVector(newline({ delimiter: Uint8Array.of(0) }), {
			wire: hex("ab\0\0c\n\0"),
			items: ["ab", "", "c\n"].map(text),
		});
	});

	test("a long delimiter is found where a false start runs into it", () => {
		checkVector(newline({ delimiter: text("--end--") }), {
			wire: hex("a--en--end--b-----end--"),
			items: ["a--en", "b---"].map(text),
		});
	});

	test("a delimiter that overlaps itself is taken from the left", () => {
		checkVector(newline({ delimiter: text("aa") }), {
			wire: hex("xaaaaabaa"),
			items: ["x", "", "ab"].map(text),
		});
	});

	test("kept delimiters stay as they came", () => {
		checkVector(newline({ delimiter: "either", keepDelimiter: true }), {
			wire: hex("a\nb\r\n\n"),
			items: ["a\n", "b\r\n", "\n"].map(text),
		});
	});
});

describe("the limit", () => {
	test("does not count the delimiter, LF, CRLF or either", () => {
		for (const [delimiter, wire] of [
			["lf", "abcd\n"],
			["crlf", "abcd\r\n"],
			["either", "abcd\r\n"],
			["either", "abcd\n"],
		] as const)
			checkVector(newline({ delimiter, maxLength: 4 }), {
				wire: hex(wire),
				items: [text("abcd")],
				canonical: false,
			});
	});

	test("is broken at the first byte too many, with the delimiter in sight or not", () => {
		for (const delimiter of ["lf", "crlf", "either"] as const)
			for (const rest of ["e\r\n", "efgh\r\n", "efgh", "\rx\r\n"])
				checkVector(newline({ delimiter, maxLength: 4 }), {
					wire: hex(`ab\r\nabcd${rest}\n`),
					items: [text(delimiter === "lf" ? "ab\r" : "ab")],
					fault: { code: "too-large", offset: 8 },
				});
	});

	test("split2: `abcdefgh` over a limit of 4 is refused in one chunk as in two", () => {
		checkVector(lines({ maxLength: 4 }), {
			wire: hex("abcdefgh\n"),
			items: [],
			fault: { code: "too-large", offset: 4 },
		});
	});

	test("it-ndjson: five lines of 2 bytes pass a limit of 8 in one chunk", () => {
		checkVector(lines({ maxLength: 8 }), {
			wire: hex("ab\nab\nab\nab\nab\n"),
			items: ["ab", "ab", "ab", "ab", "ab"],
		});
	});

	test("counts bytes, not characters", () => {
		checkVector(lines({ maxLength: 4 }), {
			wire: hex("éé\néée\n"),
			items: ["éé"],
			fault: { code: "too-large", offset: 9 },
		});
	});

	test("of nothing lets empty lines pass", () => {
		checkVector(newline({ maxLength: 0 }), {
			wire: hex("\n\na\n"),
			items: [text(""), text("")],
			fault: { code: "too-large", offset: 2 },
		});
	});
});

describe("a last line without its delimiter", () => {
	const wire = hex("ab\ncd");

	test("is an error", () => {
		checkVector(newline(), {
			wire,
			items: [text("ab")],
			fault: { code: "truncated", offset: 5 },
		});
	});

	test("is emitted, if that is asked for", () => {
		checkVector(newline({ unterminated: "emit" }), {
			wire,
			items: [text("ab"), text("cd")],
			canonical: false,
		});
	});

	test("is discarded, if that is asked for", () => {
		checkVector(newline({ unterminated: "discard" }), {
			wire,
			items: [text("ab")],
			canonical: false,
		});
	});

	test("that is half a delimiter is an error too", () => {
		checkVector(newline({ delimiter: "crlf" }), {
			wire: hex("ab\r"),
			items: [],
			fault: { code: "truncated", offset: 3 },
		});
	});

	test("is held to the limit when it is emitted", () => {
		checkVector(
			newline({ unterminated: "emit", delimiter: "crlf", maxLength: 4 }),
			{
				wire: hex("abcd\r"),
				items: [],
				fault: { code: "too-large", offset: 4 },
			},
		);
	});

	test("is not there after a final delimiter: no phantom empty line", () => {
		for (const unterminated of ["error", "emit", "discard"] as const)
			checkVector(newline({ unterminated }), {
				wire: hex("ab\n"),
				items: [text("ab")],
			});
	});
});

describe("text", () => {
	test("UTF-8 that is split over chunks comes out whole", () => {
		checkVector(lines(), {
			wire: hex("hé\n日本\n🎵\n"),
			items: ["hé", "日本", "🎵"],
		});
	});

	test("a byte order mark is text", () => {
		checkVector(lines(), {
			wire: "efbbbf 61 0a efbbbf 0a",
			items: ["\ufeffa", "\ufeff"],
		});
	});

	test("bytes that are not UTF-8 are refused where they stand, after the lines before them", () => {
		for (const [bad, at] of [
			["ff", 0],
			["61 c3", 1],
			["c3a9 c328", 2],
			["e282", 0],
			["efbfbd 61 80", 4],
			["c080", 0],
			["eda080", 0],
			["f5808080", 0],
		] as const)
			checkVector(lines(), {
				wire: `6f6b 0a ${bad} 0a 6f6b 0a`,
				items: ["ok"],
				fault: { code: "invalid-utf8", offset: 3 + at },
			});
	});

	test("half a character before the end is a truncated line", () => {
		checkVector(lines(), {
			wire: "6f6b 0a e2",
			items: ["ok"],
			fault: { code: "truncated", offset: 4 },
		});
		checkVector(lines({ unterminated: "emit" }), {
			wire: "6f6b 0a 61 e2",
			items: ["ok"],
			fault: { code: "invalid-utf8", offset: 4 },
		});
	});

	test("a delimiter of text may have several bytes", () => {
		checkVector(lines({ delimiter: text("→") }), {
			wire: hex("a→é→"),
			items: ["a", "é"],
		});
	});
});
