// libdbus's own dialogues, as Debian's dbus-tests has them. packages/dbus-auth carries the facts of them over; this reads
// the files themselves, which may have changed since.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
	type AuthClient,
	type AuthServer,
	authClient,
	authServer,
} from "@framewright/dbus-auth";
import { expect, test } from "vitest";

const FOLDER =
	"/usr/lib/dbus-1.0/debug-build/libexec/installed-tests/dbus/data/auth";
const hex = (text: string): string => Buffer.from(text).toString("hex");
const WORDS: [RegExp, string][] = [
	[/WRONG_USERID_HEX/g, hex("1001")],
	[/WRONG_USERNAME_HEX/g, hex("nobody")],
	[/USERID_HEX/g, hex("1000")],
	[/USERNAME_HEX/g, hex("lib")],
	[/\\r/g, "\r"],
	[/\\n/g, "\n"],
];
const CREDENTIALS: Record<string, string> = {
	NO_CREDENTIALS: "",
	ROOT_CREDENTIALS: "0",
	SILLY_CREDENTIALS: "4294967295",
};

/** One side, that a script talks to. */
class Talk {
	readonly #side: AuthClient | AuthServer;
	#said = "";
	#end: string | undefined;
	#unused = "";

	constructor(side: AuthClient | AuthServer, first: string) {
		this.#side = side;
		this.send(first);
	}

	/** Sends bytes one by one. */
	send(text: string): void {
		this.#drain();
		for (const byte of Buffer.from(text, "latin1")) {
			this.#side.push(Uint8Array.of(byte));
			this.#drain();
		}
		this.#unused += Buffer.from(this.#side.rest()).toString("latin1");
	}

	/** The name of the next command that it sent. */
	command(): string | undefined {
		const [line = "", ...more] = this.#said.replace(/^\0/, "").split("\r\n");
		this.#said = more.join("\r\n");
		return line.split(" ")[0];
	}

	get state(): string {
		if (this.#said !== "") return "HAVE_BYTES_TO_SEND";
		if (this.#end !== "authenticated")
			return this.#end === undefined ? "WAITING_FOR_INPUT" : "NEED_DISCONNECT";
		return this.#unused === ""
			? "AUTHENTICATED"
			: "AUTHENTICATED_WITH_UNUSED_BYTES";
	}

	takeUnused(): string {
		const unused = this.#unused;
		this.#unused = "";
		return unused;
	}

	#drain(): void {
		const side = this.#side;
		for (let step = side.pull(); step !== undefined; step = side.pull())
			if (step.type === "send")
				this.#said += Buffer.from(step.bytes).toString("latin1");
			else if (step.type === "issue-cookie") {
				const known = ["1000", "lib"].includes(step.identity);
				const cookie = { context: "a", id: 1, value: "c0" };
				(side as AuthServer).answer(known ? cookie : undefined);
			} else this.#end = step.type;
	}
}

/** Runs a script; returns how many of its expectations were met. */
function run(script: string): number {
	const lines = script.split("\n").map((line) => line.trim());
	const mechanisms = ["EXTERNAL", "DBUS_COOKIE_SHA1", "ANONYMOUS"] as const;
	const [given] = lines.filter((line) => line in CREDENTIALS);
	const talk = lines.includes("CLIENT")
		? new Talk(authClient({ mechanisms, identity: "1000" }), "")
		: new Talk(
				authServer({
					guid: "0".repeat(32),
					mechanisms,
					credentials: CREDENTIALS[given ?? ""] ?? "1000",
				}),
				"\0",
			);
	let met = 0;
	for (const line of lines) {
		const [word = ""] = line.split(" ");
		const plain = line.slice(word.length).trim().replace(/^'|'$/g, "");
		const argument = WORDS.reduce((text, each) => text.replace(...each), plain);
		if (word === "SEND") talk.send(`${argument}\r\n`);
		else if (word === "EXPECT_COMMAND") expect(talk.command()).toBe(argument);
		else if (word === "EXPECT_STATE") expect(talk.state).toBe(argument);
		else if (word === "EXPECT_UNUSED") expect(talk.takeUnused()).toBe(argument);
		else {
			// Whom a server takes its client for, it only tells in the end.
			expect(line).toMatch(/^(|#.*|CLIENT|SERVER|UNIX_ONLY|\w+_CREDENTIALS)$/);
			continue;
		}
		if (word !== "SEND") met += 1;
	}
	return met;
}

let names: string[] = [];
try {
	names = readdirSync(FOLDER).filter((name) => name.endsWith(".auth-script"));
} catch {
	test("libdbus's dialogues are not there: apt-get install dbus-tests", (context) => {
		if (process.env.CI) throw new Error(`There is no ${FOLDER}`);
		context.skip();
	});
}
for (const name of names)
	test(name, () => {
		const met = run(readFileSync(join(FOLDER, name), "utf8"));
		expect(met).toBeGreaterThan(1);
	});
