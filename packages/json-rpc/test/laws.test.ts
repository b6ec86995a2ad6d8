import { anyText } from "@framewright/codec-laws/parts";
import {
	idKey,
	jsonRpc,
	jsonRpcText,
	type Message,
} from "@framewright/json-rpc";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSafeToParse, message, nearMessage } from "./arbitraries.ts";

// The laws of codec-laws, on bytes that are cut anywhere, are those of a framing: stacks.test.ts has them.

const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000);
const utf8 = new TextEncoder();

describe.each([{}, { echoId: true }])(
	"jsonRpc(%o) and jsonRpcText",
	(options) => {
		const text = jsonRpcText(options);
		const bytes = jsonRpc(options);

		/** Whatever arrives: both codecs say the same, and what they make of it can be written and read again. */
		function settles(input: string): void {
			const decoded = text.decode(input);
			expect(bytes.decode(utf8.encode(input))).toStrictEqual(decoded);
			const written = text.encode(decoded);
			expect(text.decode(written)).toStrictEqual(answered(decoded));
		}

		test("give back every message that they wrote, as JSON.stringify would write it", () => {
			fc.assert(
				fc.property(message, (item) => {
					const written = text.encode(item);
					expect(JSON.stringify(JSON.parse(written))).toBe(written);
					expect(text.decode(written)).toStrictEqual(item);
					expect(bytes.decode(bytes.encode(item))).toStrictEqual(item);
				}),
				{ numRuns },
			);
		});

		test("make a message of any JSON", () => {
			fc.assert(
				fc.property(nearMessage, (value) => settles(JSON.stringify(value))),
				{ numRuns },
			);
		});

		test("make a message of any text", () => {
			const any = fc.oneof(anyText(), fc.json().filter(isSafeToParse));
			fc.assert(fc.property(any, settles), { numRuns });
		});

		test("make a message of any bytes", () => {
			fc.assert(
				fc.property(fc.uint8Array(), (input) => {
					expect(bytes.decode(input).kind).toBeTypeOf("string");
				}),
				{ numRuns },
			);
		});
	},
);

describe("an id", () => {
	const digits = (lengths: object): fc.Arbitrary<string> =>
		fc.string({ unit: fc.constantFrom(..."0019"), ...lengths });
	const number = fc
		.tuple(
			fc.constantFrom("", "-"),
			fc.oneof(
				fc.constant("0"),
				digits({ maxLength: 20 }).map((rest) => `9${rest}`),
			),
			fc.option(digits({ minLength: 1, maxLength: 25 }), { nil: "" }),
			fc.option(fc.integer({ min: -340, max: 340 }).map(String), { nil: "" }),
		)
		.map(
			([sign, whole, fraction, exponent]) =>
				`${sign}${whole}${fraction && `.${fraction}`}${exponent && `E${exponent}`}`,
		);
	const escaped = fc
		.array(
			fc.oneof(
				fc.constantFrom("\\/", "\\u0031", "\\n", "\\ud800", "é", "\\\\"),
				fc.string({ unit: fc.constantFrom(..."a1 ") }),
			),
			{ maxLength: 4 },
		)
		.map((parts) => `"${parts.join("")}"`);

	test("comes back byte for byte", () => {
		const codec = jsonRpcText();
		fc.assert(
			fc.property(fc.oneof(number, escaped), (token) => {
				const text = `{"jsonrpc":"2.0","id":${token},"method":"m"}`;
				const message = codec.decode(text);
				expect(message.kind).toBe("request");
				expect(codec.encode(message)).toBe(text);
			}),
			{ numRuns },
		);
	});

	test("has a key of its own, unless it is the same string", () => {
		const codec = jsonRpcText();
		const keyOf = (token: string): string => {
			const message = codec.decode(
				`{"jsonrpc":"2.0","id":${token},"result":1}`,
			);
			if (message.kind !== "success") throw new Error(`${token} is no id`);
			return idKey(message.id);
		};
		fc.assert(
			fc.property(
				fc.oneof(number, escaped),
				fc.oneof(number, escaped),
				(a, b) => {
					const areStrings = a[0] === '"' && b[0] === '"';
					const same = areStrings ? JSON.parse(a) === JSON.parse(b) : a === b;
					expect(keyOf(a) === keyOf(b)).toBe(same);
				},
			),
			{ numRuns },
		);
	});
});

test("Text is a parse error exactly if it is not JSON", () => {
	const codec = jsonRpcText();
	const damaged = fc
		.tuple(
			nearMessage.map((value) => JSON.stringify(value, null, 1)),
			fc.nat(),
			fc.constantFrom(
				"",
				"{",
				"}",
				"[",
				"]",
				",",
				":",
				'"',
				"\\",
				"0",
				"-",
				"x",
				" ",
				"\n",
				"\u0000",
			),
			fc.nat({ max: 2 }),
		)
		.map(([text, at, put, cut]) => {
			const place = at % (text.length + 1);
			return text.slice(0, place) + put + text.slice(place + cut);
		})
		.filter(isSafeToParse);
	fc.assert(
		fc.property(damaged, (text) => {
			let isJson = true;
			try {
				JSON.parse(text);
			} catch {
				isJson = false;
			}
			const message = codec.decode(text);
			const isParseError =
				message.kind === "invalid" && message.reply.error.code === -32700;
			expect(isParseError).toBe(!isJson);
		}),
		{ numRuns },
	);
});

test("A message means the same with white space in front, which keeps it from the short way", () => {
	fc.assert(
		fc.property(fc.oneof(message, nearMessage), fc.boolean(), (value, raw) => {
			const codec = jsonRpcText({ raw } as { raw: true });
			const text = isMessage(value)
				? codec.encode(value)
				: JSON.stringify({ jsonrpc: "2.0", ...(value as object) });
			expect(codec.decode(` ${text}`)).toStrictEqual(codec.decode(text));
		}),
		{ numRuns },
	);
});

function isMessage(value: unknown): value is Message {
	return typeof value === "object" && value !== null && "kind" in value;
}

/** What comes back after writing: the reply of what was invalid. */
function answered(decoded: Message): Message {
	if (decoded.kind === "invalid") return decoded.reply;
	if (decoded.kind !== "batch") return decoded;
	return {
		kind: "batch",
		items: decoded.items.map((item) =>
			item.kind === "invalid" ? item.reply : item,
		),
	};
}
