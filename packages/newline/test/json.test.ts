import { DecodeError } from "@framewright/codec";
import {
	type JsonLinesOptions,
	type JsonTextSequenceOptions,
	type JsonValue,
	jsonLines,
	jsonTextSequence,
} from "@framewright/newline";
import { describe, expect, test, vi } from "vitest";
import { decode, type Outcome } from "./decode.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const linesOf = (wire: string, options?: JsonLinesOptions): Outcome =>
	decode(jsonLines(options).decoder(), text(wire));
const sequenceOf = (wire: string, options?: JsonTextSequenceOptions): Outcome =>
	decode(jsonTextSequence(options).decoder(), text(wire));

const layers = [
	["jsonLines", jsonLines, ""],
	["jsonTextSequence", jsonTextSequence, "\x1e"],
] as const;

describe.each(layers)("%s()", (name, make, before) => {
	test("refuses bad options when the layer is made", () => {
		for (const options of [
			{ maxLength: -1 },
			{ maxLength: Number.NaN },
			{ unterminated: "keep" as "emit" },
			{ bom: "keep" as "strip" },
		])
			expect(() => make(options)).toThrow(
				new RegExp(`^${name}\\(\\): ${Object.keys(options)[0]} must be`),
			);
	});

	test("refuses what JSON does not have, and writes nothing of it", () => {
		const encoder = make().encoder();
		const cycle: JsonValue[] = [];
		cycle.push(cycle);
		const refused: unknown[] = [
			undefined,
			() => 1,
			Symbol("s"),
			1n,
			[1n],
			cycle,
			Number.NaN,
			Number.POSITIVE_INFINITY,
			{ a: [null, { b: Number.NEGATIVE_INFINITY }] },
		];
		for (const value of refused)
			expect(() => encoder.encode(value as JsonValue)).toThrow(RangeError);
		expect(encoder.encode(null)).toEqual(text(`${before}null\n`));
	});

	test("writes null, -0, toJSON() and missing members as JSON.stringify does", () => {
		const encoder = make().encoder();
		const values: unknown[] = [
			{ a: null, b: "null" },
			-0,
			{ a: undefined, b: null },
			[undefined],
			{ toJSON: () => null, own: Number.NaN },
			new Date(0),
			"\ud800",
		];
		for (const value of values)
			expect(encoder.encode(value as JsonValue)).toEqual(
				text(`${before}${JSON.stringify(value)}\n`),
			);
	});

	test("holds encoded texts to the limit, in bytes", () => {
		const encoder = make({ maxLength: 4 }).encoder();
		expect(encoder.encode("é")).toEqual(text(`${before}"é"\n`));
		expect(() => encoder.encode("éa")).toThrow("4 bytes at most, not 5");
	});

	test("makes __proto__ a member like any other", () => {
		const wire = text(`${before}{"__proto__":{"x":1}}\n`);
		const [[, value] = []] = decode(make().decoder(), wire) as [
			[number, object],
		];
		expect(Object.keys(value as object)).toEqual(["__proto__"]);
		expect((value as { x?: number }).x).toBeUndefined();
		expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
	});

	test("survives arrays in arrays, 200,000 of them", () => {
		const deep = "[".repeat(200_000);
		const wire = text(
			`${before}${deep}\n${before}${deep}${"]".repeat(200_000)}\n${before}1\n`,
		);
		const outcome = decode(make().decoder(), wire);
		expect(outcome).toHaveLength(3);
		expect(outcome[0]).toMatchObject([before.length, { kind: "skipped" }]);
		expect(outcome[2]?.[1]).toBe(1);
	});

	test("skips what is too deep for the engine", () => {
		// V8 has no such limit. SpiderMonkey throws an InternalError, which is none of the standard's.
		const overflow = new RangeError("Maximum call stack size exceeded");
		const parse = vi.spyOn(JSON, "parse").mockImplementation(() => {
			throw overflow;
		});
		const outcome = decode(make().decoder(), text(`${before}[]\n`));
		parse.mockRestore();
		expect(outcome).toEqual([
			[
				before.length,
				expect.objectContaining({
					code: "too-deep",
					bytes: text(before === "" ? "[]" : "[]\n"),
				}),
			],
		]);
	});

	test("gives what it skipped memory of its own", () => {
		const wire = Buffer.from(`${before}[\xff\n${before}[\n`, "latin1");
		const decoder = make().decoder();
		decoder.push(wire);
		decoder.end();
		const skipped = [decoder.pull(), decoder.pull()] as { bytes: Uint8Array }[];
		decoder.pull();
		wire.fill(0);
		const end = before === "" ? [] : [0x0a];
		expect(skipped[0]?.bytes).toEqual(Uint8Array.of(0x5b, 0xff, ...end));
		expect(skipped[1]?.bytes).toEqual(Uint8Array.of(0x5b, ...end));
	});

	test("hands over what is unread at a switch of protocol", () => {
		const decoder = make().decoder();
		decoder.push(text(`${before}1\n${before}{"a`));
		expect(decoder.pull()).toBe(1);
		expect(decoder.pull()).toBeUndefined();
		expect(decoder.rest()).toEqual(text(`${before}{"a`));
		expect(decoder.bytesHeld).toBe(0);
		decoder.push(text(`${before}2\n`));
		expect(decoder.pull()).toBe(2);
	});

	test("takes longer for more garbage, but not longer for each byte of it", () => {
		const decodes = vi.spyOn(TextDecoder.prototype, "decode");
		const wire = Buffer.from(
			`${`${before}1\n`.repeat(2000)}${before}\xff\n`.repeat(4),
			"latin1",
		);
		expect(decode(make().decoder(), wire)).toHaveLength(4 * 2001);
		const decoded = decodes.mock.calls.reduce(
			(sum, [bytes]) => sum + (bytes as Uint8Array).length,
			0,
		);
		decodes.mockRestore();
		expect(decoded).toBeLessThan(4 * wire.length);
	});
});

describe("a line that holds no JSON", () => {
	test("is an item, and the next line is read", () => {
		expect(linesOf('1\n{"a":\n{"a":2}\n')).toEqual([
			[0, 1],
			[
				2,
				{
					kind: "skipped",
					code: "invalid-syntax",
					message: expect.stringMatching(/^Not JSON: /),
					offset: 2,
					bytes: text('{"a":'),
				},
			],
			[8, { a: 2 }],
		]);
	});

	test("may be blank, and then be passed in silence", () => {
		const wire = "\n1\n \t\r\n\r\n2\n\n";
		expect(
			linesOf(wire).map(([, item]) => (item as { code?: string }).code ?? item),
		).toEqual([
			"invalid-syntax",
			1,
			"invalid-syntax",
			"invalid-syntax",
			2,
			"invalid-syntax",
		]);
		expect(linesOf(wire, { blankLines: "skip" })).toEqual([
			[1, 1],
			[9, 2],
		]);
		expect(() => jsonLines({ blankLines: "keep" as "skip" })).toThrow(
			'jsonLines(): blankLines must be "error" or "skip", not keep',
		);
	});

	test("may not be UTF-8: the offset is that of the bad byte", () => {
		const wire = Uint8Array.from([...text('1\n"é'), 0xff, ...text('"\n2\n')]);
		expect(decode(jsonLines().decoder(), wire)).toMatchObject([
			[0, 1],
			[2, { code: "invalid-utf8", offset: 5 }],
			[8, 2],
		]);
	});

	test("may be too long, and is not held", () => {
		const decoder = jsonLines({ maxLength: 8 }).decoder();
		for (let i = 0; i < 100; i++) {
			decoder.push(text("[1,2,3,4,5,6,"));
			if (i === 0)
				expect(decoder.pull()).toMatchObject({
					code: "too-large",
					offset: 8,
					limit: 8,
				});
			expect(decoder.pull()).toBeUndefined();
			expect(decoder.bytesHeld).toBe(0);
		}
		decoder.push(text("]\n7\n"));
		expect(decoder.pull()).toBe(7);
	});

	test("may start with a byte order mark, which is told by name, or stripped", () => {
		const message = expect.stringContaining("byte order mark");
		expect(linesOf("\ufeff1\n\ufeff2\n")).toMatchObject([
			[0, { code: "invalid-syntax", offset: 0, message }],
			[5, { code: "invalid-syntax", offset: 5, message }],
		]);
		expect(linesOf("\ufeff1\n", { bom: "strip", maxLength: 1 })).toEqual([
			[3, 1],
		]);
	});

	test("may be the last one, cut off: that is an error, a line or nothing", () => {
		expect(linesOf("1\n2")).toEqual([[0, 1], "truncated at 3"]);
		expect(linesOf("1\n2", { unterminated: "emit" })).toEqual([
			[0, 1],
			[2, 2],
		]);
		expect(linesOf("1\n[", { unterminated: "emit" })).toMatchObject([
			[0, 1],
			[2, { code: "invalid-syntax" }],
		]);
		expect(linesOf("1\n2", { unterminated: "discard" })).toEqual([[0, 1]]);
	});
});

describe("a JSON text sequence", () => {
	test("gives a text with the line feed behind it, before the next RS", () => {
		const decoder = jsonTextSequence().decoder();
		decoder.push(text("\x1e[1,"));
		expect(decoder.pull()).toBeUndefined();
		decoder.push(text("2]\n"));
		expect(decoder.pull()).toEqual([1, 2]);
		expect(decoder.itemOffset).toBe(1);
		expect(decoder.pull()).toBeUndefined();
		expect(decoder.bytesHeld).toBe(0);
	});

	test("gives a text of several lines with the RS behind it, or the end", () => {
		const decoder = jsonTextSequence().decoder();
		decoder.push(text('\x1e{\n  "a": 1\n}\n'));
		expect(decoder.pull()).toBeUndefined();
		decoder.push(text("\x1e[\n]\n"));
		expect(decoder.pull()).toEqual({ a: 1 });
		expect(decoder.pull()).toBeUndefined();
		decoder.end();
		expect(decoder.pull()).toEqual([]);
		expect(decoder.pull()).toBeUndefined();
	});

	test("skips what stands before the first RS and behind a text, once each", () => {
		expect(sequenceOf(" x\x1e1\n \r\n\tyz y\ny\x1e2\n")).toMatchObject([
			[0, { code: "invalid-syntax", offset: 0 }],
			[3, 1],
			[9, { code: "invalid-syntax", offset: 9 }],
			[16, 2],
		]);
	});

	test("skips a text over the limit as soon as it crosses it, and does not hold it", () => {
		const decoder = jsonTextSequence({ maxLength: 8 }).decoder();
		decoder.push(text("\x1e[1,2,3,4,"));
		expect(decoder.pull()).toBeUndefined();
		for (let i = 0; i < 100; i++) {
			decoder.push(text("\n5,6,7,"));
			if (i === 0)
				expect(decoder.pull()).toMatchObject({
					code: "too-large",
					offset: 9,
					limit: 8,
				});
			expect(decoder.pull()).toBeUndefined();
			expect(decoder.bytesHeld).toBe(0);
		}
		decoder.push(text("]\n\x1e7\n"));
		expect(decoder.pull()).toBe(7);
	});

	test("that ends in a text over the limit is truncated, unless a line feed ends that", () => {
		const over = { code: "too-large" };
		expect(sequenceOf("\x1e[1,2,3]", { maxLength: 4 })).toMatchObject([
			[1, over],
			"truncated at 8",
		]);
		expect(sequenceOf("\x1e[1,2,3]\n", { maxLength: 4 })).toMatchObject([
			[1, over],
		]);
		const decoder = jsonTextSequence({ maxLength: 4 }).decoder();
		decoder.push(text("\x1e[1,2,3]"));
		decoder.pull();
		decoder.end();
		expect(() => decoder.pull()).toThrow(DecodeError);
		expect(() => decoder.pull()).toThrow(
			"The input ended 7 bytes into a JSON text",
		);
	});

	test("gives memory of its own to a number that may be truncated, too", () => {
		const decoder = jsonTextSequence().decoder();
		const wire = text("\x1e12\x1e");
		decoder.push(wire);
		const skipped = decoder.pull();
		wire.fill(0);
		expect(skipped).toMatchObject({ code: "truncated", bytes: text("12") });
	});

	test("may start with a byte order mark, if that is to be stripped", () => {
		expect(sequenceOf("\ufeff\x1e1\n")).toMatchObject([
			[0, { code: "invalid-syntax", offset: 0 }],
			[4, 1],
		]);
		expect(sequenceOf("\ufeff\x1e1\n", { bom: "strip" })).toEqual([[4, 1]]);
	});
});
