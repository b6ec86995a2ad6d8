import type { Random } from "./cookie.ts";
import type { ExchangeOptions } from "./exchange.ts";
import type { Mechanism } from "./step.ts";

/** Describes the server of an exchange. */
export interface AuthServerOptions extends ExchangeOptions {
	/** The server's GUID: 32 digits of hex. */
	readonly guid: string;
	/** What to offer. Default: EXTERNAL alone. */
	readonly mechanisms?: readonly Mechanism[];
	/**
	 * Who the client is, as the transport tells: the digits of a Unix user id, or a Windows SID. EXTERNAL accepts that, and
	 * nothing else. Default: nobody, and EXTERNAL is always rejected.
	 */
	readonly credentials?: string | undefined;
	/** Whether to agree to the passing of Unix file descriptors. Only where the transport can. Default: false. */
	readonly unixFds?: boolean;
	/** After so many REJECTED, the exchange is over. Default: 6, like libdbus. */
	readonly maxRejections?: number;
	/** Makes random bytes. Default: `crypto.getRandomValues`. */
	readonly random?: Random;
}

/** Asks for a cookie that only `identity` can read. `answer()` with it, or with `undefined` to reject. */
export interface IssueCookie {
	readonly type: "issue-cookie";
	/** What the client calls itself: the digits of a user id, or a login name. */
	readonly identity: string;
}

/** A cookie, and where its owner finds it. */
export interface Cookie {
	/** The name of the cookie file. */
	readonly context: string;
	readonly id: number;
	/** The secret, as the file has it. */
	readonly value: string;
}
