import { expect, test } from "vitest";
import { Serials } from "../src/serials.ts";

test("serials count from 1, and again behind 2^32 - 1, but never 0", () => {
	const serials = new Serials(() => false, 0xffff_fffd);
	expect([1, 2, 3, 4].map(() => serials.next())).toEqual([
		0xffff_fffe, 0xffff_ffff, 1, 2,
	]);
	expect(new Serials(() => false).next()).toBe(1);
});

test("serials in use are left out", () => {
	const used = new Set([0xffff_ffff, 1, 3]);
	const serials = new Serials((serial) => used.has(serial), 0xffff_fffd);
	expect([1, 2, 3].map(() => serials.next())).toEqual([0xffff_fffe, 2, 4]);
});
