import { createHash } from "node:crypto";
import { authClient, authServer, type Mechanism } from "@framewright/dbus-auth";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Answerer, feed, latin1, type Side } from "./dialogue.ts";

const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000);
const guid = "0123456789abcdef0123456789abcdef";
const ALL: Mechanism[] = ["EXTERNAL", "DBUS_COOKIE_SHA1", "ANONYMOUS"];
const random = (length: number): Uint8Array =>
	new Uint8Array(length).fill(0xab);
const LIMIT = 4096;

const sides: Record<string, () => Side> = {
	client: () =>
		authClient({
			mechanisms: ALL,
			identity: "1000",
			unixFds: true,
			maxLineLength: LIMIT,
			random,
		}),
	server: () =>
		authServer({
			guid,
			mechanisms: ALL,
			credentials: "1000",
			unixFds: true,
			maxLineLength: LIMIT,
			random,
		}),
};

/** A cookie, for either side's question. */
const answer: Answerer = (side, question) =>
	side.answer(
		("id" in question
			? "c0ffee"
			: { context: "ctx", id: 42, value: "c0ffee" }) as never,
	);

const hex = (text: string): string => Buffer.from(text).toString("hex");
const proof = (own: string): string =>
	createHash("sha1")
		.update(`${"ab".repeat(16)}:${own}:c0ffee`)
		.digest("hex");
const word = fc.constantFrom(
	...["AUTH", "AUTH EXTERNAL", "AUTH EXTERNAL 31303030", "AUTH ANONYMOUS"],
	...["AUTH DBUS_COOKIE_SHA1 61", `DATA ${hex("ctx 42 ab")}`, "DATA", "DATA 6"],
	// The right answer to a challenge that is known.
	`DATA ${hex(`cd ${proof("cd")}`)}`,
	...["CANCEL", "BEGIN", "NEGOTIATE_UNIX_FD", "AGREE_UNIX_FD", "ERROR", "FOO"],
	...[`OK ${guid}`, "OK x", "REJECTED", "REJECTED ANONYMOUS", "\r", "\n", "\0"],
);
const line = fc.oneof(
	{ weight: 8, arbitrary: word.map((text) => `${text}\r\n`) },
	{ weight: 1, arbitrary: fc.string({ maxLength: 20 }).map(toLatin1) },
	{
		weight: 1,
		arbitrary: fc
			.tuple(
				fc.integer({ min: LIMIT - 2, max: LIMIT + 3 }),
				fc.constantFrom("\r\n", "\n", ""),
			)
			.map(([length, end]) => "x".repeat(length) + end),
	},
);
const input = fc
	.tuple(
		fc.constantFrom("\0", "\0", "\0", ""),
		fc.array(line, { maxLength: 12 }),
	)
	.map(([nul, lines]) => nul + lines.join(""));

function toLatin1(text: string): string {
	return text.replace(/[^\0-\xff]/g, "\xff");
}

describe.each(Object.entries(sides))("%s", (name, make) => {
	/** The same bytes for both: only clients send NUL. */
	const bytesFor = (text: string): string =>
		name === "client" ? text.replace(/^\0/, "") : text;

	test("does, tells and hands over the same, however its input is cut", () => {
		fc.assert(
			fc.property(input, fc.integer({ min: 1, max: 40 }), (text, size) => {
				const whole = make();
				const cut = make();
				const bytes = bytesFor(text);
				expect(feed(cut, bytes, size, answer)).toEqual(
					feed(whole, bytes, bytes.length || 1, answer),
				);
				expect(cut.rest()).toEqual(whole.rest());
			}),
			{ numRuns: numRuns / 10 },
		);
	});

	test("throws DecodeErrors only, and the same one ever after", () => {
		fc.assert(
			fc.property(input, (text) => {
				const side = make();
				const { events } = feed(side, bytesFor(text), 1000, answer);
				for (const event of events)
					expect(event).toMatch(
						/^(\{"type":"|DecodeError (invalid-(syntax|value)|too-large) at )/,
					);
				if (!events.some((event) => event.startsWith("DecodeError"))) return;
				side.push(latin1("CANCEL\r\n"));
				const [fault] = events.slice(-1);
				expect(feed(side, "BEGIN\r\n", 3).events).toEqual([fault]);
				expect(side.bytesHeld).toBe(0);
			}),
			{ numRuns },
		);
	});

	test("reports an end of input, unless the exchange was over before", () => {
		fc.assert(
			fc.property(input, (text) => {
				const side = make();
				const { events } = feed(side, bytesFor(text), 1000, answer);
				const over = events.some((event) =>
					/^\{"type":"(authenticated|refused)|^DecodeError/.test(event),
				);
				side.end();
				if (over) return;
				const { events: after } = feed(side, "", 1);
				expect(after).toEqual([expect.stringContaining("truncated")]);
			}),
			{ numRuns },
		);
	});

	test("holds no more than a line, in four times its bytes", () => {
		const side = make();
		feed(side, bytesFor("\0"), 1);
		for (let sent = 0; sent < LIMIT + 1; sent++) {
			expect(feed(side, "x", 1).events).toEqual([]);
			expect(side.bytesHeld).toBeLessThanOrEqual(4 * LIMIT + 1024);
		}
		expect(feed(side, "x", 1).events).toEqual([
			`DecodeError too-large at ${name === "client" ? 0 : 1}: A line may have ${LIMIT} bytes at most`,
		]);
		expect(side.bytesHeld).toBe(0);
	});

	test("searches nothing twice, however its input is cut", () => {
		const { indexOf } = Buffer.prototype;
		const searches = new Map<ArrayBufferLike, Map<number, number>>();
		Buffer.prototype.indexOf = function (this: Buffer, ...args: unknown[]) {
			if (this.length === 0) return -1;
			const from = this.byteOffset + Number(args[1]);
			const starts = searches.get(this.buffer) ?? new Map<number, number>();
			starts.set(from, (starts.get(from) ?? 0) + 1);
			searches.set(this.buffer, starts);
			return Reflect.apply(indexOf, this, args);
		} as typeof indexOf;
		try {
			for (const part of ["x", "x\n"])
				for (const size of [1, 3])
					feed(make(), bytesFor(`\0${part.repeat(2000)}\r\n`), size);
		} finally {
			Buffer.prototype.indexOf = indexOf;
		}
		const repeats = [...searches.values()].flatMap((starts) => [
			...starts.values(),
		]);
		expect(repeats.length).toBeGreaterThan(1000);
		expect(Math.max(...repeats)).toBeLessThanOrEqual(2);
	});
});
