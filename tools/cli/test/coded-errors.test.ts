import { jsonRpcPeer, memoryChannels } from "@framewright/json-rpc-peer";
import { expect, test } from "vitest";
import { tellCodedErrors } from "../src/coded-errors.ts";

/** What a caller is told of what a method throws. */
async function told(thrown: unknown): Promise<unknown> {
	const [here, there] = memoryChannels();
	const handlers = { method: () => Promise.reject(thrown) };
	jsonRpcPeer(there, { handlers, middleware: [tellCodedErrors] });
	const { code, message, data } = await jsonRpcPeer(here)
		.request("method")
		.then(
			() => expect.unreachable("the call must fail"),
			(error) => error,
		);
	return { code, message, data };
}

test.each([
	[
		"an Error with a code",
		Object.assign(new Error("no"), { code: 7 }),
		undefined,
	],
	[
		"an Error with a code and data",
		Object.assign(new Error("no"), { code: 7, data: [1] }),
		[1],
	],
	[
		"an object that is no Error",
		{ code: 7, message: "no", data: { a: null } },
		{ a: null },
	],
])("tells the caller of %s", async (_, thrown, data) => {
	expect(await told(thrown)).toEqual({ code: 7, message: "no", data });
});

test.each([
	["an Error without a code", new Error("secret")],
	["a system error", Object.assign(new Error("secret"), { code: "ENOENT" })],
	["a DOMException, whose code is inherited", new DOMException("secret")],
	[
		"a code that is no integer",
		Object.assign(new Error("secret"), { code: 1.5 }),
	],
	["a message that is no text", { code: 7, message: ["secret"] }],
	["text", "secret"],
	["null", null],
	["undefined", undefined],
])("hides %s", async (_, thrown) => {
	expect(await told(thrown)).toEqual({
		code: -32603,
		message: "Internal error",
		data: undefined,
	});
});
