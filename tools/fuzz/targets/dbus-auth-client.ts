import { authClient } from "@framewright/dbus-auth";
import { fuzzLayer } from "@framewright/fuzz";
import { AUTH_WORDS, answering, random } from "./shared/dbus-auth.ts";

/** What a server may say to a client that tries all mechanisms, or one. */
export const fuzz = fuzzLayer(
	{
		all: {
			decoder: () =>
				answering(
					authClient({
						mechanisms: ["EXTERNAL", "DBUS_COOKIE_SHA1", "ANONYMOUS"],
						identity: "1000",
						unixFds: true,
						maxLineLength: 4096,
						random,
					}),
				),
		},
		cookie: {
			decoder: () =>
				answering(
					authClient({
						mechanisms: ["DBUS_COOKIE_SHA1"],
						identity: "1000",
						random,
					}),
				),
		},
		"external, unnamed": { decoder: () => answering(authClient({ random })) },
	},
	{ dictionary: AUTH_WORDS },
);
