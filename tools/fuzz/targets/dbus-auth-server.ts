import { authServer } from "@framewright/dbus-auth";
import { fuzzLayer } from "@framewright/fuzz";
import { AUTH_WORDS, answering, random } from "./shared/dbus-auth.ts";

const guid = "0123456789abcdef0123456789abcdef";

/** What a client may say to a server that offers all mechanisms, or one. */
export const fuzz = fuzzLayer(
	{
		all: {
			decoder: () =>
				answering(
					authServer({
						guid,
						mechanisms: ["EXTERNAL", "DBUS_COOKIE_SHA1", "ANONYMOUS"],
						credentials: "1000",
						unixFds: true,
						maxLineLength: 4096,
						random,
					}),
				),
		},
		"external only": {
			decoder: () => answering(authServer({ guid, credentials: "0", random })),
		},
	},
	{ dictionary: AUTH_WORDS },
);
