import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { framewright, temporaryDirectory } from "./framewright.ts";

test("writes the bytes of a file's items, in all notations", async () => {
	const file = join(temporaryDirectory(), "items.jsonl");
	writeFileSync(file, '"hi"\r\n\n{"hex":"FFd8"}\n{"base64":"/wA="}');
	expect(
		await framewright([
			...["encode", file, "--to-hex"],
			...["--stack", "length-prefixed(width=2)"],
		]),
	).toEqual({ stdout: "00026869\n0002ffd8\n0002ff00\n", stderr: "", code: 0 });
});

test("writes what decode reads", async () => {
	const items = [
		'{"jsonrpc":"2.0","id":"a","method":"m","params":{"é":[1.5,null]}}',
		'[{"jsonrpc":"2.0","method":"n"},{"jsonrpc":"2.0","id":1,"result":{}}]',
		'{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}',
	];
	const stack = ["--stack", "length-prefixed(width=varint),json-rpc"];
	const input = `${items.join("\n")}\n`;
	const encoded = await framewright(["encode", "--to-hex", ...stack], {
		input,
	});
	const decoded = await framewright([
		...["decode", "--hex", encoded.stdout],
		...stack,
	]);
	expect(decoded).toEqual({ stdout: input, stderr: "", code: 0 });
});

test.each([
	["what is not JSON", "newline", "x", /^not JSON: /],
	["a number for bytes", "newline", "5", /^an item must be a JSON string, /],
	["bad hex", "newline", '{"hex":"abc"}', /^an item must be a JSON string, /],
	["bad base64", "newline", '{"base64":"?"}', /^an item must be/],
	[
		"bytes for text",
		"lines",
		'{"hex":"ab"}',
		/^an item must be a JSON string\n$/,
	],
	["no message", "newline,json-rpc", "{}", /^not a JSON-RPC message: /],
	["a delimiter inside", "newline", '"a\\nb"', /^A line must not contain/],
	[
		"more than fits",
		"length-prefixed(maxLength=2)",
		'"abc"',
		/^A body may have 0 to 2 bytes/,
	],
])(
	"refuses %s, and names the line and its byte",
	async (_, stack, bad, complaint) => {
		const good = stack.endsWith("json-rpc")
			? '{"jsonrpc":"2.0","method":"m"}'
			: '"ok"';
		const { stderr, code } = await framewright(["encode", "--stack", stack], {
			input: `${good}\n${bad}\n`,
		});
		const place = `framewright: line 2, byte ${good.length + 1}: `;
		expect(stderr.slice(0, place.length)).toBe(place);
		expect(stderr.slice(place.length)).toMatch(complaint);
		expect(stderr.split("\n")).toHaveLength(2);
		expect(code).toBe(1);
	},
);

test("refuses lines that are not UTF-8, and names the byte", async () => {
	const { stderr, code } = await framewright(["encode", "--stack", "newline"], {
		input: Uint8Array.of(0x22, 0x22, 0x0a, 0x22, 0xff),
	});
	expect(stderr).toMatch(/^framewright: invalid-utf8 at byte 4: .*\n$/);
	expect(code).toBe(1);
});
