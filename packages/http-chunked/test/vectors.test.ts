import type { DecodeErrorCode } from "@framewright/codec";
import { checkVector } from "@framewright/codec-laws";
import type {
	BodyEnd,
	HttpChunkedOptions,
	Trailer,
} from "@framewright/http-chunked";
import { describe, test } from "vitest";
import { messages, octets } from "./adapters.ts";
import { latin1 } from "./wires.ts";

const hex = (text: string): string =>
	Buffer.from(text, "latin1").toString("hex");
const end = (...trailers: Trailer[]): BodyEnd => ({ kind: "end", trailers });

const octetsOf = (items: readonly (string | BodyEnd)[]): (number | BodyEnd)[] =>
	items.flatMap((item): (number | BodyEnd)[] =>
		typeof item === "string" ? [...latin1(item)] : [item],
	);

/** What comes out of a wire, byte by byte, at every chunk size. */
function gives(
	wire: string,
	items: readonly (string | BodyEnd)[],
	options?: HttpChunkedOptions,
): void {
	checkVector(octets(options), {
		wire: hex(wire),
		items: octetsOf(items),
		canonical: false,
	});
}

/** What comes out of a wire before the fault, and the byte at which it is found: the one behind `good`. */
function refuses(
	good: string,
	bad: string,
	items: readonly (string | BodyEnd)[],
	code: DecodeErrorCode = "invalid-syntax",
	options?: HttpChunkedOptions,
	offset: number = good.length,
): void {
	checkVector(octets(options), {
		wire: hex(good + bad),
		items: octetsOf(items),
		fault: { code, offset },
	});
}

describe("RFC 9112 section 7.1", () => {
	test("chunks, the last of which is empty, and an empty trailer section", () => {
		checkVector(messages(), {
			wire: hex("4\r\nWiki\r\n0\r\n\r\n"),
			items: [{ chunks: [Buffer.from("Wiki")], trailers: [] }],
		});
		gives("4\r\nWiki\r\n6\r\npedia \r\nE\r\nin \r\n\r\nchunks.\r\n0\r\n\r\n", [
			"Wikipedia in \r\n\r\nchunks.",
			end(),
		]);
	});

	test("a body without data", () => {
		checkVector(messages(), {
			wire: hex("0\r\n\r\n"),
			items: [{ chunks: [], trailers: [] }],
		});
	});

	test("a trailer section", () => {
		checkVector(messages(), {
			wire: hex("1\r\nx\r\n0\r\nDigest: a=b:c\r\nEmpty: \r\n\r\n"),
			items: [
				{
					chunks: [Buffer.from("x")],
					trailers: [
						["Digest", "a=b:c"],
						["Empty", ""],
					],
				},
			],
		});
	});

	test("a chunk-size is hexadecimal, in upper or lower case, with any zeros in front of it", () => {
		gives("1\r\na\r\n0000000A\r\n0123456789\r\n000000001\r\nb\r\n0\r\n\r\n", [
			"a0123456789b",
			end(),
		]);
		gives(`a\r\n0123456789\r\n0B\r\n0123456789a\r\n00\r\n\r\n`, [
			"01234567890123456789a",
			end(),
		]);
		gives(`aA\r\n${"x".repeat(0xaa)}\r\n0\r\n\r\n`, ["x".repeat(0xaa), end()]);
	});

	test("extensions are names, and values that are tokens or quoted strings; they are ignored", () => {
		gives('2;a;b=c;d="e;\\"\\\\";f=""\r\nab\r\n0;last=";\t\x80"\r\n\r\n', [
			"ab",
			end(),
		]);
	});

	test("bodies follow each other without anything between them", () => {
		gives("1\r\na\r\n0\r\n\r\n0\r\n\r\n1\r\nb\r\n0\r\nc:d\r\n\r\n", [
			"a",
			end(),
			end(),
			"b",
			end(["c", "d"]),
		]);
	});

	test("white space around the value of a trailer field is not part of it, and that in it is", () => {
		gives("0\r\na:b\r\nc: \t d \te\t \r\nf:\t\r\ng: \x80\xa0\xff\r\n\r\n", [
			end(["a", "b"], ["c", "d \te"], ["f", ""], ["g", "\x80\xa0\xff"]),
		]);
	});
});

describe("advisories", () => {
	test("h11, CVE-2025-43859: any two bytes behind chunk-data", () => {
		// h11 took XX for the CRLF, and 2 for a chunk-size; a proxy that skips to the next CRLF takes 45 for one.
		refuses(
			"5\r\nAAAAA",
			"XX2\r\n45\r\n0\r\n\r\nGET /two HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
			["AAAAA"],
		);
		refuses("3\r\nxxx", "__1a\r\n", ["xxx"]);
		refuses("3\r\nxxx\r", "_1a\r\n", ["xxx"]);
		refuses("3\r\nxxx", "_\n1a\r\n", ["xxx"]);
	});

	test("Netty, CVE-2025-58056: a LF in a chunk extension, taken for the end of the line", () => {
		refuses(
			"48;",
			`\n${"A".repeat(0x48)}\r\n0\r\n\r\nPOST /two HTTP/1.1\r\nHost: localhost:8080\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
			[],
		);
		refuses("8;a", "\nAAAAAAAA\r\n0\r\n\r\n", []);
	});

	test("Go, CVE-2025-22871: a LF without CR at the end of a line, with and without an extension", () => {
		refuses("1", "\na\r\n0\r\n\r\n", []);
		refuses("1;x", "\na\r\n0\r\n\r\n", []);
		refuses("1\r\na", "\n0\r\n\r\n", ["a"]);
		refuses("1\r", "\r\na\r\n0\r\n\r\n", []);
		refuses("0", "\n\r\n", []);
	});

	test("Kestrel, CVE-2025-55315: a LF or CR in a chunk extension, taken for a part of it", () => {
		const behind =
			"xx\r\n47\r\n0\r\n\r\nGET /two HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
		refuses("2;", `\n${behind}`, []);
		refuses("2;", `\r${behind}`, []);
		refuses("2;a\r", `a${behind}`, []);
		refuses("2;a", `\n${behind}`, []);
	});

	test("Netty, CVE-2026-33870: a line end within a quoted extension value", () => {
		refuses('1;a="', '\r\nX\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n"\r\n', []);
		refuses('1;a="b', "\n\r\nX\r\n0\r\n\r\n", []);
		refuses('1;a="\\', '\r\nX"\r\nY\r\n0\r\n\r\n', []);
	});

	test("Netty, CVE-2026-42580: a chunk-size that overflows to a small one", () => {
		// 4, in 32 bits; nothing is done but to wait for the rest of the 2^32 + 4 bytes.
		const wire = "100000004\r\ntest\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n";
		refuses(wire, "", [wire.slice(11)], "truncated");
		refuses("", wire, [], "too-large", { maxLength: 0xffff_ffff });
		refuses("", "10000000000000004\r\ntest\r\n0\r\n\r\n", [], "too-large");
		refuses("", "f0000000000000003\r\nabc\r\n0\r\n\r\n", [], "too-large");
	});

	test("protocol-http1, CVE-2023-38697: signs and prefixes of a chunk-size", () => {
		refuses("", "+5\r\nhello\r\n0\r\n\r\n", []);
		refuses("", "-1\r\nhello\r\n0\r\n\r\n", []);
		refuses("0", "x5\r\nhello\r\n0\r\n\r\n", []);
		refuses("0", "X5\r\nhello\r\n0\r\n\r\n", []);
	});

	test("Go, CVE-2023-39326: extensions that are longer than the data", () => {
		const chunk = `1;${"e".repeat(9)}\r\na\r\n`;
		const options = { maxExtensionLength: 90 };
		// Ten bytes of extension for each of data: nine to the bad.
		const good = `${chunk.repeat(9)}1;${"e".repeat(8)}`;
		gives(`${good}\r\nb\r\n0\r\n\r\n`, ["aaaaaaaaab", end()], options);
		refuses(good, "e\r\nb\r\n", ["aaaaaaaaa"], "too-large", options);
	});
});

describe("what lenient parsers disagree about", () => {
	test("more data than the chunk-size says", () => {
		refuses("5\r\nAAAAA", "XXX\r\n0\r\n\r\n", ["AAAAA"]);
	});

	test("less data than the chunk-size says", () => {
		refuses("5\r\nAA\r\n0\r\n", "\r\n", ["AA\r\n0"]);
		refuses("5\r\nAAA\r\n", "0\r\n\r\n", ["AAA\r\n"]);
	});

	test("no line end behind chunk-data", () => {
		refuses("5\r\nABCDE", "0\r\n\r\n", ["ABCDE"]);
		refuses("2\r\nxx", "\n50\r\n", ["xx"]);
		refuses("2\r\nxx\r", "50\r\n", ["xx"]);
	});

	test("an empty line where a chunk-size should be", () => {
		refuses("", "\r\n0\r\n\r\n", []);
		refuses("3\r\nfoo\r\n", "\r\n", ["foo"]);
		refuses("", ";a\r\n", []);
	});

	test("a LF in the trailer section, taken for its end or for a part of it", () => {
		refuses("2\r\nxx\r\n0\r\n", "\nGET /two HTTP/1.1\r\nHost: a\r\n\r\n", [
			"xx",
		]);
		refuses("0\r\na: b", "\n\r\n", []);
		refuses("0\r\na: b", "\n\nGET / HTTP/1.1\r\n\r\n", []);
		refuses("0\r\na: b\r", "\r\n\r\n", []);
		refuses("0\r\n\r", "X", []);
		refuses("0\r\na", "\r\n\r\n", []);
	});

	test("white space in front of the colon of a trailer field, or of its name, as in a folded line", () => {
		refuses("0\r\na", " : b\r\n\r\n", []);
		refuses("0\r\n", " a: b\r\n\r\n", []);
		refuses("0\r\na: b\r\n", "\tc\r\n\r\n", []);
		refuses("0\r\n", ": b\r\n\r\n", []);
	});

	test("control characters", () => {
		refuses("0\r\na: b", "\0\r\n\r\n", []);
		refuses("0\r\na: b", "\x7f\r\n\r\n", []);
		refuses("10", "\0\r\nxxx", []);
		refuses("5;", "\0ext\r\nhello\r\n0\r\n\r\n", []);
		refuses('5;a="', '\0"\r\nhello\r\n0\r\n\r\n', []);
	});

	test("other bytes in a chunk-size", () => {
		refuses("1", "_0\r\nhello world12345\r\n0\r\n\r\n", []);
		refuses("1", "X\r\n", []);
		refuses("1", "these-bytes-never-get-validated\r\nZ\r\n0\r\n\r\n", []);
		refuses("2", ",2\r\n", []);
		refuses("", "\x80\r\n", []);
	});

	test("more digits than a number of 64 bits has", () => {
		gives(`${"0".repeat(15)}1\r\na\r\n${"0".repeat(16)}\r\n\r\n`, ["a", end()]);
		refuses("", `${"0".repeat(16)}1\r\na\r\n`, [], "overlong");
		refuses("", `${"0".repeat(17)}\r\n\r\n`, [], "overlong");
		refuses("", `${"9".repeat(100)}\r\nxxx`, [], "too-large");
	});

	test("a chunk-size that a double cannot tell from its neighbours", () => {
		refuses("", "20000000000000\r\n", [], "too-large");
		refuses("", "fffffffffffffffe\r\n", [], "too-large");
		refuses("1fffffffffffff\r\nab", "", ["ab"], "truncated");
		// Not by itself, but with what came before it.
		refuses("1\r\na\r\n", "1fffffffffffff\r\n", ["a"], "too-large");
	});
});

describe("white space around extensions", () => {
	const badWhitespace = { badWhitespace: true };

	test("is refused: senders must not write it, and what else it may mean is a matter of opinion", () => {
		refuses("5", " \t \r\n01234\r\n0\r\n\r\n", []);
		refuses("5", " ;a\r\n01234\r\n", []);
		refuses("5;", " a\r\n01234\r\n", []);
		refuses("5;a", " =b\r\n01234\r\n", []);
		refuses("5;a=", " b\r\n01234\r\n", []);
		refuses("5;a=b", " \r\n01234\r\n", []);
		refuses('5;a="b"', "\t;c\r\n01234\r\n", []);
		refuses("", " 5\r\n01234\r\n", []);
	});

	test("is stepped over where RFC 9112 has BWS, if that is asked for", () => {
		gives(
			'5 \t; hello \t= there;a = "b" ;c ;d\r\nxxxxx\r\n0; random="junk"; some=more; canbe=lonnnnngg\r\n\r\n',
			["xxxxx", end()],
			badWhitespace,
		);
	});

	test("is refused elsewhere even then", () => {
		const [good, code, options] = [[], undefined, badWhitespace] as const;
		refuses("5  ", "\r\n01234\r\n", good, code, options);
		refuses("5;a ", "\r\n01234\r\n", good, code, options);
		refuses("5;a=b\t", "\r\n01234\r\n", good, code, options);
		refuses('5;a="b" ', "\r\n01234\r\n", good, code, options);
		refuses("5 ", "5\r\n01234\r\n", good, code, options);
		refuses("5;a ", "b\r\n01234\r\n", good, code, options);
		refuses("5; ", "\r\n01234\r\n", good, code, options);
		refuses("", " 5\r\n01234\r\n", good, code, options);
		refuses("5", "\n01234\r\n", good, code, options);
	});
});

describe("llhttp, test/request/transfer-encoding.md", () => {
	test("what it lets pass", () => {
		gives("1e\r\nall your base are belong to us\r\n0\r\n\r\n", [
			"all your base are belong to us",
			end(),
		]);
		gives("5\r\nhello\r\n6\r\n world\r\n000\r\n\r\n", ["hello world", end()]);
		gives(
			"5;ilovew3;somuchlove=aretheseparametersfor;another=withvalue\r\nhello\r\n6;blahblah;blah\r\n world\r\n0\r\n\r\n",
			["hello world", end()],
		);
		gives(
			'5;ilovew3="I \\"love\\"; \\\\extensions\\\\";somuchlove="aretheseparametersfor";blah;foo=bar\r\nhello\r\n6;blahblah;blah\r\n world\r\n0\r\n\r\n',
			["hello world", end()],
		);
	});

	test("trailing headers, one of which comes too late to be believed", () => {
		const wire = "5\r\nhello\r\n6\r\n world\r\n0\r\nVary: *\r\n";
		const late = "Content-Type: text/plain\r\n\r\n";
		refuses(wire, late, ["hello world"], "invalid-value");
		gives(
			wire + late,
			["hello world", end(["Vary", "*"], ["Content-Type", "text/plain"])],
			{ forbiddenTrailers: "keep" },
		);
	});

	test("what it refuses", () => {
		refuses("2", " erfrferferf\r\naa\r\n0 rrrr\r\n\r\n", []);
		refuses("2;", "\r\naa\r\n0\r\n\r\n", []);
		refuses(
			'5;ilovew3="abc";somuchlove="def; ghi',
			"\r\nhello\r\n6;blahblah;blah\r\n world\r\n0\r\n\r\n",
			[],
		);
		refuses("3", " \n  \r\nfoo\r\n\r\n", []);
		refuses("5\r", "\r;ABCD\r\n34\r\nE\r\n0\r\n\r\n", []);
		refuses("a", " \r\n0123456789\r\n0\r\n\r\n", []);
		refuses("", "25  \r\nThis is the data in the first chunk\r\n".slice(2), []);
	});
});

describe("an end of input inside a body", () => {
	test("is truncated wherever it falls, between chunks too", () => {
		const wire = "2;a\r\nxy\r\n1\r\nz\r\n0\r\nb: c\r\n\r\n";
		for (let length = 1; length < wire.length; length++) {
			const data =
				length < 6 ? "" : length < 7 ? "x" : length < 13 ? "xy" : "xyz";
			refuses(wire.slice(0, length), "", [data], "truncated");
		}
		gives(wire, ["xyz", end(["b", "c"])]);
	});

	test("is clean before a body, and behind one", () => {
		gives("", []);
		gives("0\r\n\r\n", [end()]);
	});
});

describe("limits", () => {
	test("a body may have maxLength bytes, and no chunk may announce more", () => {
		const options = { maxLength: 5 };
		gives(
			"2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n5\r\nfghij\r\n0\r\n\r\n",
			["abcde", end(), "fghij", end()],
			options,
		);
		refuses("2\r\nab\r\n", "4\r\ncdef\r\n", ["ab"], "too-large", options);
		refuses(
			"2\r\nab\r\n",
			"4\r\ncdef\r\n0\r\n\r\n",
			["ab"],
			"too-large",
			options,
		);
		refuses("5\r\nabcde\r\n", "01;x\r\nf\r\n", ["abcde"], "too-large", options);
		refuses("", "0006\r\n", [], "too-large", options);
		gives("0\r\n\r\n", [end()], { maxLength: 0 });
		refuses("", "1\r\na", [], "too-large", { maxLength: 0 });
	});

	test("extensions may have maxExtensionLength bytes more than the data before them", () => {
		const options = { maxExtensionLength: 4 };
		gives("1;abc\r\nx\r\n0\r\n\r\n", ["x", end()], options);
		refuses("1;abc", "d\r\nx\r\n", [], "too-large", options);
		// The first chunk leaves room for one byte more; the second has data enough to start afresh.
		refuses("1;abc\r\nx\r\n1;", "a\r\ny\r\n", ["x"], "too-large", options);
		gives("3;abc\r\nxyz\r\n0;ab\r\n\r\n", ["xyz", end()], options);
		refuses("3;abc\r\nxyz\r\n0;ab", "c\r\n\r\n", ["xyz"], "too-large", options);
		refuses(
			"9\r\nxxxxxxxxx\r\n1;abc",
			"d",
			["xxxxxxxxx"],
			"too-large",
			options,
		);
		gives(
			`${"4;abc\r\nwxyz\r\n".repeat(3)}0;abc\r\n\r\n`,
			["wxyz".repeat(3), end()],
			options,
		);
		// And with each body.
		gives("0;abc\r\n\r\n".repeat(3), [end(), end(), end()], options);
		refuses("1", ";a\r\n", [], "too-large", { maxExtensionLength: 0 });
		refuses("9\r\nxxxxxxxxx\r\n1", ";a\r\n", ["xxxxxxxxx"], "too-large", {
			maxExtensionLength: 0,
		});
	});

	test("white space around extensions counts as one", () => {
		const options = { badWhitespace: true, maxExtensionLength: 4 };
		gives("0 ; a\r\n\r\n", [end()], options);
		refuses("0 ;  ", "a\r\n\r\n", [], "too-large", options);
		refuses("0    ", " ;a\r\n\r\n", [], "too-large", options);
	});

	test("the fields of a trailer section may have maxTrailerLength bytes, with their line ends", () => {
		const options = { maxTrailerLength: 10 };
		gives("0\r\na:b\r\nc:d\r\n\r\n", [end(["a", "b"], ["c", "d"])], options);
		gives("0\r\na: bcdef\r\n\r\n", [end(["a", "bcdef"])], options);
		refuses("0\r\na: bcdefg\r", "\n\r\n", [], "too-large", options);
		refuses("0\r\na:b\r\nc:d\r\n", "e:f\r\n\r\n", [], "too-large", options);
		refuses("0\r\naaaaaaaaaa", "a", [], "too-large", options);
		gives("0\r\n\r\n", [end()], { maxTrailerLength: 0 });
		refuses("0\r\n", "a:b\r\n\r\n", [], "too-large", { maxTrailerLength: 0 });
	});
});
