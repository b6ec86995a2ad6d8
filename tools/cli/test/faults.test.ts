import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { beforeEach, expect, test } from "vitest";
import { framewright, node, temporaryDirectory } from "./framewright.ts";
import { FRAMED, frame, startServer } from "./server.ts";

let directory: string;
beforeEach(() => {
	directory = temporaryDirectory();
	writeFileSync(
		join(directory, "methods.mjs"),
		`
export const hello = () => "hello";
export const broken = () => { throw new Error("the password\\nis swordfish"); };
export const bigint = () => 1n;
export const ask = async (_, { peer }) => await peer.request("anything");
`,
	);
});

const HELLO = frame('{"jsonrpc":"2.0","id":"h","method":"hello"}');
const ANSWER = '{"jsonrpc":"2.0","id":"h","result":"hello"}';

test("serve tells each fault of a client in one line, and all clients are answered on", async () => {
	const server = await startServer(directory, "unix:s.sock");
	const bystander = server.socket();
	const client = server.socket();
	bystander.write(HELLO);
	const answer = await new Promise((resolve) =>
		bystander.once("data", resolve),
	);
	expect(String(answer).slice(4)).toBe(ANSWER);
	client.end(
		Buffer.concat([
			frame('{"jsonrpc":"2.0","id":1,"method":"broken"}'),
			frame('{"jsonrpc":"2.0","method":"broken"}'),
			frame('{"jsonrpc":"2.0","id":2,"method":"bigint"}'),
			frame('{"jsonrpc":"2.0","id":1.0,"result":5}'),
			frame('{"jsonrpc":"2.0","id":"a","error":{"code":3,"message":"x\\ny"}}'),
			frame('{"jsonrpc":"2.0","id":null,"error":{"code":4,"message":"z"}}'),
			frame('{"jsonrpc":"2.0","id":1}'),
			frame(`{"jsonrpc":"2.0","id":"${"i".repeat(1_000_000)}","result":5}`),
			HELLO,
		]),
	);
	expect((await buffer(client)).toString()).toContain(ANSWER);
	const lines: string[] = [];
	for (let i = 0; i < 8; i++) lines.push(await server.line());
	expect(lines.map((line) => line.slice(0, 100)).sort()).toEqual(
		[
			"broken failed: the password is swordfish",
			"broken failed: the password is swordfish",
			"bigint failed: Do not know how to serialize a BigInt",
			"an answer to no call in flight: id 1.0",
			'an answer to no call in flight: id "a", error 3 "x\\ny"',
			'an error response without an id: error 4 "z"',
			'an invalid message: A message must have "method", "result" or "error"',
			`an answer to no call in flight: id "${"i".repeat(100)}`,
		]
			.map((line) => `framewright: client 2: ${line}`.slice(0, 100))
			.sort(),
	);
	expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(600);

	bystander.end(HELLO);
	expect((await buffer(bystander)).toString()).toContain(ANSWER);
	// It had nothing more to say.
	await server.stop("SIGTERM");
	expect(await server.line()).toBe("");
});

test("serve tells a hundred of the faults that one client sends without end, and counts others anew", async () => {
	const server = await startServer(directory, "unix:s.sock");
	const stray = frame('{"jsonrpc":"2.0","id":5,"result":5}');
	const client = server.socket();
	client.end(Buffer.concat([...Array(5000).fill(stray), HELLO]));
	expect((await buffer(client)).subarray(4).toString()).toBe(ANSWER);
	const other = server.socket();
	other.end(stray);
	await buffer(other);
	await server.stop("SIGTERM");
	const said: string[] = [];
	for (let line = await server.line(); line !== ""; line = await server.line())
		said.push(line);
	expect(said).toEqual([
		...Array(100).fill(
			"framewright: client 1: an answer to no call in flight: id 5",
		),
		"framewright: client 1: no more is told of what is wrong with its messages",
		"framewright: client 2: an answer to no call in flight: id 5",
	]);
});

test("serve cuts off a client that sends nothing but invalid messages", async () => {
	const server = await startServer(directory, "unix:s.sock");
	const client = server.socket();
	client.write(Buffer.concat(Array(101).fill(frame("{}"))));
	await buffer(client).catch(() => {});
	let last = "";
	for (let i = 0; i < 102; i++) last = await server.line();
	expect(last).toBe(
		"framewright: client 1 was cut off: The remote sent 101 invalid messages in a row",
	);
});

test("serve goes on when a client breaks off in the middle of a call of the server's", async () => {
	const server = await startServer(directory, "unix:s.sock");
	const client = server.socket();
	client.write(frame('{"jsonrpc":"2.0","id":1,"method":"ask"}'));
	await new Promise((resolve) => client.once("data", resolve));
	client.end();
	// What it asked for can no longer come.
	expect((await buffer(client)).toString()).toContain('"code":-32603');
	expect(await server.line()).toBe(
		"framewright: client 1: ask failed: The remote has ended the connection",
	);
	const next = server.socket();
	next.end(HELLO);
	expect((await buffer(next)).subarray(4).toString()).toBe(ANSWER);
});

test("call tells what a command prints beside its messages, and finds its answer", async () => {
	writeFileSync(
		join(directory, "noisy.mjs"),
		`
console.log("Starting...");
console.log('{"jsonrpc":"2.0","id":99,"result":1}');
process.stdin.once("data", (line) => {
	const { id, method } = JSON.parse(line);
	console.log(JSON.stringify({ jsonrpc: "2.0", id, result: method }));
	process.stdin.on("data", (more) => console.error("got " + more));
});
`,
	);
	const [program = ""] = node;
	expect(
		await framewright(
			[
				...["call", "stdio", "m", "--stack", "newline,json-rpc"],
				...["--", program, "noisy.mjs"],
			],
			{ cwd: directory },
		),
	).toEqual({
		stdout: '"m"\n',
		// It got no reply to these, or would have said so.
		stderr: expect.stringMatching(
			/^framewright: an invalid message: The text is not JSON: .*\nframewright: an answer to no call in flight: id 99\n$/,
		),
		code: 0,
	});
});

test("call --script ends with what broke the connection, after the answers that came", async () => {
	writeFileSync(
		join(directory, "short.mjs"),
		`
process.stdin.once("data", () => {
	process.stdout.write('{"jsonrpc":"2.0","id":1,"result":1}\\n');
	process.stdin.once("data", () => process.exit());
});
`,
	);
	const [program = ""] = node;
	expect(
		await framewright(
			[
				...["call", "stdio", "--script", "--stack", "newline,json-rpc"],
				...["--", program, "short.mjs"],
			],
			{ cwd: directory, input: '{"method":"a"}\n{"method":"b"}\n' },
		),
	).toEqual({
		stdout: '{"result":1}\n',
		stderr: "framewright: The remote has ended the connection\n",
		code: 4,
	});
});

test("serve fails where a name is not for methods", async () => {
	writeFileSync(
		join(directory, "methods.mjs"),
		'const f = () => {}; export { f as "rpc.discover" };',
	);
	expect(
		await framewright(
			["serve", "unix:s.sock", "--stack", FRAMED, "--methods", "methods.mjs"],
			{ cwd: directory },
		),
	).toEqual({
		stdout: "",
		stderr:
			'framewright: cannot serve methods.mjs: handle(): "rpc.discover" is reserved\n',
		code: 2,
	});
});
