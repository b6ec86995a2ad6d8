import type { AuthClientOptions, FindCookie } from "./client-options.ts";
import {
	cookieId,
	isContext,
	makeChallenge,
	proof,
	type Random,
	webRandom,
} from "./cookie.ts";
import { Exchange } from "./exchange.ts";
import { asText, fromHex, textToHex } from "./hex.ts";
import { checkMechanisms, type Mechanism } from "./step.ts";

/**
 * Makes the client of an exchange, whose first step sends the first line:
 *
 *     C: \0AUTH EXTERNAL 31303030
 *     S: OK 1234deadbeef
 *     C: NEGOTIATE_UNIX_FD
 *     S: AGREE_UNIX_FD
 *     C: BEGIN
 *
 * `pull` throws a `DecodeError`: `too-large` beyond `maxLineLength` or `maxLines`, `invalid-syntax` at a command that must not
 * come, `invalid-value` at a GUID that is not hex, `truncated` if the input ends first. Bad options throw here.
 */
export function authClient(options: AuthClientOptions = {}): AuthClient {
	return new AuthClient(options);
}

/** The client's states of the specification; `agree` is WaitingForAgreeUnixFD. */
type State = "data" | "ok" | "reject" | "agree";

/** The client of an exchange. */
export class AuthClient extends Exchange<FindCookie> {
	readonly #identity: string | undefined;
	readonly #trace: string;
	readonly #unixFds: boolean;
	readonly #random: Random;
	/** The mechanism that is tried, and those that are left. */
	#mechanism: Mechanism;
	#left: readonly Mechanism[];
	#offered: readonly string[] | undefined;
	#state: State = "ok";
	#challenge = "";
	#guid = "";

	constructor(options: AuthClientOptions) {
		const {
			mechanisms = ["EXTERNAL"],
			identity,
			trace = "framewright",
			unixFds = false,
			random = webRandom,
		} = options;
		checkMechanisms("authClient", mechanisms);
		for (const [name, text] of Object.entries({ identity, trace }))
			if (text !== undefined && !(text.length <= 255 && text.isWellFormed()))
				throw new RangeError(
					`authClient: ${name} must be Unicode text of 255 characters at most`,
				);
		if (mechanisms.includes("DBUS_COOKIE_SHA1") && !identity)
			throw new RangeError("authClient: DBUS_COOKIE_SHA1 needs an identity");
		super("authClient", options);
		this.#identity = identity || undefined;
		this.#trace = trace;
		this.#unixFds = unixFds;
		this.#random = random;
		const [first, ...left] = mechanisms;
		this.#mechanism = first as Mechanism;
		this.#left = left;
		// Credentials may travel with the NUL, so it is the first byte of the first write.
		this.#auth("\0");
	}

	/** Answers `find-cookie`: with the cookie as its file has it, or with `undefined` if there is none. */
	answer(cookie: string | undefined): void {
		this.answered();
		// The server rejects, then, and the next mechanism is tried.
		if (cookie === undefined) {
			this.send("ERROR There is no such cookie");
			return;
		}
		const own = makeChallenge(this.#random);
		const reply = `${own} ${proof(this.#challenge, own, cookie)}`;
		this.send(`DATA ${textToHex(reply)}`);
		this.#state = "ok";
	}

	protected command(name: string, args: string): void {
		const state = this.#state;
		const trying = state === "data" || state === "ok";
		if (name === "OK" && trying) this.#ok(args);
		else if (name === "REJECTED" && state !== "agree") this.#next(args);
		else if (name === "DATA" && state === "data") this.#data(args);
		else if ((name === "DATA" || name === "ERROR") && trying) {
			this.send("CANCEL");
			this.#state = "reject";
		} else if (name === "AGREE_UNIX_FD" && state === "agree") this.#begin(true);
		else if (name === "ERROR" && state === "agree") this.#begin(false);
		else if (trying) this.send("ERROR Unknown command");
		else
			this.fail(
				"invalid-syntax",
				state === "reject"
					? "Only REJECTED may follow CANCEL"
					: "Only AGREE_UNIX_FD or ERROR may follow NEGOTIATE_UNIX_FD",
			);
	}

	#auth(before = ""): void {
		const mechanism = this.#mechanism;
		const initial =
			mechanism === "ANONYMOUS" ? this.#trace : (this.#identity ?? "");
		const response = initial === "" ? "" : ` ${textToHex(initial)}`;
		this.send(`AUTH ${mechanism}${response}`, before);
		// EXTERNAL without an identity waits for the server to ask for it.
		this.#state =
			mechanism === "DBUS_COOKIE_SHA1" || initial === "" ? "data" : "ok";
	}

	#data(args: string): void {
		const data = fromHex(args);
		if (data === undefined) {
			this.send("ERROR Invalid hex");
			return;
		}
		if (this.#mechanism === "DBUS_COOKIE_SHA1") {
			this.#cookie(data);
			return;
		}
		if (data.length > 0) {
			this.send("ERROR Expected no challenge");
			return;
		}
		this.send("DATA");
		this.#state = "ok";
	}

	#cookie(data: Uint8Array): void {
		const [context = "", digits = "", challenge = "", more] = (
			asText(data) ?? ""
		).split(" ");
		const id = cookieId(digits);
		if (!isContext(context) || id === undefined || !challenge || more) {
			this.send("ERROR Expected a cookie context, an id, a challenge");
			return;
		}
		this.#challenge = challenge;
		this.ask({ type: "find-cookie", context, id });
	}

	/** Tries what is left, of what the server offers. It need not say what that is, and only its first list counts. */
	#next(args: string): void {
		if (args !== "" && this.#offered === undefined) {
			// What cannot be printed is no name, and must not get into logs.
			const offered = args.match(/[^ \t]+/g)?.filter(isPrintable) ?? [];
			this.#offered = offered;
			this.#left = this.#left.filter((each) => offered.includes(each));
		}
		const [next, ...left] = this.#left;
		if (next === undefined) {
			const offers =
				this.#offered === undefined
					? "does not tell what it offers"
					: `offers ${this.#offered.join(", ")}`;
			this.finish({
				type: "refused",
				message: `The server rejected ${this.#mechanism}, and nothing else is left to try; it ${offers}`,
				offered: this.#offered,
			});
			return;
		}
		this.#mechanism = next;
		this.#left = left;
		this.#auth();
	}

	#ok(args: string): void {
		// Not always 32 digits: the specification's own examples have 12.
		if (!/^[0-9a-f]+$/i.test(args))
			this.fail("invalid-value", "The GUID behind OK must be hex");
		this.#guid = args;
		if (!this.#unixFds) {
			this.#begin(false);
			return;
		}
		this.send("NEGOTIATE_UNIX_FD");
		this.#state = "agree";
	}

	#begin(unixFds: boolean): void {
		this.send("BEGIN");
		this.finish({
			type: "authenticated",
			mechanism: this.#mechanism,
			identity: this.#mechanism === "ANONYMOUS" ? undefined : this.#identity,
			guid: this.#guid,
			unixFds,
		});
	}
}

function isPrintable(word: string): boolean {
	return /^[!-~]+$/.test(word);
}
