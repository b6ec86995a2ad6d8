import { anyText } from "@framewright/codec-laws/parts";
import fc, { type Arbitrary } from "fast-check";
import { decodePlainly } from "./reference.ts";

/** What headers are made of, and what they are nearly made of. */
const PIECES: readonly string[] = [
	"Content-Length",
	"content-length",
	"Content-Type",
	"X-Other",
	":",
	": ",
	" ",
	"\t",
	"\r\n",
	"\r\n\r\n",
	"\r",
	"\n",
	"0",
	"1",
	"12",
	"99",
	"007",
	"99999999999999999",
	"-1",
	"7abc",
	"é",
	"\0",
	"{}",
	"foo",
	"Content-Length: 2\r\n\r\n{}",
	"Content-Length: 3\r\n",
	"Content-Type: a/b; charset=utf8\r\n",
];

const mostly = <T>(usual: T, ...others: T[]): Arbitrary<T> =>
	fc.oneof(
		{ weight: 15, arbitrary: fc.constant(usual) },
		{ weight: 1, arbitrary: fc.constantFrom(...others) },
	);

/** Field lines, most of them good, most lengths the same. */
const field = fc
	.tuple(
		fc.oneof(
			fc.tuple(
				mostly("Content-Length", "content-length", "CONTENT-LENGTH"),
				mostly(
					"5",
					"05",
					"4",
					"",
					"5 5",
					"+5",
					"5x",
					"1000",
					"5555555555555555555",
				),
			),
			fc.tuple(
				mostly("Content-Type", "content-TYPE"),
				fc.constantFrom(
					"application/vscode-jsonrpc; charset=utf-8",
					'a/b;charset=UTF8 ; x="y\\"z"',
					'a/b ; ; charset="utf-8";',
					"a/b; charset=latin1",
					"a/b; charset-utf-8",
					"a; charset=utf-8",
					"",
				),
			),
			fc.tuple(
				mostly(
					"X-Other",
					"",
					"Not Good",
					"Content-Length2",
					"x-content-length",
				),
				mostly("1", "", "Content-Length: 5", "a\tb", "é", "a\nb"),
			),
		),
		mostly(":", " :", ""),
		mostly(" ", "", "\t \t"),
		mostly("", " ", "\t"),
		mostly("\r\n", "\n", "\r", "\r\r\n", "\r\n "),
	)
	.map(([[name, value], colon, before, after, end]) =>
		[name, colon, before, value, after, end].join(""),
	);

const message = fc
	.tuple(
		fc.array(field, { minLength: 1, maxLength: 3 }),
		mostly("\r\n", "\n", "\r", ""),
		mostly("12345", "1234", "123456"),
	)
	.map(([fields, end, body]) => fields.join("") + end + body);

/** Bytes that are messages, or come close to it. */
export function wire(maxLength: number): Arbitrary<Uint8Array> {
	return fc
		.oneof(
			{
				weight: 1,
				arbitrary: fc.array(fc.constantFrom(...PIECES), {
					maxLength: 14,
					size: "max",
				}),
			},
			{ weight: 2, arbitrary: fc.array(message, { maxLength: 3 }) },
		)
		.map((parts) => {
			const bytes = new TextEncoder().encode(parts.join(""));
			return bytes.slice(0, maxLength);
		});
}

/** What a program prints between its messages, and worse; none of it is a message. */
export const noise: Arbitrary<string> = fc
	.array(
		fc.oneof(
			fc.constantFrom(
				...PIECES.filter((piece) => !piece.startsWith("Content-Type")),
				"Listening on port 80\n",
				"Warning: deprecated\r\n",
				'{"jsonrpc":"2.0","id":1}',
				"fooContent-Length: 12\r\n",
				"content-LENGTH:5\r\n",
				"X-Note: text",
				"x".repeat(30),
				"X: y\r\n".repeat(6),
			),
			anyText({ maxLength: 12 }),
		),
		{ maxLength: 8, size: "max" },
	)
	.map((pieces) => pieces.join(""))
	.filter(beginsNoMessage);

/** Whether nothing in it, with what is behind it, could be read as the begin of a message. */
function beginsNoMessage(text: string): boolean {
	return [...text.matchAll(/content-length:/gi)].every(({ index }) => {
		const rest = text.slice(index);
		const { bodies, code } = decodePlainly(rest, 999, text.length + 1);
		return (
			(bodies.length === 0 && /^invalid-(syntax|length)$/.test(code ?? "")) ||
			/^content-length:[\t \d]*(\r\n?)?$/i.test(rest)
		);
	});
}
