import { Skipped } from "@framewright/codec";
import { type CodecVector, checkVector } from "@framewright/codec-laws";
import {
	type JsonTextSequenceOptions,
	type JsonValue,
	jsonLines,
	jsonTextSequence,
	lines,
	newline,
	Piece,
} from "@framewright/newline";
import { describe, test } from "vitest";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const hex = (value: string): string => Buffer.from(value).toString("hex");
const tooLarge = (offset: number, limit: number): Skipped =>
	new Skipped(
		"too-large",
		`A line may have ${limit} bytes at most; no delimiter came by then`,
		offset,
		{ limit },
	);

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

	test("Deno: is not there after a final delimiter, as a phantom empty line", () => {
		for (const unterminated of ["error", "emit", "discard"] as const)
			checkVector(newline({ unterminated }), {
				wire: hex("ab\n"),
				items: [text("ab")],
			});
	});
});

describe("an oversize line that is skipped", () => {
	test("split2: behind a CRLF that is split over two chunks, the next good line is there", () => {
		for (const delimiter of ["crlf", "either"] as const)
			checkVector(newline({ delimiter, maxLength: 4, oversize: "skip" }), {
				wire: hex("abcdefgh\r\ngood\r\nijklm\r\n\r\nok\r\n"),
				items: [
					tooLarge(4, 4),
					text("good"),
					tooLarge(20, 4),
					text(""),
					text("ok"),
				],
				canonical: false,
			});
	});

	test("split2: is skipped in one chunk as in two", () => {
		checkVector(lines({ maxLength: 4, oversize: "skip" }), {
			wire: hex("abcdefgh\nab\n"),
			items: [tooLarge(4, 4), "ab"],
			canonical: false,
		});
	});

	test("tokio issue 3555: is told of once, however long it is, and lines stay aligned", () => {
		checkVector(lines({ maxLength: 4, oversize: "skip" }), {
			wire: hex(`ab\n${"c".repeat(100)}\nd\n${"e".repeat(100)}\n\nf\n`),
			items: ["ab", tooLarge(7, 4), "d", tooLarge(110, 4), "", "f"],
			canonical: false,
		});
	});

	test("golang issue 26466: is not the end, as a token too long is of a Scanner", () => {
		checkVector(newline({ maxLength: 8, oversize: "skip" }), {
			wire: hex("short\nmuch too long\nshort\n"),
			items: [text("short"), tooLarge(14, 8), text("short")],
			canonical: false,
		});
	});

	test("ends with the first delimiter behind its limit, whatever overlaps", () => {
		const delimiter = text("abab");
		checkVector(newline({ delimiter, maxLength: 3, oversize: "skip" }), {
			wire: hex("xxxxabababyabab"),
			items: [tooLarge(3, 3), text("aby")],
			canonical: false,
		});
	});

	test("at the end of input is truncated, or enough", () => {
		for (const unterminated of ["error", "emit", "discard"] as const)
			checkVector(newline({ maxLength: 2, oversize: "skip", unterminated }), {
				wire: hex("ab\nabcdef"),
				items: [text("ab"), tooLarge(5, 2)],
				...(unterminated === "error"
					? { fault: { code: "truncated", offset: 9 } }
					: { canonical: false }),
			});
	});
});

describe("an oversize line in pieces", () => {
	const piece = (value: string, last = false): Piece =>
		new Piece(text(value), last);

	test("Deno: comes whole, and without an empty piece or line at its end", () => {
		checkVector(newline({ maxLength: 4, oversize: "pieces" }), {
			wire: hex("abcdefghij\nabcdefgh\nabcd\n"),
			items: [
				piece("abcd"),
				piece("efgh"),
				piece("ij", true),
				piece("abcd"),
				piece("efgh", true),
				text("abcd"),
			],
			canonical: false,
		});
	});

	test("has a CR in its pieces, unless it belongs to the delimiter", () => {
		for (const keepDelimiter of [false, true])
			checkVector(
				newline({
					delimiter: "either",
					maxLength: 2,
					oversize: "pieces",
					keepDelimiter,
				}),
				{
					wire: hex("a\rb\r\r\nab\r\nabc\r\n"),
					items: [
						piece("a\r"),
						piece(keepDelimiter ? "b\r\r\n" : "b\r", true),
						text(keepDelimiter ? "ab\r\n" : "ab"),
						piece("ab"),
						piece(keepDelimiter ? "c\r\n" : "c", true),
					],
					canonical: false,
				},
			);
	});

	test("is not cut inside its delimiter", () => {
		checkVector(
			newline({
				delimiter: text("--end--"),
				maxLength: 3,
				oversize: "pieces",
			}),
			{
				wire: hex("---end--ab--end--------end--"),
				items: [text("-"), text("ab"), piece("---"), piece("-", true)],
				canonical: false,
			},
		);
	});
});

describe("a byte order mark", () => {
	test("that is kept is text, as anywhere else", () => {
		checkVector(lines(), {
			wire: "efbbbf 61 0a efbbbf 0a",
			items: ["\ufeffa", "\ufeff"],
		});
	});

	test("that is stripped is not counted, but its bytes are in the offsets", () => {
		for (const layer of [
			newline({ bom: "strip", maxLength: 4 }),
			newline({ bom: "strip", maxLength: 4, delimiter: "either" }),
		])
			checkVector(layer, {
				wire: "efbbbf 61626364 0a efbbbf 0a 6162636465 0a",
				items: [text("abcd"), text("\ufeff")],
				fault: { code: "too-large", offset: 16 },
			});
		checkVector(lines({ bom: "strip" }), {
			wire: "efbbbf 61 0a efbbbf 0a efbbbf 0a 62",
			items: ["a", "\ufeff", "\ufeff"],
			fault: { code: "truncated", offset: 14 },
		});
	});

	test("that is stripped leaves one line, an empty one, or none", () => {
		const layer = lines({ bom: "strip" });
		checkVector(layer, { wire: "efbbbf 0a", items: [""], canonical: false });
		checkVector(layer, { wire: "efbbbf", items: [], canonical: false });
		checkVector(layer, {
			wire: "efbbbf efbbbf 0a",
			items: ["\ufeff"],
			canonical: false,
		});
	});

	test("that is an error is one at the start, and nowhere else", () => {
		for (const layer of [lines({ bom: "error" }), newline({ bom: "error" })]) {
			checkVector<string | Uint8Array, never>(layer, {
				wire: "efbbbf 61 0a",
				items: [],
				fault: { code: "invalid-syntax", offset: 0 },
			});
			checkVector<string | Uint8Array, never>(layer, {
				wire: "efbbbf",
				items: [],
				fault: { code: "invalid-syntax", offset: 0 },
			});
		}
		checkVector(lines({ bom: "error" }), {
			wire: "61 0a efbbbf 0a",
			items: ["a", "\ufeff"],
		});
	});

	test("that is cut off is none", () => {
		for (const bom of ["strip", "error"] as const) {
			checkVector(newline({ bom }), {
				wire: "efbb 0a ef 0a 0a",
				items: [Uint8Array.of(0xef, 0xbb), Uint8Array.of(0xef), text("")],
			});
			checkVector(newline({ bom }), {
				wire: "efbb",
				items: [],
				fault: { code: "truncated", offset: 2 },
			});
			checkVector(newline({ bom, unterminated: "emit" }), {
				wire: "efbb",
				items: [Uint8Array.of(0xef, 0xbb)],
				canonical: false,
			});
			checkVector(newline({ bom }), { wire: "", items: [] });
		}
	});
});

describe("text", () => {
	test("byline: UTF-8 that is split over chunks comes out whole", () => {
		checkVector(lines(), {
			wire: hex("hé\n日本\n🎵\n"),
			items: ["hé", "日本", "🎵"],
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

/** What is checked of a value: of what was skipped, its code and offset. Messages are the engine's. */
const options = {
	show: (item: JsonValue | Skipped): string =>
		item instanceof Skipped
			? `${item.code} at ${item.offset}`
			: JSON.stringify(item),
};
const skipped = (code: Skipped["code"], offset: number): Skipped =>
	new Skipped(code, "", offset);

describe("JSON Lines", () => {
	const check = (
		vector: CodecVector<JsonValue | Skipped>,
		layer = jsonLines(),
	): void => checkVector<JsonValue | Skipped, never>(layer, vector, options);

	test("the examples of jsonlines.org", () => {
		check({
			wire: hex(
				'["Name","Session","Score","Completed"]\n["Gilbert","2013",24,true]\n{"name":"Gilbert","wins":[["straight","7♣"],["one pair","10♥"]]}\n{"name":"May","wins":[]}\n',
			),
			items: [
				["Name", "Session", "Score", "Completed"],
				["Gilbert", "2013", 24, true],
				{
					name: "Gilbert",
					wins: [
						["straight", "7♣"],
						["one pair", "10♥"],
					],
				},
				{ name: "May", wins: [] },
			],
		});
	});

	test("any value may stand on a line; white space around it is JSON's own", () => {
		check({
			wire: hex('null\r\n true\t\r\n"a"\n1e2\n[]\r\n'),
			items: [null, true, "a", 100, []],
			canonical: false,
		});
	});

	test("a blank line is no value", () => {
		check({
			wire: hex("1\n\n \r\n2\n"),
			items: [1, skipped("invalid-syntax", 2), skipped("invalid-syntax", 3), 2],
			canonical: false,
		});
		check(
			{ wire: hex("1\n\n \r\n2\n"), items: [1, 2], canonical: false },
			jsonLines({ blankLines: "skip" }),
		);
	});

	test("no byte order mark may be included", () => {
		check({
			wire: "efbbbf 31 0a 32 0a",
			items: [skipped("invalid-syntax", 0), 2],
			canonical: false,
		});
		check(
			{ wire: "efbbbf 31 0a 32 0a", items: [1, 2], canonical: false },
			jsonLines({ bom: "strip" }),
		);
	});

	test("a fault in each way that a line can have one, and a good line behind it", () => {
		check(
			{
				wire: `${hex('{"a":1,}\nNaN\n"')}ff${hex('"\n1 2\n"\t"\n[1,2,3,4,5,6]\n')}22c3${hex("\n0\n")}`,
				items: [
					skipped("invalid-syntax", 0),
					skipped("invalid-syntax", 9),
					skipped("invalid-utf8", 14),
					skipped("invalid-syntax", 17),
					skipped("invalid-syntax", 21),
					skipped("too-large", 35),
					skipped("invalid-utf8", 40),
					0,
				],
				canonical: false,
			},
			jsonLines({ maxLength: 10 }),
		);
	});

	test("it-ndjson: five lines of 2 bytes pass a limit of 8 in one chunk", () => {
		check(
			{ wire: hex("10\n11\n12\n13\n14\n"), items: [10, 11, 12, 13, 14] },
			jsonLines({ maxLength: 8 }),
		);
	});

	test("the end of a line is not counted, LF or CRLF", () => {
		check(
			{
				wire: hex("1234\n1234\r\n12345\r\n"),
				items: [1234, 1234, skipped("too-large", 15)],
				canonical: false,
			},
			jsonLines({ maxLength: 4 }),
		);
	});

	test("the last line needs a line feed, unless it does not", () => {
		const wire = hex('{"a":1}\n12');
		check({
			wire,
			items: [{ a: 1 }],
			fault: { code: "truncated", offset: 10 },
		});
		check(
			{ wire, items: [{ a: 1 }, 12], canonical: false },
			jsonLines({ unterminated: "emit" }),
		);
		check(
			{
				wire: hex('1\n{"a'),
				items: [1, skipped("invalid-syntax", 2)],
				canonical: false,
			},
			jsonLines({ unterminated: "emit" }),
		);
	});
});

describe("a JSON text sequence", () => {
	const check = (
		wire: string,
		items: (JsonValue | Skipped)[],
		fault?: CodecVector<unknown>["fault"],
		settings: JsonTextSequenceOptions = {},
	): void =>
		checkVector<JsonValue | Skipped, never>(
			jsonTextSequence(settings),
			{
				wire: hex(wire),
				items,
				canonical: false,
				...(fault === undefined ? {} : { fault }),
			},
			options,
		);
	const truncated = (offset: number): CodecVector<unknown>["fault"] => ({
		code: "truncated",
		offset,
	});

	test("hildjj/json-text-sequence: parse", () => {
		const vector = {
			wire: hex('\x1etrue\n\x1e12\n\x1e"foo"\n'),
			items: [true, 12, "foo"],
		};
		checkVector<JsonValue | Skipped, JsonValue>(jsonTextSequence(), vector);
	});

	test("hildjj/json-text-sequence: truncate", () => {
		check('\x1e"foo\x1e12', [skipped("truncated", 5)], truncated(8));
		check(
			'\x1e"foo\x1e12',
			[skipped("truncated", 5), skipped("truncated", 8)],
			undefined,
			{ unterminated: "emit" },
		);
	});

	test("hildjj/json-text-sequence: invalid", () => {
		check("\x1e\n", [skipped("invalid-syntax", 1)]);
	});

	test("hildjj/json-text-sequence: empty; but the last RS has begun a text", () => {
		check("\x1e\x1e\x1e", [], truncated(3));
		check("\x1e\x1e\x1e", [], undefined, { unterminated: "emit" });
		check("\x1e\x1e\x1e1\n\x1e\x1e2\n", [1, 2]);
	});

	test("RFC 7464, section 2.4: a top-level number, true, false or null needs white space behind it", () => {
		for (const value of ["123", "true", "false", "null", "-0.5e1"]) {
			const end = 1 + value.length;
			check(`\x1e${value}\x1e[]\n`, [skipped("truncated", end), []]);
			for (const space of [" ", "\t", "\r", "\n", "\r\n"])
				check(`\x1e${value}${space}\x1e[]\n`, [JSON.parse(value), []]);
			check(`\x1e${value}`, [], truncated(end));
		}
	});

	test("RFC 7464, section 2.4: a string, array or object ends by itself", () => {
		check('\x1e"foo"\x1e[1]\x1e{"a":{}}\x1e{}\n', ["foo", [1], { a: {} }, {}]);
		check('\x1e"foo"', [], truncated(6));
		check('\x1e"foo"', ["foo"], undefined, { unterminated: "emit" });
		check('\x1e"foo"', [], undefined, { unterminated: "discard" });
	});

	test("RFC 7464, section 2.3: a text that was cut off while it was appended costs no other", () => {
		check('\x1e{"a":1}\n\x1e{"a":\x1e{"a":3}\n', [
			{ a: 1 },
			skipped("truncated", 15),
			{ a: 3 },
		]);
	});

	test("a text may have several lines", () => {
		check('\x1e\n{\n  "a": [\n1\n]}\n\x1e[\n\n]\x1e"\n"\n', [
			{ a: [1] },
			[],
			skipped("invalid-syntax", 24),
		]);
	});

	test("what follows a text on its own line is no JSON; on the next, it is noise", () => {
		check("\x1e1 2\n\x1e3\n4\n5\n\x1e6\n", [
			skipped("invalid-syntax", 1),
			3,
			skipped("invalid-syntax", 8),
			6,
		]);
	});

	test("what stands before the first RS is noise", () => {
		check("1\n2\n\x1e3\n", [skipped("invalid-syntax", 0), 3]);
		check("\n\x1e3\n", [skipped("invalid-syntax", 0), 3]);
		check("no JSON", [skipped("invalid-syntax", 0)]);
		check("", []);
	});

	test("a text may not be UTF-8, and may be empty of all but white space", () => {
		checkVector<JsonValue | Skipped, never>(
			jsonTextSequence(),
			{
				wire: `1e 22c322 0a 1e 22c3 1e 20 0a 1e 5b5d 0a`,
				items: [
					skipped("invalid-utf8", 2),
					skipped("invalid-utf8", 7),
					skipped("invalid-syntax", 9),
					[],
				],
				canonical: false,
			},
			options,
		);
	});

	test("neither RS nor the line feed counts for the limit", () => {
		const settings = { maxLength: 3 };
		check("\x1e123\n\x1e[1]\x1e[1]", [123, [1]], truncated(13), settings);
		check(
			"\x1e1234\n\x1e1\n",
			[skipped("too-large", 4), 1],
			undefined,
			settings,
		);
		check(
			"\x1e[\n1]\x1e1\n",
			[skipped("too-large", 4), 1],
			undefined,
			settings,
		);
		check("\x1e[\n]\n\x1e1\n", [[], 1], undefined, settings);
		check("\x1e1\n        \x1e1\n", [1, 1], undefined, settings);
	});

	test("a text over the limit has no line feed at its end, or has", () => {
		const settings = { maxLength: 3 };
		check("\x1e[1,2,3]", [skipped("too-large", 4)], truncated(8), settings);
		check("\x1e[1,2,3]\n", [skipped("too-large", 4)], undefined, settings);
		check("\x1e[1,\n2,3", [skipped("too-large", 4)], truncated(8), settings);
	});
});
