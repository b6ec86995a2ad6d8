import { type DecodeErrorCode, Skipped } from "@framewright/codec";
import { checkVector } from "@framewright/codec-laws";
import { contentLength } from "@framewright/content-length";
import { describe, test } from "vitest";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const hex = (value: string): string => Buffer.from(value).toString("hex");

/** Checks that `wire` gives `bodies`; and is what they encode to, unless it is written in another way. */
function accepts(wire: string, bodies: string[], canonical = false): void {
	const items = bodies.map(text);
	checkVector(contentLength(), { wire: hex(wire), items, canonical });
}

/** Checks that `wire` is refused at `offset`, behind a good message. */
function refuses(wire: string, code: DecodeErrorCode, offset: number): void {
	const good = "Content-Length: 2\r\n\r\n{}";
	const fault = { code, offset: good.length + offset };
	checkVector(contentLength({ maxLength: 100 }), {
		wire: hex(good + wire),
		items: [text("{}")],
		fault,
	});
}

describe("messages", () => {
	const request = '{"jsonrpc":"2.0","id":1,"method":"example"}';

	test("the example of LSP 3.17", () => {
		const body =
			'{\n\t"jsonrpc": "2.0",\n\t"id": 1,\n\t"method": "textDocument/didOpen",\n\t"params": {\n\t}\n}';
		accepts(`Content-Length: ${body.length}\r\n\r\n${body}`, [body], true);
	});

	test("vscode-languageserver-node: Writing, Reading", () => {
		accepts(`Content-Length: 43\r\n\r\n${request}`, [request], true);
	});

	test("vscode-languageserver-node: Decode, with a field that only its reader knows", () => {
		const zipped = "\x1f\x08\0\r\n\r\n".padEnd(61, "x");
		accepts(`Content-Encoding: gzip\r\nContent-Length: 61\r\n\r\n${zipped}`, [
			zipped,
		]);
	});

	test("bodies of nothing, and of what looks like a header", () => {
		const header = "Content-Length: 9\r\n\r\n";
		accepts(
			`Content-Length: 0\r\n\r\nContent-Length: 21\r\n\r\n${header}Content-Length: 1\r\n\r\n\n`,
			["", header, "\n"],
			true,
		);
	});

	test("a length counts bytes, not characters", () => {
		accepts("Content-Length: 12\r\n\r\né日本🎵", ["é日本🎵"], true);
	});
});

describe("header fields", () => {
	test("names are of any case, and there may be no space behind the colon, or many (rust-analyzer issue 15197)", () => {
		for (const field of [
			"content-length: 2",
			"CONTENT-LENGTH: 2",
			"Content-length:2",
			"Content-Length:    2",
			"Content-Length:\t2 \t",
		])
			accepts(`${field}\r\n\r\n{}`, ["{}"]);
	});

	test("Content-Type, before and behind (LuaLS issue 182, clangd's protocol test)", () => {
		const type = "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n";
		const length = "Content-Length: 2\r\n";
		accepts(`${length}${type}\r\n{}${type}${length}\r\n[]`, ["{}", "[]"]);
	});

	test("the charset is UTF-8 by any of its names, or not said", () => {
		for (const type of [
			"application/vscode-jsonrpc; charset=utf-8",
			"application/vscode-jsonrpc; charset=utf8",
			"application/vscode-jsonrpc;charset=UTF-8",
			'application/json ; Charset="utf8" ',
			"application/json",
			"application/json;",
			'text/x; a=b;; c="d; charset=latin1 \\" e" ; charset=utf-8',
		])
			accepts(`Content-Length: 2\r\nContent-Type: ${type}\r\n\r\n{}`, ["{}"]);
	});

	test("unknown fields, with any ASCII text or none", () => {
		accepts('X-1:\r\nContent-Length: 2\r\n*~|: a: b\t\\ "\r\n\r\n{}', ["{}"]);
	});

	test("a length may begin with zeros, as HTTP's grammar has it", () => {
		accepts("Content-Length: 0002\r\n\r\n{}Content-Length: 00\r\n\r\n", [
			"{}",
			"",
		]);
	});

	test("a length may be repeated where it is the same", () => {
		accepts("Content-Length: 2\r\ncontent-length: 02\r\n\r\n{}", ["{}"]);
	});
});

describe("what is no header is refused at its first bad byte", () => {
	test("vscode-jsonrpc: `Content-Length: 7abc` is no 7", () => {
		refuses("Content-Length: 7abc\r\n\r\n1234567", "invalid-syntax", 17);
	});

	test("vscode-jsonrpc: a negative length", () => {
		refuses("Content-Length: -1\r\n\r\n{}", "invalid-syntax", 16);
	});

	test("vscode-languageserver-node: Read with invalid Content-Length, NaN", () => {
		refuses('Content-Length: NaN\r\n\r\n{"id":1}', "invalid-syntax", 16);
	});

	test("vscode-languageserver-node: Read without Content-Length, at the empty line", () => {
		refuses('Not-Content-Length: 43\r\n\r\n{"id":1}', "invalid-syntax", 24);
	});

	test("other numbers than digits", () => {
		for (const [value, at] of [
			["", 0],
			[" ", 1],
			["+5", 0],
			["0x5", 1],
			["5.0", 1],
			["5e0", 1],
			["5,5", 1],
			["5 5", 2],
			["\t5\t 5", 4],
			["٥", 0],
			["Infinity", 0],
		] as const)
			refuses(
				`Content-Length:${value}\r\n\r\n12345`,
				"invalid-syntax",
				15 + at,
			);
	});

	test("two lengths that disagree", () => {
		refuses(
			"Content-Length: 2\r\nX: y\r\nContent-Length: 3\r\n\r\n{}",
			"invalid-length",
			41,
		);
	});

	test("a length beyond 2^53, however many digits it has", () => {
		for (const digits of ["9007199254740992", "9".repeat(400)])
			refuses(`Content-Length: ${digits}\r\n\r\n`, "invalid-length", 16);
	});

	test("line ends that are not CR LF (vim-lsp pull request 1594, text mode of Windows)", () => {
		refuses("Content-Length: 2\n\n{}", "invalid-syntax", 17);
		refuses("Content-Length: 2\r\n\n{}", "invalid-syntax", 19);
		refuses("Content-Length: 2\r\r\n\r\r\n{}", "invalid-syntax", 17);
		refuses("Content-Length: 2\r\n\r{}", "invalid-syntax", 19);
	});

	test("an empty line more, or none at all", () => {
		refuses("\r\nContent-Length: 2\r\n\r\n{}", "invalid-syntax", 0);
		refuses("\r", "invalid-syntax", 0);
		refuses('Content-Length: 2\r\n{"', "invalid-syntax", 19);
	});

	test("names that are no tokens, white space around them, folded lines", () => {
		refuses(": 2\r\n", "invalid-syntax", 0);
		refuses("Content Length: 2\r\n", "invalid-syntax", 7);
		refuses("Content-Length : 2\r\n", "invalid-syntax", 14);
		refuses(" Content-Length: 2\r\n", "invalid-syntax", 0);
		refuses("X: a\r\n b\r\nContent-Length: 2\r\n\r\n{}", "invalid-syntax", 6);
		refuses("Content-Length\r\n", "invalid-syntax", 14);
	});

	test("bytes that are not ASCII, and control bytes", () => {
		refuses("X: é\r\n", "invalid-syntax", 3);
		refuses("Ä: b\r\n", "invalid-syntax", 0);
		refuses("X: a\0b\r\n", "invalid-syntax", 4);
		refuses("X: a\x7fb\r\n", "invalid-syntax", 4);
	});

	test("a message without a header", () => {
		refuses('{"jsonrpc":"2.0"}\n', "invalid-syntax", 0);
	});

	test("a charset that is not UTF-8, and what is no media type, once the header is complete", () => {
		for (const type of [
			"application/json; charset=latin1",
			"application/json; charset=utf-16",
			"application/json; charset=utf-8x",
			'application/json; charset="utf-8',
			"application/json; charset=utf-8; charset=latin1",
			"application/vscode-jsonrpc; charset-utf-8",
			"application/json charset=utf-8",
			"application",
			"/json",
			"",
		]) {
			const wire = `Content-Type: ${type}\r\nContent-Length: 2\r\n`;
			refuses(`${wire}\r\n{}`, "invalid-value", 14);
			refuses(`${wire}Bad Name`, "invalid-syntax", wire.length + 3);
		}
	});
});

describe("limits", () => {
	test("of the body, on both sides", () => {
		const body = "x".repeat(100);
		checkVector(contentLength({ maxLength: 100 }), {
			wire: hex(`Content-Length: 100\r\n\r\n${body}`),
			items: [text(body)],
		});
		refuses("Content-Length: 101\r\n\r\n", "too-large", 16);
		refuses("Content-Length: 9007199254740991\r\n\r\n", "too-large", 16);
	});

	test("of the header, on both sides, its empty line included", () => {
		const header = "Content-Length: 2\r\nX: 1234567\r\n\r\n";
		const layer = (maxHeaderLength: number) =>
			contentLength({ maxLength: 99, maxHeaderLength });
		checkVector(layer(header.length), {
			wire: hex(`${header}{}${header}[]`),
			items: [text("{}"), text("[]")],
			canonical: false,
		});
		checkVector(layer(header.length - 1), {
			wire: hex(`Content-Length: 1\r\n\r\n!${header}{}`),
			items: [text("!")],
			fault: { code: "too-large", offset: 22 + header.length - 1 },
		});
	});

	test("of the header, for one in the usual form", () => {
		checkVector(contentLength({ maxLength: 99, maxHeaderLength: 22 }), {
			wire: hex("Content-Length: 02\r\n\r\n{}Content-Length: 002\r\n\r\n{}"),
			items: [text("{}")],
			fault: { code: "too-large", offset: 46 },
		});
	});
});

describe("the end of input", () => {
	test("is clean before the first message and behind the last", () => {
		accepts("", []);
	});

	test("is reported wherever it falls in a message", () => {
		const wire = "Content-Length: 2\r\nX: y\r\n\r\n{";
		for (let length = 1; length <= wire.length; length++)
			refuses(wire.slice(0, length), "truncated", length);
	});
});

describe("resync", () => {
	type Noise = readonly [piece: string, code?: DecodeErrorCode];
	const usual = "Content-Length: 2\r\n\r\n{}";

	/** Checks that noise comes out in these pieces, and the message behind it is not lost. */
	function skips(noise: readonly Noise[], good = usual, most = 4096): void {
		let end = 0;
		const items = noise.map(([piece, code = "invalid-syntax"]) => {
			const bytes = text(piece);
			end += bytes.length;
			const limit = code === "too-large" ? { limit: most } : {};
			return new Skipped(code, "", end - bytes.length, { bytes, ...limit });
		});
		checkVector(
			contentLength({ resync: true, maxLength: 9, maxHeaderLength: most }),
			{
				wire: hex(noise.map(([piece]) => piece).join("") + good),
				items: [...items, text("{}")],
				canonical: false,
			},
			{ show },
		);
	}

	const show = (item: Uint8Array | Skipped): string =>
		item instanceof Skipped
			? `${item.code} at ${item.offset}: ${JSON.stringify(String(Buffer.from(item.bytes ?? [])))}, ${item.length} over ${item.limit}`
			: JSON.stringify(String(Buffer.from(item)));

	test("vscode-jsonrpc: a stray line on stdout loses no message", () => {
		skips([["Listening on port 80\n"]]);
		skips([["Initializing: storage\n"]]);
		skips([["initializing\n"]]);
	});

	test("vscode-languageserver-node issue 1305: a body where a header should be", () => {
		skips([
			[
				'{"jsonrpc":"2.0","id":277,"method":"workspace/inlayHint/refresh","params":[]}',
			],
		]);
	});

	test("vscode-languageserver-node issue 1600: a line end that the last length did not count", () => {
		skips([["\n"]]);
		skips([["\r\n"]]);
	});

	test("pygls issue 133: noise without a line end", () => {
		skips([["Object(textDocument=Object(uri))"]]);
		skips([["done"]]);
		skips([["done: "]]);
	});

	test("line by line", () => {
		skips([["one two\n"], ["\n"], ["three: 4\r\r\n"], ["é"]]);
	});

	test("a bad header, line by line, and the body that it had", () => {
		skips([["Content-Length: 7abc\r\n"], ["\r\n"], ["{}"]]);
		skips([["Content-Length: -1\r\n"], ["\r\n"], ["{}"]]);
		skips([["Content-Length\r\n"], ["\r\n"], ["{}\n"]]);
		skips([["X: y\r\n"], ["\r\n"], ["{}"]]);
	});

	test("half a header before a whole one", () => {
		skips([["Content-Len"]]);
		skips([["Content-Length: "]]);
		skips([["Content-Length: 3"]]);
		skips([["Content-Length: 3\r"]]);
		skips([["Content-Length: 3\r\n", "invalid-length"]]);
		skips([
			["Content-Length: 3\r\n", "invalid-length"],
			["X: y\r\n", "invalid-length"],
		]);
	});

	test("what begins like a header and does not go on like one", () => {
		skips([["say Content-"]]);
		skips([["a content-typewriter\n"]]);
		skips([["x:Content-Type: a\n"]]);
		skips([["a Content\rLength: 3\r\n"]]);
	});

	test("a header that begins with a Content-Type", () => {
		const type = "content-type: a/b; charset=utf8\r\n";
		skips([['{"id":1}']], type + usual);
		skips([["one\n"]], type + usual);
	});

	test("a line that is a field by all rules is a field of the header behind it", () => {
		skips([], `Warning: deprecated\r\n${usual}`);
	});

	test("noise that is longer than a header may be, which hides no header", () => {
		const most = 30;
		skips([[` ${"x".repeat(29)}`], ["x".repeat(30)], ["x"]], usual, most);
		// What could be a name until the limit: the end of it could begin a header.
		const x16: Noise = ["x".repeat(16), "too-large"];
		skips([x16, x16, x16, ["x".repeat(12), "too-large"]], usual, most);
		const field: Noise = ["X: y\r\n", "too-large"];
		skips([field, field, field, field], usual, most);
	});

	test("a refused body is stepped over as a whole, whatever it looks like", () => {
		for (const [fields, fault] of [
			[
				"Content-Length: 22\r\n",
				new Skipped("too-large", "", 17, { length: 22, limit: 9 }),
			],
			[
				"Content-Type: a/b; charset=latin1\r\ncontent-length: 22\r\n",
				new Skipped("too-large", "", 52, { length: 22, limit: 9 }),
			],
			[
				"Content-Type: a/b; charset=latin1\r\nContent-Length: 9\r\n",
				new Skipped("invalid-value", "", 15),
			],
		] as const)
			checkVector(
				contentLength({ resync: true, maxLength: 9 }),
				{
					wire: hex(
						`\n${fields}\r\n${usual.slice(0, Number(/: (\d+)/.exec(fields)?.[1]))}${usual}`,
					),
					items: [
						new Skipped("invalid-syntax", "", 0, { bytes: text("\n") }),
						fault,
						text("{}"),
					],
					canonical: false,
				},
				{ show },
			);
	});

	test("the end of input: noise is handed over, what could be a header is truncated, and so is a refused body", () => {
		const layer = contentLength({ resync: true, maxLength: 9 });
		const skipped = (piece: string) =>
			new Skipped("invalid-syntax", "", 0, { bytes: text(piece) });
		for (const piece of ["good bye", "\n", "{} Content-Len", " Content-"])
			checkVector(
				layer,
				{ wire: hex(piece), items: [skipped(piece)], canonical: false },
				{ show },
			);
		for (const piece of ["bye", "Content-Length: 1", `${usual.slice(0, -1)}`])
			checkVector(
				layer,
				{
					wire: hex(piece),
					items: [],
					fault: { code: "truncated", offset: piece.length },
				},
				{ show },
			);
		const large = "Content-Length: 10\r\n\r\n";
		checkVector(
			layer,
			{
				wire: hex(`${large}123456789`),
				items: [new Skipped("too-large", "", 16, { length: 10, limit: 9 })],
				fault: { code: "truncated", offset: large.length + 9 },
			},
			{ show },
		);
	});
});
