import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import {
	framewright,
	type Outcome,
	temporaryDirectory,
} from "./framewright.ts";
import { FRAMED, type Server, startServer } from "./server.ts";

const METHODS = `
export async function dig({ depth = 1 } = {}, { progress, id, method }) {
	for (let i = 1; i <= depth; i++) await progress({ progress: i, message: "layer\\n" + i });
	return { id, method };
}
export const forever = (_, { signal }) =>
	new Promise((_, reject) => {
		signal.addEventListener("abort", () => {
			console.log("taken back: " + signal.reason.message);
			reject(signal.reason);
		});
	});
export const initialize = forever;
`;

let directory: string;
beforeEach(() => {
	directory = temporaryDirectory();
	writeFileSync(join(directory, "methods.mjs"), METHODS);
});

function call(server: Server, ...args: string[]): Promise<Outcome> {
	return framewright(["call", server.address, "--stack", FRAMED, ...args], {
		cwd: directory,
	});
}

test.each(["lsp", "mcp"])(
	"--dialect %s --progress tells progress on stderr, a line each",
	async (dialect) => {
		const options = ["--dialect", dialect];
		const server = await startServer(directory, "unix:s.sock", ...options);
		const progress = [...options, "--progress"];
		expect(await call(server, "dig", '{"depth":2}', ...progress)).toEqual({
			stdout: '{"id":1,"method":"dig"}\n',
			stderr:
				'framewright: progress {"progress":1,"message":"layer\\n1"}\n' +
				'framewright: progress {"progress":2,"message":"layer\\n2"}\n',
			code: 0,
		});
		expect((await call(server, "dig", ...progress)).stderr).toBe(
			'framewright: progress {"progress":1,"message":"layer\\n1"}\n',
		);
		// Nobody asks for it.
		expect((await call(server, "dig", ...options)).stderr).toBe("");
	},
);

test("a script tells the progress of all its calls", async () => {
	const options = ["--dialect", "mcp"];
	const server = await startServer(directory, "unix:s.sock", ...options);
	expect(
		await framewright(
			[
				...["call", server.address, "--stack", FRAMED],
				...["--script", "--progress", ...options],
			],
			{
				cwd: directory,
				input:
					'{"method":"dig"}\n{"method":"dig","notify":true,"params":[]}\n{"method":"dig","params":{}}\n',
			},
		),
	).toEqual({
		stdout:
			'{"result":{"id":1,"method":"dig"}}\n{"result":{"id":2,"method":"dig"}}\n',
		stderr:
			'framewright: progress {"progress":1,"message":"layer\\n1"}\n'.repeat(2),
		code: 0,
	});
});

test.each(["lsp", "mcp"])(
	"--dialect %s takes a call back that takes too long",
	async (dialect) => {
		const options = ["--dialect", dialect];
		const server = await startServer(directory, "unix:s.sock", ...options);
		const timeout = ["--timeout", "0.3", ...options];
		expect(await call(server, "forever", ...timeout)).toEqual({
			stdout: "",
			stderr: "framewright: no answer within 0.3 s\n",
			code: 4,
		});
		expect(await server.line()).toMatch(
			/^taken back: The caller cancelled "forever"/,
		);
	},
);

test("without a dialect, and for what MCP does not take back, the server hears nothing but the end", async () => {
	const server = await startServer(
		directory,
		"unix:s.sock",
		"--dialect",
		"mcp",
	);
	for (const args of [["forever"], ["initialize", "--dialect", "mcp"]])
		expect((await call(server, ...args, "--timeout", "0.3")).code).toBe(4);
	// The connection has broken; nobody has cancelled anything.
	await server.stop("SIGTERM");
	for (let line = await server.line(); line !== ""; line = await server.line())
		expect(line).not.toContain("cancelled");
});

test.each([
	[["m", "--dialect", "dap"], "Allowed choices are lsp, mcp", 2],
	[["m", "--progress"], "--progress needs --dialect lsp or mcp", 2],
	[
		["m", "--progress", "--dialect", "lsp", "--notify"],
		"--progress needs --dialect lsp or mcp, and a call that is no notification",
		2,
	],
	[
		["m", "[1]", "--progress", "--dialect", "lsp"],
		"--progress adds a token to the params: these must be an object, or none",
		2,
	],
])("call %j fails in one line", async (args, complaint, code) => {
	const outcome = await framewright(
		["call", "unix:none.sock", "--stack", FRAMED, ...args],
		{ cwd: directory },
	);
	expect(outcome.stderr).toMatch(/^framewright: .+\n$/);
	expect(outcome.stderr).toContain(complaint);
	expect(outcome.code).toBe(code);
});

test("names the line of a script whose params cannot ask for progress", async () => {
	const server = await startServer(directory, "unix:s.sock");
	const { stderr, code } = await framewright(
		[
			...["call", server.address, "--stack", FRAMED],
			...["--script", "--progress", "--dialect", "lsp"],
		],
		{
			cwd: directory,
			input: '{"method":"dig"}\n{"method":"dig","params":[]}\n',
		},
	);
	expect(stderr).toMatch(
		/^framewright: line 2, byte 17: --progress adds .*\n$/,
	);
	expect(code).toBe(1);
});
