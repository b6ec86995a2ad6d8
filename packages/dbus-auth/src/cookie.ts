// DBUS_COOKIE_SHA1, as far as both sides share it:
//
//     C: AUTH DBUS_COOKIE_SHA1 hex(user)
//     S: DATA hex(context " " id " " challenge)
//     C: DATA hex(challenge " " sha1(server's challenge ":" client's challenge ":" cookie))

import { toHex } from "./hex.ts";
import { sha1 } from "./sha1.ts";

/** Makes random bytes, as many as it is asked for. */
export type Random = (length: number) => Uint8Array;

/** What libdbus takes, too. */
const CHALLENGE_BYTES = 16;

export const webRandom: Random = (length) =>
	crypto.getRandomValues(new Uint8Array(length));

/** Makes a challenge: random digits of hex. */
export function makeChallenge(random: Random): string {
	return toHex(random(CHALLENGE_BYTES));
}

/** Proves that one knows the cookie. */
export function proof(server: string, client: string, cookie: string): string {
	return sha1(new TextEncoder().encode(`${server}:${client}:${cookie}`));
}

/**
 * Whether a cookie context has a valid name. It becomes the name of a file: a server must not make its client read others.
 * The limit is that of file names.
 */
export function isContext(name: string): boolean {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: the specification allows all ASCII but these.
	return /^[\x01-\x7f]{1,250}$/.test(name) && !/[/\\ \n\r\t.]/.test(name);
}

/** The number of a cookie, or `undefined` if `digits` is none. Numbers have 31 bits, like libdbus's. */
export function cookieId(digits: string): number | undefined {
	return /^\d{1,10}$/.test(digits) && isCookieId(Number(digits))
		? Number(digits)
		: undefined;
}

export function isCookieId(id: number): boolean {
	return Number.isInteger(id) && id >= 0 && id <= 0x7fff_ffff;
}

/** Compares texts in a time that does not tell where they differ. */
export function sameText(a: string, b: string): boolean {
	if (a.length !== b.length) return false;
	let difference = 0;
	for (let i = 0; i < a.length; i++)
		difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
	return difference === 0;
}
