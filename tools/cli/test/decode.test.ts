import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
	framewright,
	node,
	type Outcome,
	outcome,
	temporaryDirectory,
} from "./framewright.ts";

const call = '{"jsonrpc":"2.0","id":1,"method":"add","params":[2,3]}';

test("reads a file", async () => {
	const file = join(temporaryDirectory(), "capture.bin");
	writeFileSync(file, "\0\0\0\x02hi");
	expect(
		await framewright(["decode", file, "--stack", "length-prefixed"]),
	).toEqual({ stdout: '"hi"\n', stderr: "", code: 0 });
});

test("reads stdin, and prints messages as they stand on the wire", async () => {
	const batch = `[${call},{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"é"}}]`;
	expect(
		await framewright(["decode", "--stack", "newline,json-rpc"], {
			input: `${call}\n${batch}\n`,
		}),
	).toEqual({ stdout: `${call}\n${batch}\n`, stderr: "", code: 0 });
});

test("prints an invalid message with the reply that it deserves, and goes on", async () => {
	const { stdout, code } = await framewright(
		["decode", "--stack", "newline,json-rpc"],
		{ input: `{\n[1]\n${call}\n` },
	);
	const [parseError, batch, last] = stdout.trim().split("\n");
	expect(JSON.parse(parseError ?? "")).toEqual({
		invalid: expect.stringContaining("not JSON"),
		reply: {
			jsonrpc: "2.0",
			id: null,
			error: { code: -32700, message: "Parse error" },
		},
	});
	expect(JSON.parse(batch ?? "")).toEqual([
		{
			invalid: expect.any(String),
			reply: expect.objectContaining({
				error: { code: -32600, message: "Invalid Request" },
			}),
		},
	]);
	expect(last).toBe(call);
	expect(code).toBe(0);
});

test.each([
	["auto", '"é"\n{"hex":"ff00"}\n'],
	["hex", '{"hex":"c3a9"}\n{"hex":"ff00"}\n'],
	["base64", '{"base64":"w6k="}\n{"base64":"/wA="}\n'],
])("prints bytes as %s", async (notation, stdout) => {
	expect(
		await framewright([
			...["decode", "--stack", "length-prefixed(width=1)"],
			...["--bytes", notation, "--hex", "02c3a9 02ff00"],
		]),
	).toEqual({ stdout, stderr: "", code: 0 });
});

test("refuses bytes that are not the text that --bytes text promises", async () => {
	expect(
		await framewright([
			...["decode", "--stack", "length-prefixed(width=1)"],
			...["--bytes", "text", "--hex", "02c3a9 02ff00"],
		]),
	).toEqual({
		stdout: '"é"\n',
		stderr:
			"framewright: invalid-utf8 at byte 4: An item must be UTF-8 text, because of --bytes text\n",
		code: 1,
	});
});

test("keeps a byte order mark, so that encode writes the same bytes", async () => {
	const { stdout } = await framewright([
		...["decode", "--stack", "length-prefixed(width=1)"],
		...["--hex", "03efbbbf"],
	]);
	expect(JSON.parse(stdout)).toBe("\ufeff");
});

test("prints the items before a fault, then the fault and its byte", async () => {
	expect(
		await framewright(["decode", "--stack", "length-prefixed,json-rpc"], {
			input: `\0\0\0\x36${call}\0\0\0`,
		}),
	).toEqual({
		stdout: `${call}\n`,
		stderr:
			"framewright: truncated at byte 61: The input ended 3 bytes into a header of 4\n",
		code: 1,
	});
});

test("tells in one line of a file that is not there", async () => {
	const { stdout, stderr, code } = await framewright([
		...["decode", "no/such/file", "--stack", "newline"],
	]);
	expect(stdout).toBe("");
	expect(stderr).toMatch(
		/^framewright: cannot read no\/such\/file: ENOENT.*\n$/,
	);
	expect(code).toBe(1);
});

test.each([
	["an odd number of digits", ["--hex", "abc"]],
	["what is no digit", ["--hex", "zz"]],
	["a file as well", ["file", "--hex", "00"]],
	["a notation that is none", ["--bytes", "octal"]],
	["an option that is none", ["--nonsense"]],
])("refuses %s in one line", async (_, args) => {
	const { stdout, stderr, code } = await framewright([
		...["decode", "--stack", "newline"],
		...args,
	]);
	expect(stdout).toBe("");
	expect(stderr).toMatch(/^framewright: .+\n$/);
	expect(code).toBe(2);
});

/** Runs a line of shell in which "$@" is the command. */
function shell(line: string, env = process.env): Promise<Outcome> {
	return outcome(spawn("sh", ["-c", line, "sh", ...node], { env }));
}

test("stops quietly when its reader goes, though the input is endless", async () => {
	expect(
		await shell('"$@" decode --stack length-prefixed < /dev/zero | head -c 12'),
	).toEqual({ stdout: '""\n""\n""\n""\n', stderr: "", code: 0 });
});

test("holds the input back while its reader is slow", async () => {
	// 128 MiB through a heap of 32 MiB, of which the runtime itself needs the better part.
	expect(
		await shell(
			`yes "$(head -c 65535 /dev/zero | tr '\\0' x)" | head -n 2048 | "$@" decode --stack newline | (sleep 1; wc -c)`,
			{ ...process.env, NODE_OPTIONS: "--max-old-space-size=32" },
		),
	).toEqual({ stdout: `${2048 * 65_538}\n`, stderr: "", code: 0 });
});

test("prints what was skipped, where, and goes on", async () => {
	const skips = async (stack: string, input: string) => {
		const { stdout, code } = await framewright(["decode", "--stack", stack], {
			input,
		});
		expect(code).toBe(0);
		return stdout
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line));
	};
	const message = expect.any(String);
	expect(
		await skips(
			"length-prefixed(width=1,maxLength=2,oversize=skip)",
			"\x03abc\x01a",
		),
	).toEqual([
		{
			skipped: { code: "too-large", message, offset: 0, length: 3, limit: 2 },
		},
		"a",
	]);
	expect(
		await skips(
			"content-length(resync=true),json-rpc",
			`Listening...\nContent-Length: ${call.length}\r\n\r\n${call}`,
		),
	).toEqual([
		{
			skipped: expect.objectContaining({ offset: 0, bytes: "Listening...\n" }),
		},
		JSON.parse(call),
	]);
	expect(
		await skips("newline(maxLength=2,oversize=pieces)", "abc\nd\n"),
	).toEqual([{ piece: "ab", last: false }, { piece: "c", last: true }, "d"]);
});

test("prints the parts of a body, which encode reads", async () => {
	const wire = "5\r\nhello\r\n0\r\nExpires: never\r\n\r\n";
	const decoded = await framewright(["decode", "--stack", "http-chunked"], {
		input: wire,
	});
	expect(decoded.stdout).toBe(
		'"hello"\n{"end":{"trailers":[["Expires","never"]]}}\n',
	);
	const encoded = await framewright(["encode", "--stack", "http-chunked"], {
		input: decoded.stdout,
	});
	expect(encoded).toEqual({ stdout: wire, stderr: "", code: 0 });
});
