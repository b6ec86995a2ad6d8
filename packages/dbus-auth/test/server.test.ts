import { createHash } from "node:crypto";
import {
	type AuthServerOptions,
	authServer,
	type Cookie,
} from "@framewright/dbus-auth";
import { describe, expect, test } from "vitest";
import { feed, type Outcome } from "./dialogue.ts";

const guid = "0123456789ABCDEF0123456789abcdef";
const hex = (text: string): string => Buffer.from(text).toString("hex");

/** What a server says to the client's lines, and how it ends. */
const said = (
	lines: string,
	options: Partial<AuthServerOptions> = {},
	answer?: Cookie,
): Outcome =>
	feed(
		authServer({ guid, credentials: "1000", ...options }),
		`\0${lines}`,
		7,
		(side) => side.answer(answer as never),
	);

test("says nothing first", () => {
	expect(authServer({ guid }).pull()).toBeUndefined();
});

test("takes nothing without the NUL", () => {
	const { sent, events } = feed(authServer({ guid }), "AUTH\r\n", 1);
	expect(sent).toBe("");
	expect(events).toEqual([
		"DecodeError invalid-syntax at 0: The first byte must be 0, not 65",
	]);
});

test("offers what it is told to, in that order", () => {
	expect(
		said("AUTH\r\nAUTH DBUS_COOKIE_SHA1 61\r\n", {
			mechanisms: ["ANONYMOUS", "EXTERNAL"],
		}).sent,
	).toBe("REJECTED ANONYMOUS EXTERNAL\r\n".repeat(2));
});

test("takes no BEGIN before OK", () => {
	for (const before of ["", "AUTH EXTERNAL\r\n", "AUTH\r\n"])
		expect(said(`${before}BEGIN\r\n`).events).toEqual([
			`DecodeError invalid-syntax at ${before.length + 1}: BEGIN must not come before OK`,
		]);
});

test("answers what must not come now with ERROR, and goes on", () => {
	const { sent, events } = said(
		[
			"CANCEL",
			"DATA",
			"NEGOTIATE_UNIX_FD",
			"auth",
			"",
			"AUTH\0EXTERNAL",
			"\xff",
			"AUTH EXTERNAL",
			"AUTH",
			"DATA 3",
			"DATA 31303030",
			"AUTH",
			"DATA",
			"NEGOTIATE_UNIX_FD",
			"BEGIN",
			"",
		].join("\r\n"),
	);
	expect(sent.split("\r\n")).toEqual([
		"ERROR CANCEL must not come now",
		"ERROR DATA must not come now",
		"ERROR Not authenticated yet",
		...Array(4).fill("ERROR Unknown command"),
		"DATA",
		"ERROR AUTH must not come now",
		"ERROR Invalid hex",
		`OK ${guid}`,
		"ERROR AUTH must not come now",
		"ERROR DATA must not come now",
		"ERROR Unix file descriptors cannot be passed here",
		"",
	]);
	expect(events).toEqual([
		`{"type":"authenticated","mechanism":"EXTERNAL","identity":"1000","guid":"${guid}","unixFds":false}`,
	]);
});

test("reads blanks as libdbus does, and both cases of hex", () => {
	expect(said("AUTH \t EXTERNAL  \t3130\t\r\nAUTH\tEXTERNAL\t \r\n").sent).toBe(
		"ERROR Invalid hex\r\nDATA\r\n",
	);
	expect(said("AUTH EXTERNAL 4A4b\r\n", { credentials: "JK" }).sent).toBe(
		`OK ${guid}\r\n`,
	);
});

test("rejects at ERROR, also behind OK, and forgets what was agreed", () => {
	const { sent, events } = said(
		"AUTH EXTERNAL 31303030\r\nNEGOTIATE_UNIX_FD\r\nERROR\r\nAUTH ANONYMOUS\r\nBEGIN\r\n",
		{ unixFds: true, mechanisms: ["EXTERNAL", "ANONYMOUS"] },
	);
	expect(sent).toBe(
		`OK ${guid}\r\nAGREE_UNIX_FD\r\nREJECTED EXTERNAL ANONYMOUS\r\nOK ${guid}\r\n`,
	);
	expect(events).toEqual([
		`{"type":"authenticated","mechanism":"ANONYMOUS","guid":"${guid}","unixFds":false}`,
	]);
});

test("asks anew who the client is, behind a rejection", () => {
	expect(said("AUTH EXTERNAL\r\nCANCEL\r\nAUTH EXTERNAL\r\n").sent).toBe(
		"DATA\r\nREJECTED EXTERNAL\r\nDATA\r\n",
	);
});

test("rejects identities and traces that are not UTF-8", () => {
	expect(
		said("AUTH EXTERNAL ff\r\nAUTH ANONYMOUS c3\r\n", {
			mechanisms: ["EXTERNAL", "ANONYMOUS"],
		}).sent,
	).toBe("REJECTED EXTERNAL ANONYMOUS\r\n".repeat(2));
});

test("is over at maxRejections, and hands over nothing more", () => {
	const { sent, events } = said("AUTH\r\nAUTH\r\nAUTH EXTERNAL 31303030\r\n", {
		maxRejections: 2,
	});
	expect(sent).toBe("REJECTED EXTERNAL\r\n".repeat(2));
	expect(events).toEqual([
		'{"type":"refused","message":"The client was rejected 2 times","offered":["EXTERNAL"]}',
	]);
});

test("counts what it does not know as a line, not as an attempt", () => {
	const answered = (lines: number): string =>
		"ERROR Unknown command\r\n".repeat(lines);
	expect(said("FOO\r\n".repeat(100))).toEqual({
		sent: answered(100),
		events: [],
	});
	expect(said("FOO\r\n".repeat(5), { maxLines: 3 })).toEqual({
		sent: answered(3),
		events: [
			"DecodeError too-large at 16: An exchange may have 3 lines at most",
		],
	});
});

describe("DBUS_COOKIE_SHA1", () => {
	const cookie: Cookie = { context: "ctx", id: 42, value: "c0ffee" };
	const challenge = "ab".repeat(16);
	const options: Partial<AuthServerOptions> = {
		mechanisms: ["DBUS_COOKIE_SHA1"],
		random: (length) => new Uint8Array(length).fill(0xab),
	};
	const first = `AUTH DBUS_COOKIE_SHA1 ${hex("lib")}\r\n`;
	const asked = `DATA ${hex(`ctx 42 ${challenge}`)}\r\n`;
	const response = (own: string, value: string): string => {
		const sha1 = createHash("sha1");
		return `${own} ${sha1.update(`${challenge}:${own}:${value}`).digest("hex")}`;
	};

	test("authenticates who proves to know the cookie", () => {
		const proof = hex(response("cd", "c0ffee"));
		const { sent, events } = said(
			`${first}DATA ${proof}\r\nBEGIN\r\n`,
			options,
			cookie,
		);
		expect(sent).toBe(`${asked}OK ${guid}\r\n`);
		expect(events).toEqual([
			'{"type":"issue-cookie","identity":"lib"}',
			`{"type":"authenticated","mechanism":"DBUS_COOKIE_SHA1","identity":"lib","guid":"${guid}","unixFds":false}`,
		]);
	});

	test("rejects any other proof", () => {
		const right = response("cd", "c0ffee");
		for (const wrong of [
			response("cd", "c0ffef"),
			response("", "c0ffee"),
			right.slice(0, -1),
			`${right}0`,
			right.toUpperCase(),
			"cd",
			"cd ",
			"",
		])
			expect(said(`${first}DATA ${hex(wrong)}\r\n`, options, cookie).sent).toBe(
				`${asked}REJECTED DBUS_COOKIE_SHA1\r\n`,
			);
	});

	test("rejects whom no cookie is issued, and who tells no name", () => {
		const rejected = "REJECTED DBUS_COOKIE_SHA1\r\n";
		expect(said(first, options).sent).toBe(rejected);
		const unnamed = said("AUTH DBUS_COOKIE_SHA1\r\n", options, cookie);
		expect(unnamed).toEqual({ sent: rejected, events: [] });
	});

	test("issues a new challenge after each rejection", () => {
		let calls = 0;
		const random = (length: number): Uint8Array =>
			new Uint8Array(length).fill(++calls);
		const { sent } = said(
			`${first}DATA 00\r\n${first}`,
			{ ...options, random },
			cookie,
		);
		expect(sent).toContain(hex(`ctx 42 ${"01".repeat(16)}`));
		expect(sent).toContain(hex(`ctx 42 ${"02".repeat(16)}`));
	});

	test("tells whoever answers with a cookie that no client would take", () => {
		const server = authServer({ guid, ...options });
		expect(() => server.answer(cookie)).toThrow("nothing was asked");
		feed(server, `\0${first}`, 9);
		for (const bad of [{ context: "a.b" }, { id: -1 }, { id: 2 ** 31 }])
			expect(() => server.answer({ ...cookie, ...bad })).toThrow(RangeError);
		server.answer(cookie);
		expect(server.pull()).toMatchObject({ type: "send" });
	});
});

test("refuses options that cannot be meant", () => {
	for (const [bad, message] of [
		[{ guid: "1234" }, "guid"],
		[{ mechanisms: [] }, "must name one"],
		[{ maxRejections: 0 }, "maxRejections"],
		[{ maxLineLength: 1.5 }, "authServer: maxLineLength must be"],
		[{ maxLines: 0 }, "authServer: maxLines must be"],
	] as const)
		expect(() => authServer({ guid, ...bad })).toThrow(message);
});
