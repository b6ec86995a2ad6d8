import { mkdir, open, readFile, rename, stat, unlink } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isContext, webRandom } from "./cookie.ts";
import { pickCookie, readCookies, writeCookies } from "./cookie-file.ts";
import { toHex } from "./hex.ts";
import type { Cookie } from "./server-options.ts";

/** Describes where the cookies of DBUS_COOKIE_SHA1 are. */
export interface CookieKeyringOptions {
	/** Default: `.dbus-keyrings` in the home directory that the system has for the user, whatever `HOME` says, like libdbus. */
	readonly directory?: string;
	/** The context of the cookies that are issued. Default: `org_freedesktop_general`. */
	readonly context?: string;
	/**
	 * Who can read the directory, and is issued cookies. Default: the user id and the login name of this process; on Windows,
	 * give its SID.
	 */
	readonly identities?: readonly string[];
	/** How often to try for the lock before it is taken for a stale one. Default: 32, like libdbus. */
	readonly lockAttempts?: number;
	/** How long to wait between, in milliseconds. Default: 250, like libdbus. */
	readonly lockDelay?: number;
	/** Tells the time, in milliseconds since 1970. Default: `Date.now`. */
	readonly now?: () => number;
}

/** Answers the questions of DBUS_COOKIE_SHA1 from the files in `~/.dbus-keyrings`. */
export interface CookieKeyring {
	/** Answers `find-cookie`. There is no cookie where others can read or write the directory. */
	find(context: string, id: number): Promise<string | undefined>;
	/**
	 * Answers `issue-cookie`: picks a fresh cookie, or makes one and drops the old ones, under the lock that the specification
	 * demands. `undefined` for another user; rejects where the directory cannot be used, or is open to others.
	 */
	issue(identity: string): Promise<Cookie | undefined>;
}

/** Finds cookies for clients, and issues them for servers. Bad options throw a `RangeError`. */
export function cookieKeyring(
	options: CookieKeyringOptions = {},
): CookieKeyring {
	const {
		directory = join(userInfo().homedir, ".dbus-keyrings"),
		context: own = "org_freedesktop_general",
		identities = [String(userInfo().uid), userInfo().username],
		lockAttempts = 32,
		lockDelay = 250,
		now = Date.now,
	} = options;
	if (!isContext(own))
		throw new RangeError(
			`cookieKeyring: context must be ASCII without / \\ . and blanks, not ${JSON.stringify(own)}`,
		);
	const seconds = (): number => Math.floor(now() / 1000);

	return {
		async find(context, id) {
			if (!isContext(context) || !(await isPrivate(directory)))
				return undefined;
			const text = await readIfThere(join(directory, context));
			return readCookies(text, seconds()).find((each) => each.id === id)?.value;
		},

		async issue(identity) {
			if (!identities.includes(identity)) return undefined;
			await mkdir(directory, { recursive: true, mode: 0o700 });
			if (!(await isPrivate(directory)))
				throw new Error(`Others can read or write ${directory}`);
			const file = join(directory, own);
			const lock = `${file}.lock`;
			await takeLock(lock, lockAttempts, lockDelay);
			try {
				const time = seconds();
				const cookies = readCookies(await readIfThere(file), time);
				const picked = pickCookie(cookies, time, webRandom);
				if (!cookies.includes(picked)) {
					cookies.push(picked);
					await replace(file, writeCookies(cookies));
				}
				return { context: own, id: picked.id, value: picked.value };
			} finally {
				// Whoever took it for stale has deleted it already.
				await unlink(lock).catch(() => {});
			}
		},
	};
}

/** Whether nobody else can read or write a directory. Windows has no such modes: its home directories are private. */
async function isPrivate(directory: string): Promise<boolean> {
	if (process.platform === "win32") return true;
	try {
		return ((await stat(directory)).mode & 0o066) === 0;
	} catch (error) {
		if (isMissing(error)) return false;
		throw error;
	}
}

async function readIfThere(file: string): Promise<string> {
	try {
		return await readFile(file, "latin1");
	} catch (error) {
		if (isMissing(error)) return "";
		throw error;
	}
}

function isMissing(error: unknown): boolean {
	return (error as { code?: unknown } | null)?.code === "ENOENT";
}

/** Creates the lock file, which must not be there. One that stays too long belongs to nobody any more. */
async function takeLock(
	lock: string,
	attempts: number,
	delay: number,
): Promise<void> {
	for (let attempt = 1; ; attempt++)
		try {
			const file = await open(lock, "wx", 0o600);
			await file.close();
			return;
		} catch (error) {
			const { code } = error as { code?: unknown };
			if (code !== "EEXIST" || attempt > attempts) throw error;
			if (attempt < attempts) await sleep(delay);
			else await unlink(lock).catch(() => {});
		}
}

/** Writes a file anew, so that readers see either all of the old one or all of the new one. */
async function replace(file: string, text: string): Promise<void> {
	// A dot: no context has one.
	const temporary = `${file}.${toHex(webRandom(8))}`;
	const handle = await open(temporary, "wx", 0o600);
	try {
		await handle.writeFile(text, "latin1");
		await handle.sync();
		await handle.close();
		await rename(temporary, file);
	} catch (error) {
		await handle.close().catch(() => {});
		await unlink(temporary).catch(() => {});
		throw error;
	}
}
