import { toHex } from "./hex.ts";

// Our own, since Web Crypto only answers later, and in a browser only to pages that came over HTTPS. What is hashed here has
// a few blocks.

const rotate = (word: number, by: number): number =>
	(word << by) | (word >>> (32 - by));

/** Computes the SHA-1 hash of a message (RFC 3174, section 6.1), as 40 digits of hex. */
export function sha1(message: Uint8Array): string {
	// Padding: 80, zeros, and the length in bits as 8 bytes, which together fill the last block of 64.
	const padded = new Uint8Array(((message.length + 8) >>> 6) * 64 + 64);
	padded.set(message);
	padded[message.length] = 0x80;
	const view = new DataView(padded.buffer);
	view.setUint32(padded.length - 8, Math.floor(message.length / 0x2000_0000));
	view.setUint32(padded.length - 4, (message.length * 8) >>> 0);

	const hash = Int32Array.of(
		0x67452301,
		0xefcdab89,
		0x98badcfe,
		0x10325476,
		0xc3d2e1f0,
	);
	const words = new Int32Array(80);
	for (let block = 0; block < padded.length; block += 64) {
		for (let t = 0; t < 16; t++) words[t] = view.getInt32(block + 4 * t);
		for (let t = 16; t < 80; t++)
			words[t] = rotate(
				word(words, t - 3) ^
					word(words, t - 8) ^
					word(words, t - 14) ^
					word(words, t - 16),
				1,
			);
		let [a, b, c, d, e] = hash as unknown as [
			number,
			number,
			number,
			number,
			number,
		];
		for (let t = 0; t < 80; t++) {
			const sum = (rotate(a, 5) + mix(t, b, c, d) + e + word(words, t)) | 0;
			e = d;
			d = c;
			c = rotate(b, 30);
			b = a;
			a = sum;
		}
		// An Int32Array adds modulo 2 ** 32.
		for (const [i, value] of [a, b, c, d, e].entries())
			hash[i] = word(hash, i) + value;
	}
	for (let i = 0; i < 5; i++) view.setInt32(4 * i, word(hash, i));
	return toHex(padded.subarray(0, 20));
}

function word(words: Int32Array, at: number): number {
	return words[at] as number;
}

/** The function and the constant of step `t` (RFC 3174, section 5). */
function mix(t: number, b: number, c: number, d: number): number {
	if (t < 20) return ((b & c) | (~b & d)) + 0x5a827999;
	if (t < 40) return (b ^ c ^ d) + 0x6ed9eba1;
	if (t < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	return (b ^ c ^ d) + 0xca62c1d6;
}
