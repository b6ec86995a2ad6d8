import { describe } from "vitest";
import { asUser, client, OK, REJECTED, server, UID, vector } from "./vector.ts";

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
