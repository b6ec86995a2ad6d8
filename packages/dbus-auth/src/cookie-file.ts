// A file of cookies, one a line:
//
//     [id] SP [seconds since 1970] SP [hex]

import { cookieId, type Random } from "./cookie.ts";
import { toHex } from "./hex.ts";

/** One line of a cookie file. */
export interface StoredCookie {
	readonly id: number;
	/** When it was made, in seconds since 1970. */
	readonly made: number;
	readonly value: string;
}

// In seconds, as the specification suggests for all: what is given out must live long enough to be used.
const FRESH = 5 * 60;
const OLDEST = 7 * 60;
const FUTURE = 5 * 60;
/** libdbus reads no more of them. */
const MOST = 256;
const COOKIE_BYTES = 24;

/** Reads a cookie file, as it is at the time `now`. Leaves out what is no cookie, too old, or from the future. */
export function readCookies(text: string, now: number): StoredCookie[] {
	const cookies: StoredCookie[] = [];
	for (const line of text.split("\n")) {
		const [digits = "", seconds = "", value = ""] = line.split(/[ \t]+/);
		const id = cookieId(digits);
		const made = /^\d{1,15}$/.test(seconds) ? Number(seconds) : -1;
		if (id === undefined || !/^([0-9a-f]{2})+$/i.test(value)) continue;
		if (made < now - OLDEST || made > now + FUTURE) continue;
		cookies.push({ id, made, value });
		if (cookies.length === MOST) break;
	}
	return cookies;
}

/** Picks the cookie to give out, or makes one if all are about to be dropped. */
export function pickCookie(
	cookies: readonly StoredCookie[],
	now: number,
	random: Random,
): StoredCookie {
	const fresh = cookies.find(({ made }) => made > now - FRESH);
	if (fresh !== undefined) return fresh;
	for (;;) {
		const bytes = random(4);
		const id = new DataView(bytes.buffer).getUint32(0) >>> 1;
		if (!cookies.some((cookie) => cookie.id === id))
			return { id, made: Math.floor(now), value: toHex(random(COOKIE_BYTES)) };
	}
}

/** Writes a cookie file. */
export function writeCookies(cookies: readonly StoredCookie[]): string {
	return cookies
		.slice(-MOST + 1)
		.map(({ id, made, value }) => `${id} ${made} ${value}\n`)
		.join("");
}
