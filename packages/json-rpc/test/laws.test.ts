import { jsonRpc, jsonRpcText, type Message } from "@framewright/json-rpc";
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
			const any = fc.oneof(
				fc.string({ unit: "binary" }),
				fc.json().filter(isSafeToParse),
			);
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

test("A numeric id is accepted exactly if JavaScript writes the same number back", () => {
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
	const codec = jsonRpcText();
	fc.assert(
		fc.property(number, (written) => {
			const id = Number(written);
			const exact = Number.isFinite(id) && equal(written, String(id));
			const decoded = codec.decode(
				`{"jsonrpc":"2.0","method":"m","id":${written}}`,
			);
			expect(decoded).toMatchObject(
				exact ? { kind: "request", id } : { kind: "invalid" },
			);
		}),
		{ numRuns },
	);
});

/** Compares two decimals as whole numbers of the unit that both are multiples of. */
function equal(a: string, b: string): boolean {
	const whole = (number: string): bigint => {
		const [mantissa = "", exponent = "0"] = number.toLowerCase().split("e");
		const fraction = mantissa.split(".")[1] ?? "";
		const power = 1000 + Number(exponent) - fraction.length;
		return BigInt(mantissa.replace(".", "")) * 10n ** BigInt(power);
	};
	return whole(a) === whole(b);
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
