import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { beforeEach, expect, test } from "vitest";
import { outcome, start, temporaryDirectory } from "./framewright.ts";
import { frame, startServer } from "./server.ts";

let directory: string;
beforeEach(() => {
	directory = temporaryDirectory();
	writeFileSync(
		join(directory, "methods.mjs"),
		`
export const slow = () => {
	console.log("begun");
	return new Promise((resolve) => setTimeout(resolve, 300, "done"));
};
export const forever = (_, { signal }) => {
	console.log("begun");
	signal.addEventListener("abort", () => console.log("aborted"));
	return new Promise(() => {});
};
`,
	);
});

function request(method: string): Buffer {
	return frame(`{"jsonrpc":"2.0","id":1,"method":"${method}"}`);
}

test.each(["SIGINT", "SIGTERM"] as const)(
	"%s lets serve answer what is under way, and ends it then",
	async (signal) => {
		const server = await startServer(directory, "unix:s.sock");
		const client = server.socket();
		client.write(request("slow"));
		expect(await server.line()).toBe("begun");
		const stopped = server.stop(signal);
		const answer = await buffer(client);
		expect(answer.subarray(4).toString()).toBe(
			'{"jsonrpc":"2.0","id":1,"result":"done"}',
		);
		client.end();
		const left = performance.now();
		expect(await stopped).toBe(0);
		expect(performance.now() - left).toBeLessThan(1000);
	},
);

test("what does not come to its end is aborted in the end, or when told so twice", async () => {
	const patient = await startServer(directory, "unix:s.sock");
	const first = patient.socket();
	first.write(request("forever"));
	expect(await patient.line()).toBe("begun");
	expect(await patient.stop("SIGTERM")).toBe(0);
	expect(await patient.line()).toBe("aborted");

	const hurried = await startServer(directory, "unix:t.sock");
	const second = hurried.socket();
	second.write(request("forever"));
	expect(await hurried.line()).toBe("begun");
	const began = performance.now();
	hurried.stop("SIGINT");
	await new Promise((resolve) => setTimeout(resolve, 100));
	expect(await hurried.stop("SIGINT")).toBe(0);
	expect(performance.now() - began).toBeLessThan(1500);
	expect(await hurried.line()).toBe("aborted");
});

test.each(["SIGINT", "SIGTERM"] as const)(
	"%s lets serve stdio answer what is under way, though stdin goes on",
	async (signal) => {
		const child = start(
			[
				...["serve", "stdio", "--methods", "methods.mjs"],
				...["--stack", "newline,json-rpc"],
			],
			directory,
		);
		const ended = outcome(child);
		child.stdin?.write('{"jsonrpc":"2.0","id":1,"method":"slow"}\n');
		await new Promise((resolve) => child.stderr?.once("data", resolve));
		child.kill(signal);
		expect(await ended).toEqual({
			stdout: '{"jsonrpc":"2.0","id":1,"result":"done"}\n',
			stderr: "begun\n",
			code: 0,
		});
	},
);
