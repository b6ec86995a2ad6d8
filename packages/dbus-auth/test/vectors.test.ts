import { authClient, authServer, type Mechanism } from "@framewright/dbus-auth";
import { describe, expect, test } from "vitest";
import { type Dialogue, play, type Side } from "./dialogue.ts";

const GUID = "0123456789abcdef0123456789abcdef";
const ALL: Mechanism[] = ["EXTERNAL", "DBUS_COOKIE_SHA1", "ANONYMOUS"];
/** 1000, lib and 1001, in hex. */
const UID = "31303030";
const NAME = "6c6962";
const WRONG = "31303031";

const server = (credentials?: string) => (): Side =>
	authServer({ guid: GUID, mechanisms: ALL, credentials, unixFds: true });
const client =
	(mechanisms: Mechanism[], unixFds = false) =>
	(): Side =>
		authClient({ mechanisms, identity: "1000", unixFds, trace: "dbus 1.1" });

/** Answers like a keyring of user 1000, called lib. */
const keyring = (side: Side, question: object): void => {
	const { identity } = question as { identity?: string };
	const cookie = { context: "a", id: 7, value: "c0" };
	const known = identity === "1000" || identity === "lib";
	(side as ReturnType<typeof authServer>).answer(known ? cookie : undefined);
};

const REJECTED = "S: REJECTED EXTERNAL DBUS_COOKIE_SHA1 ANONYMOUS";
const OK = `S: OK ${GUID}` as const;

/** Plays a dialogue at every chunk size, and checks how it ends. */
function vector(
	name: string,
	make: () => Side,
	dialogue: Dialogue,
	end: object | undefined,
	rest = "",
): void {
	test(name, () => {
		const own = "answer" in make() && make().pull() === undefined ? "S" : "C";
		const longest = Math.max(...dialogue.map((line) => line.length)) + 8;
		for (let size = 1; size <= longest; size++) {
			const side = make();
			const events = play(side, own, dialogue, size, keyring)
				.filter((event) => event.startsWith("{"))
				.map((event) => JSON.parse(event))
				.filter(({ type }) => !type.endsWith("cookie"));
			if (end === undefined) expect(events).toEqual([]);
			else expect(events).toMatchObject([end]);
			expect(String.fromCharCode(...side.rest())).toBe(rest);
		}
	});
}

const authenticated = { type: "authenticated", guid: GUID };
const asUser = { ...authenticated, mechanism: "EXTERNAL", identity: "1000" };
const refused = { type: "refused" };

// The facts of test/data/auth/*.auth-script; where they only name a command, our own words stand behind it.
describe("libdbus: the 19 dialogues of its auth scripts", () => {
	vector(
		"anonymous-client-successful",
		client(["EXTERNAL", "ANONYMOUS"]),
		[
			`C: AUTH EXTERNAL ${UID}`,
			"S: REJECTED DBUS_TEST_NONEXISTENT_MECH1 ANONYMOUS DBUS_TEST_NONEXISTENT_MECH2",
			"C: AUTH ANONYMOUS 6462757320312e31",
			"S: OK 1234deadbeef",
			"C: BEGIN",
		],
		{ type: "authenticated", mechanism: "ANONYMOUS", guid: "1234deadbeef" },
	);
	vector(
		"anonymous-server-successful",
		server(),
		["C: AUTH ANONYMOUS 442d42757320312e312e31", OK, "C: BEGIN"],
		{ ...authenticated, mechanism: "ANONYMOUS" },
	);
	vector(
		"cancel",
		server("1000"),
		[
			`C: AUTH EXTERNAL ${UID}`,
			OK,
			"C: CANCEL",
			REJECTED,
			`C: AUTH EXTERNAL ${UID}`,
			OK,
			"C: BEGIN",
		],
		asUser,
	);
	vector(
		"client-out-of-mechanisms",
		client(["EXTERNAL", "DBUS_COOKIE_SHA1"]),
		[`C: AUTH EXTERNAL ${UID}`, "S: REJECTED BONGO_MD5"],
		{ ...refused, offered: ["BONGO_MD5"] },
	);
	vector(
		"cookie-sha1-username",
		server("1000"),
		[
			"C: AUTH DBUS_COOKIE_SHA1 6e6f626f6479",
			REJECTED,
			`C: AUTH DBUS_COOKIE_SHA1 ${NAME}`,
			"S: DATA 61203720..",
		],
		undefined,
	);
	vector(
		"cookie-sha1",
		server("1000"),
		[
			`C: AUTH DBUS_COOKIE_SHA1 ${WRONG}`,
			REJECTED,
			`C: AUTH DBUS_COOKIE_SHA1 ${UID}`,
			"S: DATA 61203720..",
		],
		undefined,
	);
	vector(
		"external-auto",
		server("1000"),
		["C: AUTH EXTERNAL", "S: DATA", "C: DATA", OK, "C: BEGIN"],
		asUser,
	);
	vector(
		"external-failed",
		server(),
		[`C: AUTH EXTERNAL ${UID}`, REJECTED],
		undefined,
	);
	vector(
		"external-root",
		server("0"),
		["C: AUTH EXTERNAL 30", OK, "C: BEGIN"],
		{ ...asUser, identity: "0" },
	);
	vector(
		"external-silly",
		server("4294967295"),
		[`C: AUTH EXTERNAL ${UID}`, REJECTED],
		undefined,
	);
	vector(
		"external-successful",
		server("1000"),
		[`C: AUTH EXTERNAL ${UID}`, OK, "C: BEGIN"],
		asUser,
	);
	vector(
		"external-username",
		server("1000"),
		[
			`C: AUTH EXTERNAL ${NAME}`,
			REJECTED,
			`C: AUTH EXTERNAL ${UID}`,
			OK,
			"C: BEGIN",
		],
		asUser,
	);
	vector(
		"extra-bytes",
		server("1000"),
		[`C: AUTH EXTERNAL ${UID}`, OK, "C: BEGIN\r\nHello"],
		asUser,
		"Hello\r\n",
	);
	vector(
		"fail-after-n-attempts",
		server(),
		Array.from({ length: 6 }, () => [
			`C: AUTH EXTERNAL ${UID}` as const,
			REJECTED as `S: ${string}`,
		]).flat(),
		refused,
	);
	vector(
		"fallback",
		client(["EXTERNAL", "DBUS_COOKIE_SHA1"]),
		[
			`C: AUTH EXTERNAL ${UID}`,
			"S: REJECTED EXTERNAL DBUS_COOKIE_SHA1 DBUS_TEST_NONEXISTENT_MECH",
			`C: AUTH DBUS_COOKIE_SHA1 ${UID}`,
			"S: OK 1234deadbeef",
			"C: BEGIN",
		],
		{ type: "authenticated", mechanism: "DBUS_COOKIE_SHA1" },
	);
	vector(
		"invalid-command-client",
		client(["EXTERNAL"]),
		[
			`C: AUTH EXTERNAL ${UID}`,
			"S: NONEXISTENT_COMMAND foo bar baz blah blah",
			"C: ERROR..",
		],
		undefined,
	);
	vector(
		"invalid-command",
		server("1000"),
		["C: NONEXISTENT_COMMAND foo bar baz blah blah", "S: ERROR.."],
		undefined,
	);
	vector(
		"invalid-hex-encoding",
		server("1000"),
		["C: AUTH EXTERNAL willy", "S: ERROR.."],
		undefined,
	);
	vector("mechanisms", server("1000"), ["C: AUTH", REJECTED], undefined);
});

describe("the examples of the specification", () => {
	vector(
		"unknown command, then regular authentication",
		server("S-1-5-18"),
		[
			"C: FOOBAR",
			"S: ERROR..",
			"C: AUTH EXTERNAL 532d312d352d3138",
			OK,
			"C: BEGIN",
		],
		{ ...asUser, identity: "S-1-5-18" },
	);
	vector(
		"a mechanism that the server does not know",
		server("1000"),
		["C: AUTH SKEY 7ab83f32ee", REJECTED, "C: DATA 8799", "S: ERROR.."],
		undefined,
	);
	vector(
		"cancelled and restarted",
		server("1000"),
		[
			`C: AUTH DBUS_COOKIE_SHA1 ${UID}`,
			"S: DATA 61203720..",
			"C: CANCEL",
			REJECTED,
			`C: AUTH EXTERNAL ${UID}`,
			OK,
			"C: BEGIN",
		],
		asUser,
	);
	vector(
		"file descriptors, agreed, by the server",
		server("1000"),
		[
			`C: AUTH EXTERNAL ${UID}`,
			OK,
			"C: NEGOTIATE_UNIX_FD",
			"S: AGREE_UNIX_FD",
			"C: BEGIN",
		],
		{ ...asUser, unixFds: true },
	);
	for (const [reply, unixFds] of [
		["S: AGREE_UNIX_FD", true],
		["S: ERROR Not supported on this OS", false],
	] as const)
		vector(
			`file descriptors, by the client: ${reply}`,
			client(["EXTERNAL"], true),
			[
				`C: AUTH EXTERNAL ${UID}`,
				OK,
				"C: NEGOTIATE_UNIX_FD",
				reply,
				"C: BEGIN",
			],
			{ ...asUser, unixFds },
		);
});
