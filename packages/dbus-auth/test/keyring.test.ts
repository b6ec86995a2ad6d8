import {
	chmod,
	mkdtemp,
	readdir,
	readFile,
	rm,
	stat,
	writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	type CookieKeyringOptions,
	cookieKeyring,
} from "@framewright/dbus-auth/node";
import { afterEach, beforeEach, expect, test } from "vitest";

const NOW = 1_700_000_000;
let home: string;
let directory: string;
beforeEach(async () => {
	home = await mkdtemp(join(tmpdir(), "framewright-keyring-"));
	directory = join(home, "keyrings");
});
afterEach(() => rm(home, { recursive: true, force: true }));

const keyring = (
	options: CookieKeyringOptions = {},
): ReturnType<typeof cookieKeyring> =>
	cookieKeyring({
		directory,
		context: "ctx",
		identities: ["1000", "lib"],
		lockAttempts: 3,
		lockDelay: 1,
		now: () => NOW * 1000,
		...options,
	});
const file = (): string => join(directory, "ctx");

test("issues a cookie that it finds, in a file that is private", async () => {
	const cookie = await keyring().issue("lib");
	expect(cookie).toMatchObject({
		context: "ctx",
		value: expect.stringMatching(/^[0-9a-f]{48}$/),
	});
	expect(await keyring().find("ctx", cookie?.id ?? -1)).toBe(cookie?.value);
	expect(await readFile(file(), "latin1")).toBe(
		`${cookie?.id} ${NOW} ${cookie?.value}\n`,
	);
	expect((await stat(directory)).mode & 0o777).toBe(0o700);
	expect((await stat(file())).mode & 0o777).toBe(0o600);
	// Neither the lock nor a temporary file is left.
	expect(await readdir(directory)).toEqual(["ctx"]);
});

test("issues nothing to anyone else", async () => {
	expect(await keyring().issue("1001")).toBeUndefined();
	await expect(readdir(directory)).rejects.toThrow("ENOENT");
});

test("issues the same cookie for five minutes, and keeps it for two more", async () => {
	const first = await keyring().issue("1000");
	const at = (seconds: number): ReturnType<typeof cookieKeyring> =>
		keyring({ now: () => (NOW + seconds) * 1000 });
	expect(await at(299).issue("1000")).toEqual(first);
	const second = await at(300).issue("1000");
	expect(second?.id).not.toBe(first?.id);
	expect(await at(420).find("ctx", first?.id ?? -1)).toBe(first?.value);
	expect(await at(421).find("ctx", first?.id ?? -1)).toBeUndefined();
	await at(700).issue("1000");
	expect(await readFile(file(), "latin1")).not.toContain(first?.value);
});

test("reads what libdbus reads, and leaves out the rest", async () => {
	await keyring().issue("1000");
	const lines = [
		`1 ${NOW} ab`,
		`2 ${NOW + 300}  ABCD`,
		`3 ${NOW + 301} ab`,
		`4 ${NOW - 421} ab`,
		`5 ${NOW} abc`,
		`6 ${NOW} xy`,
		`-7 ${NOW} ab`,
		"8 now ab",
		"9",
		"",
	];
	await writeFile(file(), lines.join("\n"));
	const found = await Promise.all(
		[1, 2, 3, 4, 5, 6, 7, 8, 9].map((id) => keyring().find("ctx", id)),
	);
	expect(found).toEqual(["ab", "ABCD", ...Array(7).fill(undefined)]);
});

test("finds no cookie in a directory that others can read or write, nor issues one there", async () => {
	const cookie = await keyring().issue("1000");
	for (const mode of [0o740, 0o720, 0o704, 0o702]) {
		await chmod(directory, mode);
		expect(await keyring().find("ctx", cookie?.id ?? -1)).toBeUndefined();
		await expect(keyring().issue("1000")).rejects.toThrow("Others can");
	}
});

test("finds nothing where there is nothing, nor beside the directory", async () => {
	expect(await keyring().find("ctx", 1)).toBeUndefined();
	await keyring().issue("1000");
	await writeFile(join(home, "outside"), `1 ${NOW} ab\n`);
	expect(await keyring().find("../outside", 1)).toBeUndefined();
	expect(await keyring().find("other", 1)).toBeUndefined();
});

test("takes the lock of one that died, and waits for one that lives", async () => {
	await keyring().issue("1000");
	await writeFile(`${file()}.lock`, "");
	expect(await keyring().issue("1000")).toBeDefined();
	expect(await readdir(directory)).toEqual(["ctx"]);

	await writeFile(`${file()}.lock`, "");
	const waiting = keyring({ lockAttempts: 1000, lockDelay: 2 }).issue("1000");
	await new Promise((resolve) => setTimeout(resolve, 50));
	expect(await readdir(directory)).toContain("ctx.lock");
	await rm(`${file()}.lock`);
	expect(await waiting).toBeDefined();
});

test("issues one cookie to many that ask at once", async () => {
	const patient = { lockAttempts: 1000, lockDelay: 1 };
	const issued = await Promise.all(
		Array.from({ length: 20 }, () => keyring(patient).issue("1000")),
	);
	expect(new Set(issued.map((cookie) => cookie?.id)).size).toBe(1);
});

test("refuses a context that would be another file", () => {
	expect(() => keyring({ context: "a/b" })).toThrow(RangeError);
});
