import {
	isContext,
	isCookieId,
	makeChallenge,
	proof,
	type Random,
	sameText,
	webRandom,
} from "./cookie.ts";
import { atLeast, Exchange } from "./exchange.ts";
import { asText, fromHex, textToHex } from "./hex.ts";
import type {
	AuthServerOptions,
	Cookie,
	IssueCookie,
} from "./server-options.ts";
import { checkMechanisms, type Mechanism } from "./step.ts";

/**
 * Makes the server of an exchange:
 *
 *     C: \0AUTH DBUS_COOKIE_SHA1 31303030
 *     S: REJECTED EXTERNAL
 *     C: AUTH EXTERNAL 31303030
 *     S: OK 1234deadbeef
 *     C: BEGIN
 *
 * `pull` throws a `DecodeError`: `invalid-syntax` if the first byte is not 0, and at a BEGIN before OK; `too-large` beyond
 * `maxLineLength` or `maxLines`; `truncated` if the input ends first. Other nonsense is answered with ERROR. Bad options throw here.
 */
export function authServer(options: AuthServerOptions): AuthServer {
	return new AuthServer(options);
}

/** The server's states of the specification. */
type State = "auth" | "data" | "begin";

/** The server of an exchange. */
export class AuthServer extends Exchange<IssueCookie> {
	readonly #guid: string;
	readonly #mechanisms: readonly Mechanism[];
	readonly #credentials: string | undefined;
	readonly #unixFds: boolean;
	readonly #maxRejections: number;
	readonly #random: Random;
	#rejections = 0;
	#state: State = "auth";
	#mechanism: Mechanism = "EXTERNAL";
	#identity: string | undefined;
	/** Whether the client was asked who it is. */
	#asked = false;
	/** The cookie that the client has to prove it knows, and the challenge. */
	#cookie: Cookie | undefined;
	#challenge = "";
	#agreed = false;

	constructor(options: AuthServerOptions) {
		const {
			guid,
			mechanisms = ["EXTERNAL"],
			credentials,
			unixFds = false,
			maxRejections = 6,
			random = webRandom,
		} = options;
		checkMechanisms("authServer", mechanisms);
		if (!/^[0-9a-f]{32}$/i.test(guid))
			throw new RangeError("authServer: guid must be 32 digits of hex");
		atLeast(1, maxRejections, "authServer: maxRejections");
		super("authServer", options);
		this.#guid = guid;
		this.#mechanisms = [...mechanisms];
		this.#credentials = credentials || undefined;
		this.#unixFds = unixFds;
		this.#maxRejections = maxRejections;
		this.#random = random;
	}

	/** Answers `issue-cookie`: with a cookie in a file that only this user can read, or with `undefined` to reject. */
	answer(cookie: Cookie | undefined): void {
		if (cookie !== undefined)
			if (!isContext(cookie.context) || !isCookieId(cookie.id))
				throw new RangeError(
					`answer(): no client takes the cookie ${cookie.id} of ${JSON.stringify(cookie.context)}`,
				);
		this.answered();
		if (cookie === undefined) {
			this.#reject();
			return;
		}
		this.#cookie = cookie;
		this.#challenge = makeChallenge(this.#random);
		const { context, id } = cookie;
		this.#ask(textToHex(`${context} ${id} ${this.#challenge}`));
	}

	protected command(name: string, args: string): void {
		const state = this.#state;
		if (name === "AUTH" && state === "auth") this.#auth(args);
		else if (name === "DATA" && state === "data") this.#data(args);
		else if (name === "ERROR" || (name === "CANCEL" && state !== "auth"))
			this.#reject();
		else if (name === "BEGIN") this.#begin();
		else if (
			name === "NEGOTIATE_UNIX_FD" &&
			state === "begin" &&
			this.#unixFds
		) {
			this.#agreed = true;
			this.send("AGREE_UNIX_FD");
		} else this.send(`ERROR ${objection(name, state)}`);
	}

	#auth(args: string): void {
		const [wanted = "", ...response] = args.split(/[ \t]+/);
		const mechanism = this.#mechanisms.find((each) => each === wanted);
		if (mechanism === undefined) {
			this.#reject();
			return;
		}
		this.#mechanism = mechanism;
		this.#data(response.join(" "));
	}

	#data(args: string): void {
		const data = fromHex(args);
		if (data === undefined) {
			this.send("ERROR Invalid hex");
			return;
		}
		const text = asText(data);
		// Identities, traces and proofs are all text.
		if (text === undefined) this.#reject();
		else if (this.#mechanism === "EXTERNAL") this.#external(text);
		else if (this.#mechanism === "ANONYMOUS") this.#ok(undefined);
		else if (this.#cookie !== undefined) this.#check(this.#cookie, text);
		else if (text === "") this.#reject();
		else {
			this.#identity = text;
			this.ask({ type: "issue-cookie", identity: text });
		}
	}

	#external(text: string): void {
		if (this.#credentials === undefined) this.#reject();
		else if (text === "" && !this.#asked) {
			this.#asked = true;
			this.#ask("");
		} else if (text === "" || text === this.#credentials)
			this.#ok(this.#credentials);
		else this.#reject();
	}

	/** Checks `challenge proof` of DBUS_COOKIE_SHA1. */
	#check(cookie: Cookie, text: string): void {
		const [challenge = "", claim = ""] = text.split(" ");
		const right = proof(this.#challenge, challenge, cookie.value);
		if (challenge !== "" && sameText(claim, right)) this.#ok(this.#identity);
		else this.#reject();
	}

	#ask(hex: string): void {
		this.send(hex === "" ? "DATA" : `DATA ${hex}`);
		this.#state = "data";
	}

	#ok(identity: string | undefined): void {
		this.#identity = identity;
		this.#state = "begin";
		this.send(`OK ${this.#guid}`);
	}

	#reject(): void {
		this.#state = "auth";
		this.#identity = undefined;
		this.#cookie = undefined;
		this.#asked = this.#agreed = false;
		this.#rejections += 1;
		this.send(`REJECTED ${this.#mechanisms.join(" ")}`);
		if (this.#rejections < this.#maxRejections) return;
		this.finish({
			type: "refused",
			message: `The client was rejected ${this.#rejections} times`,
			offered: this.#mechanisms,
		});
	}

	#begin(): void {
		if (this.#state !== "begin")
			this.fail("invalid-syntax", "BEGIN must not come before OK");
		this.finish({
			type: "authenticated",
			mechanism: this.#mechanism,
			identity: this.#identity,
			guid: this.#guid,
			unixFds: this.#agreed,
		});
	}
}

/** What to say to a command that does not fit, for whoever reads the wire. */
function objection(name: string, state: State): string {
	if (name === "NEGOTIATE_UNIX_FD")
		return state === "begin"
			? "Unix file descriptors cannot be passed here"
			: "Not authenticated yet";
	if (name === "AUTH" || name === "DATA" || name === "CANCEL")
		return `${name} must not come now`;
	return "Unknown command";
}
