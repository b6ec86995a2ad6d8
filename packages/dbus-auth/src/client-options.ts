import type { Random } from "./cookie.ts";
import type { ExchangeOptions } from "./exchange.ts";
import type { Mechanism } from "./step.ts";

/** Describes the client of an exchange. */
export interface AuthClientOptions extends ExchangeOptions {
	/** What to try, in this order; what the server does not offer is left out. Default: EXTERNAL alone. */
	readonly mechanisms?: readonly Mechanism[];
	/**
	 * Whom to be authenticated as: the digits of a Unix user id, or a Windows SID; DBUS_COOKIE_SHA1, which needs it, may be
	 * given a login name. Default: with EXTERNAL, whoever the transport says that the client is.
	 */
	readonly identity?: string | undefined;
	/** What ANONYMOUS tells the server for its log: an email address, or anything without `@`. Default: `"framewright"`. */
	readonly trace?: string;
	/** Whether to ask for the passing of Unix file descriptors. Only where the transport can. Default: false. */
	readonly unixFds?: boolean;
	/** Makes random bytes. Default: `crypto.getRandomValues`. */
	readonly random?: Random;
}

/** Asks for a cookie of the user's. `answer()` with it, or with `undefined` if there is none. */
export interface FindCookie {
	readonly type: "find-cookie";
	/** The name of the cookie file, checked: no path, no dots. */
	readonly context: string;
	readonly id: number;
}
