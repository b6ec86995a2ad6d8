import { createHash } from "node:crypto";
import { type AuthClientOptions, authClient } from "@framewright/dbus-auth";
import { describe, expect, test } from "vitest";
import { feed, latin1, play } from "./dialogue.ts";

const options: AuthClientOptions = { identity: "1000" };
const FIRST = "\0AUTH EXTERNAL 31303030\r\n";
const hex = (text: string): string => Buffer.from(text).toString("hex");

/** What a client says to the server's lines, behind its first line, and how it ends. */
function said(
	lines: string,
	more: AuthClientOptions = {},
): { sent: string; events: readonly string[] } {
	const outcome = feed(authClient({ ...options, ...more }), lines, 7);
	return { ...outcome, sent: outcome.sent.slice(FIRST.length) };
}

test("sends NUL and AUTH in its first bytes, before anything came", () => {
	expect(feed(authClient(options), "", 1).sent).toBe(FIRST);
});

test("without an identity, lets the transport tell when it is asked", () => {
	const client = authClient();
	expect(
		play(
			client,
			"C",
			["C: AUTH EXTERNAL", "S: DATA", "C: DATA", "S: OK ab", "C: BEGIN"],
			1,
		),
	).toEqual([
		'{"type":"authenticated","mechanism":"EXTERNAL","guid":"ab","unixFds":false}',
	]);
});

test("writes identities in UTF-8", () => {
	const client = authClient({ identity: "ö" });
	expect(feed(client, "", 1).sent).toBe("\0AUTH EXTERNAL c3b6\r\n");
});

test("tries in the order that it is given, not in the server's", () => {
	const { sent, events } = said(
		"REJECTED ANONYMOUS DBUS_COOKIE_SHA1\r\nREJECTED\r\nREJECTED\r\n",
		{
			mechanisms: ["EXTERNAL", "DBUS_COOKIE_SHA1", "ANONYMOUS"],
			trace: "me",
		},
	);
	expect(sent).toBe(
		"AUTH DBUS_COOKIE_SHA1 31303030\r\nAUTH ANONYMOUS 6d65\r\n",
	);
	expect(events).toEqual([
		expect.stringContaining('"offered":["ANONYMOUS","DBUS_COOKIE_SHA1"]'),
	]);
});

test("tries all that it has where the server does not tell what it offers", () => {
	const { sent, events } = said("REJECTED\r\nREJECTED \t\r\n", {
		mechanisms: ["EXTERNAL", "ANONYMOUS"],
		trace: "",
	});
	expect(sent).toBe("AUTH ANONYMOUS\r\n");
	expect(JSON.parse(events[0] ?? "")).toEqual({
		type: "refused",
		message:
			"The server rejected ANONYMOUS, and nothing else is left to try; it does not tell what it offers",
	});
});

test("lists no names that cannot be printed", () => {
	const [refused = ""] = said("REJECTED A\nB C \x1b[1m \t\r\n").events;
	expect(JSON.parse(refused)).toMatchObject({
		message: expect.stringMatching(/; it offers C$/),
		offered: ["C"],
	});
});

test("ignores all lists but the first", () => {
	const { sent } = said("REJECTED ANONYMOUS\r\nREJECTED DBUS_COOKIE_SHA1\r\n", {
		mechanisms: ["EXTERNAL", "ANONYMOUS", "DBUS_COOKIE_SHA1"],
	});
	expect(sent).toBe(`AUTH ANONYMOUS ${hex("framewright")}\r\n`);
});

test("answers ERROR with CANCEL, and takes nothing but REJECTED then", () => {
	const rejected = said("ERROR\r\nREJECTED EXTERNAL\r\n");
	expect(rejected.sent).toBe("CANCEL\r\n");
	expect(rejected.events).toEqual([expect.stringContaining('"refused"')]);
	expect(said("ERROR\r\nOK ab\r\n").events).toEqual([
		"DecodeError invalid-syntax at 7: Only REJECTED may follow CANCEL",
	]);
});

test("cancels at a challenge to EXTERNAL, which has none", () => {
	expect(said("DATA 00\r\n").sent).toBe("CANCEL\r\n");
	const unasked = authClient();
	expect(feed(unasked, "DATA 00\r\nDATA 0\r\n", 3).sent).toBe(
		"\0AUTH EXTERNAL\r\nERROR Expected no challenge\r\nERROR Invalid hex\r\n",
	);
});

test("takes nothing but AGREE_UNIX_FD and ERROR as the answer to NEGOTIATE_UNIX_FD", () => {
	const { sent, events } = said("OK ab\r\nREJECTED\r\n", { unixFds: true });
	expect(sent).toBe("NEGOTIATE_UNIX_FD\r\n");
	expect(events).toEqual([
		"DecodeError invalid-syntax at 7: Only AGREE_UNIX_FD or ERROR may follow NEGOTIATE_UNIX_FD",
	]);
});

test("takes no AGREE_UNIX_FD that it has not asked for", () => {
	expect(said("AGREE_UNIX_FD\r\n").sent).toBe("ERROR Unknown command\r\n");
});

test("listens to 100 lines, or as many as it is told", () => {
	const last =
		"DecodeError too-large at 1400: An exchange may have 100 lines at most";
	expect(said("FOO BAR BAZ.\r\n".repeat(200)).events).toEqual([last]);
	expect(said("FOO\r\n".repeat(200), { maxLines: 200 }).events).toEqual([]);
});

test("refuses a GUID that is not hex", () => {
	for (const guid of ["", "xyz", "ab cd"])
		expect(said(`OK ${guid}\r\n`).events).toEqual([
			"DecodeError invalid-value at 0: The GUID behind OK must be hex",
		]);
});

test("hands over what came behind OK", () => {
	const client = authClient(options);
	feed(client, "OK ab\r\nl\x01\r\n", 3);
	expect(client.rest()).toEqual(latin1("l\x01\r\n"));
});

describe("DBUS_COOKIE_SHA1", () => {
	const cookie = (
		challenge: string,
		answer?: string,
	): { sent: string; events: readonly string[] } =>
		feed(
			authClient({
				mechanisms: ["DBUS_COOKIE_SHA1"],
				identity: "lib",
				random: (length) => new Uint8Array(length).fill(0xab),
			}),
			`DATA ${challenge}\r\n`,
			5,
			(side) => side.answer(answer as never),
		);
	const sentFirst = "\0AUTH DBUS_COOKIE_SHA1 6c6962\r\n";

	test("asks for the cookie, and proves that it knows it", () => {
		const { sent, events } = cookie(hex("ctx 42 1234"), "c0ffee");
		expect(events).toEqual(['{"type":"find-cookie","context":"ctx","id":42}']);
		const own = "ab".repeat(16);
		const sha1 = createHash("sha1").update(`1234:${own}:c0ffee`).digest("hex");
		expect(sent).toBe(`${sentFirst}DATA ${hex(`${own} ${sha1}`)}\r\n`);
	});

	test("tells the server where there is no such cookie", () => {
		expect(cookie(hex("ctx 42 1234")).sent).toBe(
			`${sentFirst}ERROR There is no such cookie\r\n`,
		);
	});

	test("never asks for a file that a server must not name, nor for an id that is none", () => {
		for (const challenge of [
			"../ssh 1 12",
			"a.lock 1 12",
			"a\\b 1 12",
			" 1 12",
			`${"c".repeat(251)} 1 12`,
			"ö 1 12",
			"ctx -1 12",
			"ctx 1e3 12",
			"ctx 2147483648 12",
			"ctx 1",
			"ctx 1 ",
			"ctx 1 12 13",
			"",
		])
			expect(cookie(hex(challenge), "c0ffee")).toEqual({
				sent: `${sentFirst}ERROR Expected a cookie context, an id, a challenge\r\n`,
				events: [],
			});
		expect(cookie("c3", "c0ffee").events).toEqual([]);
	});

	test("waits for the answer, gives chunks back meanwhile, and takes one answer only", () => {
		const client = authClient({
			mechanisms: ["DBUS_COOKIE_SHA1"],
			identity: "lib",
		});
		expect(() => client.answer("c0")).toThrow("nothing was asked");
		const chunk = latin1(`DATA ${hex("ctx 42 12")}\r\nOK ab\r\n`);
		client.push(chunk);
		expect(client.pull()).toMatchObject({ type: "send" });
		expect(client.pull()).toMatchObject({ type: "find-cookie" });
		expect(client.pull()).toBeUndefined();
		chunk.fill(0);
		client.answer("c0");
		expect(() => client.answer("c0")).toThrow("nothing was asked");
		expect(client.pull()).toMatchObject({ type: "send" });
		expect(client.pull()).toMatchObject({ type: "send" });
		expect(client.pull()).toMatchObject({ type: "authenticated", guid: "ab" });
	});
});

test("refuses options that cannot be meant", () => {
	for (const [bad, message] of [
		[{ mechanisms: [] }, "must name one"],
		[{ mechanisms: ["SKEY"] }, "not SKEY"],
		[{ mechanisms: ["EXTERNAL", "EXTERNAL"] }, "EXTERNAL twice"],
		[{ mechanisms: ["DBUS_COOKIE_SHA1"] }, "needs an identity"],
		[{ identity: "x".repeat(256) }, "identity must be"],
		[{ trace: "\ud800" }, "trace must be"],
		[{ maxLineLength: 4095 }, "authClient: maxLineLength must be"],
		[{ maxLines: Number.NaN }, "authClient: maxLines must be"],
	] as const)
		expect(() => authClient(bad as unknown as AuthClientOptions)).toThrow(
			message,
		);
});
