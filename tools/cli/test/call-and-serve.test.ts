import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { beforeEach, expect, test } from "vitest";
import {
	framewright,
	node,
	type Outcome,
	temporaryDirectory,
} from "./framewright.ts";
import { FRAMED, frame, type Server, startServer } from "./server.ts";

const METHODS = `
export const add = ([a, b]) => a + b;
export const echo = (params) => params;
export const nothing = () => {};
export const bigint = () => 1n;
export const tooLong = () => "x".repeat(9 * 1024 * 1024);
export const broken = () => { throw new Error("the password is swordfish"); };
export const picky = () => { throw Object.assign(new Error("no"), { code: 7, data: [1] }); };
export const noisy = () => console.log("noise");
const later = new Promise((resolve) => setTimeout(resolve, 200));
export const slow = () => later.then(() => "slow");
export { add as "math/add" };
export const constant = 1;
setInterval(() => {}, 1000);
`;

let directory: string;
beforeEach(() => {
	directory = temporaryDirectory();
	writeFileSync(join(directory, "methods.mjs"), METHODS);
});

const STACK = ["--stack", FRAMED];

const serve = (address: string): Promise<Server> =>
	startServer(directory, address);

function call(...args: string[]): Promise<Outcome> {
	return framewright(["call", ...args, ...STACK], { cwd: directory });
}

/** Sends JSON in frames, ends our side, and gives the JSON that comes back until the server has ended its own. */
async function converse(server: Server, ...json: string[]): Promise<unknown[]> {
	const socket = server.socket();
	socket.end(Buffer.concat(json.map(frame)));
	const bytes = await buffer(socket);
	const answers: unknown[] = [];
	for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt32BE(at))
		answers.push(
			JSON.parse(
				bytes.toString("utf8", at + 4, at + 4 + bytes.readUInt32BE(at)),
			),
		);
	return answers;
}

test.each(["unix:s.sock", "tcp:127.0.0.1:0", "tcp:[::1]:0"])(
	"answers over %s",
	async (address) => {
		const server = await serve(address);
		expect(await call(server.address, "add", "[2,3]")).toEqual({
			stdout: "5\n",
			stderr: "",
			code: 0,
		});
	},
);

test("answers over stdio, with a child process and with our own", async () => {
	const [program = "", ...args] = node;
	const stack = ["--stack", "newline(delimiter=crlf),json-rpc"];
	expect(
		await framewright(
			[
				...["call", "stdio", "noisy", ...stack, "--", program, ...args],
				...["serve", "stdio", "--methods", "methods.mjs", ...stack],
			],
			{ cwd: directory },
		),
	).toEqual({ stdout: "null\n", stderr: "noise\n", code: 0 });
});

test.each([
	["add", "[1,2]", "3\n"],
	["math/add", "[1,2]", "3\n"],
	["echo", '{"é":[null,"\\n"]}', '{"é":[null,"\\n"]}\n'],
	["nothing", "[]", "null\n"],
])("prints the result of %s as JSON", async (method, params, stdout) => {
	const server = await serve("unix:s.sock");
	expect(await call(server.address, method, params)).toEqual({
		stdout,
		stderr: "",
		code: 0,
	});
});

test.each([
	["missing", '{"code":-32601,"message":"Method not found"}'],
	["constant", '{"code":-32601,"message":"Method not found"}'],
	["toString", '{"code":-32601,"message":"Method not found"}'],
	["__proto__", '{"code":-32601,"message":"Method not found"}'],
	["constructor", '{"code":-32601,"message":"Method not found"}'],
	["broken", '{"code":-32603,"message":"Internal error"}'],
	["bigint", '{"code":-32603,"message":"Internal error"}'],
	["tooLong", '{"code":-32603,"message":"Internal error"}'],
	["picky", '{"code":7,"message":"no","data":[1]}'],
])("tells the error response of %s on stderr", async (method, error) => {
	const server = await serve("unix:s.sock");
	expect(await call(server.address, method)).toEqual({
		stdout: "",
		stderr: `framewright: error response ${error}\n`,
		code: 3,
	});
});

test("makes the calls of a script one after the other over one connection", async () => {
	const server = await serve("unix:s.sock");
	const lines = [
		{ method: "slow" },
		{ method: "add", params: [1, 2] },
		{ method: "add", params: [1, 2], notify: true },
		{ method: "picky" },
		{ method: "add", params: [3, 4] },
	];
	expect(
		await framewright(["call", server.address, "--script", ...STACK], {
			cwd: directory,
			input: lines.map((line) => `${JSON.stringify(line)}\n`).join("\n"),
		}),
	).toEqual({
		stdout:
			'{"result":"slow"}\n{"result":3}\n{"error":{"code":7,"message":"no","data":[1]}}\n{"result":7}\n',
		stderr: "framewright: error responses to 1 of 5 calls\n",
		code: 3,
	});
});

test("names the line of a script that is no call", async () => {
	const server = await serve("unix:s.sock");
	const { stdout, stderr, code } = await framewright(
		["call", server.address, "--script", ...STACK],
		{ cwd: directory, input: '{"method":"nothing"}\n{"methd":"nothing"}\n' },
	);
	expect(stdout).toBe('{"result":null}\n');
	expect(stderr).toMatch(/^framewright: line 2, byte 21: expected \{.*\n$/);
	expect(code).toBe(1);
});

test("sends a notification, and waits for nothing", async () => {
	const server = await serve("unix:s.sock");
	expect(await call(server.address, "noisy", "--notify")).toEqual({
		stdout: "",
		stderr: "",
		code: 0,
	});
	expect(await server.line()).toBe("noise");
});

test("gives up when no answer comes in time", async () => {
	expect(
		await framewright([
			...["call", "stdio", "m", "--timeout", "0.2", ...STACK],
			...["--", "sleep", "30"],
		]),
	).toEqual({
		stdout: "",
		stderr: "framewright: no answer within 0.2 s\n",
		code: 4,
	});
});

test.each([
	[["unix:none.sock", "m"], "cannot connect to unix:none.sock: ", 4],
	[
		["stdio", "m", "--", "no-such-command"],
		"cannot start no-such-command: ",
		4,
	],
	[["stdio", "m", "--", "true"], "", 4],
	[
		["stdio", "m", "--", "echo", "hello"],
		"the peer sent too-large at byte 0: ",
		1,
	],
	[["stdio", "m"], "stdio, and only stdio, needs a command", 2],
	[["unix:s.sock", "m", "--", "cat"], "stdio, and only stdio, needs", 2],
	[["unix:s.sock"], "give a METHOD or --script", 2],
	[["unix:s.sock", "m", "5"], "PARAMS must be a JSON array or object", 2],
	[["unix:s.sock", "m", "[1"], "PARAMS must be a JSON array or object", 2],
	[["unix:s.sock", "m", "--timeout", "0"], "--timeout must be", 2],
	[["smtp:host", "m"], "expected an address unix:PATH, tcp:HOST:PORT or", 2],
	[["tcp:host:65536", "m"], "expected an address", 2],
])("call %j fails in one line", async (args, complaint, code) => {
	const dashes = args.indexOf("--");
	const at = dashes === -1 ? args.length : dashes;
	const outcome = await framewright(
		["call", ...args.slice(0, at), ...STACK, ...args.slice(at)],
		{ cwd: directory },
	);
	expect(outcome.stdout).toBe("");
	expect(outcome.stderr).toMatch(/^framewright: .+\n$/);
	expect(outcome.stderr).toContain(complaint);
	expect(outcome.code).toBe(code);
});

test.each([
	[
		["unix:no/such/directory/s.sock", "-m", "methods.mjs"],
		"cannot listen on",
		4,
	],
	[["unix:s.sock", "-m", "missing.mjs"], "cannot load missing.mjs: ", 2],
	[
		["unix:s.sock", "-m", "methods.mjs", "--stack", "newline"],
		"serve needs messages",
		2,
	],
])("serve %j fails in one line", async (args, complaint, code) => {
	const outcome = await framewright(["serve", ...STACK, ...args], {
		cwd: directory,
	});
	expect(outcome.stderr).toMatch(/^framewright: .+\n$/);
	expect(outcome.stderr).toContain(complaint);
	expect(outcome.code).toBe(code);
});

test("answers each request once, quick ones first, and never a notification", async () => {
	const server = await serve("unix:s.sock");
	expect(
		await converse(
			server,
			'{"jsonrpc":"2.0","id":1,"method":"slow"}',
			'{"jsonrpc":"2.0","id":"1","method":"add","params":[1,2]}',
			'{"jsonrpc":"2.0","method":"add","params":[1,2]}',
			'{"jsonrpc":"2.0","method":"missing"}',
			'{"jsonrpc":"2.0","method":"broken"}',
			'{"jsonrpc":"2.0","id":null,"method":"nothing"}',
		),
	).toEqual([
		{ jsonrpc: "2.0", id: "1", result: 3 },
		{ jsonrpc: "2.0", id: null, result: null },
		{ jsonrpc: "2.0", id: 1, result: "slow" },
	]);
});

test("answers a batch with a batch, and one of notifications with nothing", async () => {
	const server = await serve("unix:s.sock");
	const invalid = {
		jsonrpc: "2.0",
		id: null,
		error: { code: -32600, message: "Invalid Request" },
	};
	const answers = await converse(
		server,
		'[{"jsonrpc":"2.0","id":1,"method":"add","params":[1,2]},{"jsonrpc":"2.0","method":"add","params":[1,2]},1,{"jsonrpc":"2.0","id":2,"method":"bigint"}]',
		'[{"jsonrpc":"2.0","method":"nothing"}]',
		"[]",
	);
	expect(answers).toHaveLength(2);
	expect(answers).toContainEqual(invalid);
	// In any order, as section 6 has it.
	const [batch = []] = answers.filter(Array.isArray);
	expect(batch).toHaveLength(3);
	expect(new Set(batch)).toEqual(
		new Set([
			{ jsonrpc: "2.0", id: 1, result: 3 },
			invalid,
			{
				jsonrpc: "2.0",
				id: 2,
				error: { code: -32603, message: "Internal error" },
			},
		]),
	);
});

test("cuts off a hostile client, names the byte, and serves the others on", async () => {
	const server = await serve("unix:s.sock");
	const bystander = server.socket();
	const hostile = server.socket();
	const hello = frame('{"jsonrpc":"2.0","id":1,"method":"nothing"}');
	hostile.write(Buffer.concat([hello, Buffer.from("ffffffff", "hex")]));
	await buffer(hostile).catch(() => {});
	expect(await server.line()).toMatch(
		/^framewright: client \d+ was cut off: too-large at byte 47: .*announces 4294967295$/,
	);
	bystander.end(hello);
	expect((await buffer(bystander)).toString("utf8", 4)).toBe(
		'{"jsonrpc":"2.0","id":1,"result":null}',
	);
});

test("reports a client that ends inside a frame", async () => {
	const server = await serve("unix:s.sock");
	const socket = server.socket();
	socket.end(Buffer.from("0000", "hex"));
	await buffer(socket).catch(() => {});
	expect(await server.line()).toMatch(/was cut off: truncated at byte 2: /);
});

test.each(["SIGINT", "SIGTERM"] as const)(
	"ends at %s with clients connected, and takes the socket file along",
	async (signal) => {
		const server = await serve("unix:s.sock");
		const socket = server.socket();
		socket.write(frame('{"jsonrpc":"2.0","id":1,"method":"nothing"}'));
		await new Promise((resolve) => socket.once("data", resolve));
		expect(existsSync(join(directory, "s.sock"))).toBe(true);
		expect(await server.stop(signal)).toBe(0);
		expect(existsSync(join(directory, "s.sock"))).toBe(false);
	},
);
