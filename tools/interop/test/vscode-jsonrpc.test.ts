// vscode-jsonrpc, which most language servers are built on, at the other end of a Unix socket.

import { type IncomingCall, ResponseError } from "@framewright/json-rpc-peer";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
	type CancellationToken,
	CancellationTokenSource,
	ProgressType,
	ResponseError as TheirError,
} from "vscode-jsonrpc/node";
import { deferred } from "../src/deferred.ts";
import { lateAnswer } from "../src/late-answer.ts";
import { until } from "../src/until.ts";
import {
	type VscodeConnection,
	vscodeConnection,
} from "../src/vscode-connection.ts";

const progress = new ProgressType<{ kind: string; percentage: number }>();
const numbers = Array.from({ length: 1000 }, (_, n) => n);
const doubled = numbers.map((n) => 2 * n);
const large = "Grüße, 世界 🌍 ".repeat(100_000);

let connection: VscodeConnection;
let ours: VscodeConnection["ours"];
let theirs: VscodeConnection["theirs"];
let faults: VscodeConnection["faults"];

beforeEach(async () => {
	connection = await vscodeConnection();
	({ ours, theirs, faults } = connection);
});
afterEach(() => connection[Symbol.asyncDispose]());

describe("what we call", () => {
	test("takes params by position and by name", async () => {
		theirs.onRequest("subtract", (a: number, b: number) => a - b);
		theirs.onRequest("greet", ({ name }: { name: string }) => `Hi ${name}`);
		expect(await ours.request("subtract", [42, 23])).toBe(19);
		expect(await ours.request("greet", { name: "Zoë" })).toBe("Hi Zoë");
	});

	test("answers an error with its code and data", async () => {
		theirs.onRequest("fail", () => {
			throw new TheirError(-32099, "No luck", { tries: 3 });
		});
		await expect(ours.request("fail")).rejects.toMatchObject({
			name: "ResponseError",
			code: -32099,
			message: "No luck",
			data: { tries: 3 },
		});
		const unknown = ours.request("unknown");
		await expect(unknown).rejects.toMatchObject({ code: -32601 });
	});

	test("is told that its call was taken back, and answers nevertheless", async () => {
		let isCancelled = false;
		theirs.onRequest(
			"wait",
			(token: CancellationToken) =>
				new Promise((_, reject) => {
					theirs.sendNotification("waiting");
					token.onCancellationRequested(() => {
						isCancelled = true;
						reject(new TheirError(-32800, "As you wish"));
					});
				}),
		);
		const waiting = deferred<void>();
		ours.handle("waiting", () => waiting.resolve());
		const abort = new AbortController();
		const reason = new Error("Escape");
		const call = ours.request("wait", undefined, { signal: abort.signal });
		await waiting.promise;
		abort.abort(reason);
		await expect(call).rejects.toBe(reason);
		expect(await lateAnswer(faults)).toMatchObject({
			kind: "error",
			error: { code: -32800, message: "As you wish" },
		});
		expect(isCancelled).toBe(true);
	});

	test("tells its progress under the token that we chose", async () => {
		theirs.onRequest("dig", async (params: { workDoneToken: number }) => {
			for (const percentage of [50, 100])
				await theirs.sendProgress(progress, params.workDoneToken, {
					kind: "report",
					percentage,
				});
			return "gold";
		});
		const told: unknown[] = [];
		const onProgress = (value: unknown) => told.push(value);
		expect(await ours.request("dig", {}, { onProgress })).toBe("gold");
		expect(told).toEqual([
			{ kind: "report", percentage: 50 },
			{ kind: "report", percentage: 100 },
		]);
	});

	test("answers a thousand calls at once, each with its own", async () => {
		theirs.onRequest("double", ({ n }: { n: number }) => 2 * n);
		const calls = numbers.map((n) => ours.request("double", { n }));
		expect(await Promise.all(calls)).toEqual(doubled);
	});

	test("takes a large message, and sends it back", async () => {
		theirs.onRequest("echo", ({ text }: { text: string }) => text);
		expect(await ours.request("echo", { text: large })).toBe(large);
	});

	test("does not know batches: their calls run out of time, and the next one is answered", async () => {
		const logged: string[] = [];
		theirs.onNotification("log", ({ text }: { text: string }) => {
			logged.push(text);
		});
		theirs.onRequest("add", (a: number, b: number) => a + b);
		const sum = ours.batch((batch) => {
			batch.notify("log", { text: "hi" });
			return batch.request("add", [1, 2], { timeout: 200 });
		});
		await expect(sum).rejects.toMatchObject({ code: "timeout" });
		expect(await ours.request("add", [1, 2])).toBe(3);
		expect(logged).toEqual([]);
	});
});

describe("what calls us", () => {
	test("passes params by position and by name", async () => {
		ours.handle("subtract", ([a, b]: [number, number]) => a - b);
		ours.handle("greet", ({ name }: { name: string }) => `Hi ${name}`);
		expect(await theirs.sendRequest("subtract", 42, 23)).toBe(19);
		expect(await theirs.sendRequest("greet", { name: "Zoë" })).toBe("Hi Zoë");
	});

	test("is given an error with its code and data", async () => {
		ours.handle("fail", () => {
			throw new ResponseError(-32099, "No luck", { tries: 3 });
		});
		await expect(theirs.sendRequest("fail")).rejects.toMatchObject({
			code: -32099,
			message: "No luck",
			data: { tries: 3 },
		});
		const unknown = theirs.sendRequest("unknown");
		await expect(unknown).rejects.toMatchObject({ code: -32601 });
	});

	test("takes its call back, which aborts our handler, and is answered with -32800", async () => {
		const started = deferred<AbortSignal>();
		ours.handle("wait", (_: unknown, { signal }: IncomingCall) => {
			started.resolve(signal);
			return new Promise((_, reject) => {
				signal.addEventListener("abort", () => reject(signal.reason));
			});
		});
		const source = new CancellationTokenSource();
		const call = theirs.sendRequest("wait", {}, source.token);
		const signal = await started.promise;
		source.cancel();
		await expect(call).rejects.toMatchObject({ code: -32800 });
		expect(signal.reason).toMatchObject({ code: "cancelled" });
		expect(faults).toEqual([]);
	});

	test("is told our progress under the token that it chose", async () => {
		ours.handle("dig", async (_: unknown, { progress }: IncomingCall) => {
			await progress({ kind: "report", percentage: 50 });
			await progress({ kind: "report", percentage: 100 });
			return "gold";
		});
		const told: number[] = [];
		theirs.onProgress(progress, "digging", ({ percentage }) => {
			told.push(percentage);
		});
		const params = { workDoneToken: "digging" };
		expect(await theirs.sendRequest("dig", params)).toBe("gold");
		expect(told).toEqual([50, 100]);
	});

	test("makes a thousand calls at once, and gets each one's answer", async () => {
		ours.handle("double", ({ n }: { n: number }) => 2 * n);
		const calls = numbers.map((n) => theirs.sendRequest("double", { n }));
		expect(await Promise.all(calls)).toEqual(doubled);
	});

	test("sends a large message, and takes it back", async () => {
		ours.handle("echo", ({ text }: { text: string }) => text);
		expect(await theirs.sendRequest("echo", { text: large })).toBe(large);
	});
});

describe("both", () => {
	test("notify each other in order", async () => {
		const [here, there]: number[][] = [[], []];
		ours.handle("count", ({ n }: { n: number }) => {
			here?.push(n);
		});
		theirs.onNotification("count", ({ n }: { n: number }) => {
			there?.push(n);
		});
		for (const n of numbers) {
			ours.notify("count", { n });
			theirs.sendNotification("count", { n });
		}
		const all = (list: number[] | undefined) =>
			list?.length === numbers.length ? list : undefined;
		expect(await until("Ours", () => all(here))).toEqual(numbers);
		expect(await until("Theirs", () => all(there))).toEqual(numbers);
	});

	test("call back while they are called", async () => {
		const inner = () => theirs.sendRequest("inner");
		theirs.onRequest("outer", async () => `outer(${await inner()})`);
		ours.handle("inner", () => "inner");
		expect(await ours.request("outer")).toBe("outer(inner)");
	});
});

describe("the end", () => {
	test("ours comes when their call is answered, and is told to them", async () => {
		const started = deferred<void>();
		const done = deferred<string>();
		ours.handle("slow", () => {
			started.resolve();
			return done.promise;
		});
		const closed = new Promise<void>((resolve) => theirs.onClose(resolve));
		// It notices our end by the socket's close, which takes its own end, too.
		const { theirSocket } = connection;
		theirSocket.once("end", () => theirSocket.end());
		const call = theirs.sendRequest("slow");
		await started.promise;
		const closing = ours.close();
		done.resolve("done");
		expect(await call).toBe("done");
		await Promise.all([closing, closed, ours.closed]);
	});

	test("theirs rejects our calls with closed", async () => {
		theirs.onRequest("never", () => new Promise(() => {}));
		const call = ours.request("never");
		theirs.end();
		await expect(call).rejects.toMatchObject({ code: "closed" });
		await ours.closed;
	});
});
