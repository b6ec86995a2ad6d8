import { describe } from "vitest";
import {
	asUser,
	authenticated,
	client,
	NAME,
	OK,
	REJECTED,
	refused,
	server,
	UID,
	vector,
	WRONG,
} from "./vector.ts";

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
