import { DecodeError } from "@framewright/codec";
import { anyText } from "@framewright/codec-laws/parts";
import {
	type Address,
	formatAddress,
	isConnectable,
	isListenable,
	parseAddress,
} from "@framewright/dbus-address";
import fc from "fast-check";
import { expect, test } from "vitest";

const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000);

const value = fc
	.oneof(
		fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
		anyText({ minLength: 1, maxLength: 12 }),
	)
	.filter((text) => text.isWellFormed() && !text.includes("\0"));
const unknownKey = fc.stringMatching(/^[-0-9A-Za-z_.]{1,6}$/);
const extra = fc.uniqueArray(
	fc.tuple(
		unknownKey.map((key) => `x-${key}`),
		value,
	),
	{ selector: ([key]) => key, minLength: 1, maxLength: 3 },
);
const guid = fc.stringMatching(/^[0-9a-f]{32}$/);
const optional: { requiredKeys: "transport"[] } = {
	requiredKeys: ["transport"],
};
const tcp = {
	host: value,
	bind: value,
	port: fc.integer({ min: 0, max: 65_535 }),
	family: fc.constantFrom("ipv4", "ipv6"),
};
const bare = fc.oneof(
	...["path", "abstract", "dir", "tmpdir"].map((key) =>
		value.map((text) => ({ transport: "unix", [key]: text })),
	),
	fc.constant({ transport: "unix", runtime: true }),
	fc.record({ transport: fc.constant("tcp"), ...tcp }, optional),
	fc.record(
		{ transport: fc.constant("nonce-tcp"), ...tcp, noncefile: value },
		optional,
	),
	fc.record(
		{
			transport: fc.constant("unixexec"),
			path: value,
			argv0: value,
			args: fc.array(value, { maxLength: 12 }),
		},
		{ requiredKeys: ["transport", "path", "args"] },
	),
	fc.record({ transport: fc.constant("launchd"), env: value }),
	fc.record({ transport: fc.constant("autolaunch"), scope: value }, optional),
	fc.constant({ transport: "systemd" }),
	fc.record({
		transport: fc.constant("other"),
		name: unknownKey.map((name) => `x-${name}`),
	}),
);
const address = fc
	.tuple(bare, fc.record({ guid, extra }, { requiredKeys: [] }))
	.map(([one, common]) => ({ ...one, ...common }) as Address);
const addresses = fc.array(address, { minLength: 1, maxLength: 4 });

/** Text that is nearly an address. */
const nearly = fc.oneof(
	fc
		.array(
			fc.constantFrom(
				...["unix", "tcp", "unixexec", "foo", "path", "argv1", "port", "guid"],
				...["runtime", "yes", "80", ":", ":", "=", "=", ",", ";", "%", "%31"],
				...["%ff", "%00", "\\", "ö", "\ud800", " ", "0".repeat(32)],
			),
			{ maxLength: 16 },
		)
		.map((parts) => parts.join("")),
	anyText({ maxLength: 40 }),
	// A good one, with a piece of it doubled, dropped or changed.
	fc
		.tuple(addresses, fc.nat(), fc.nat(9), fc.string({ maxLength: 2 }))
		.map(([all, from, length, put]) => {
			const text = formatAddress(all);
			const at = from % text.length;
			return text.slice(0, at) + put + text.slice(at + length);
		}),
);

test("what is written reads as it was", () => {
	fc.assert(
		fc.property(addresses, (all) => {
			const text = formatAddress(all);
			expect(text).toMatch(/^[!-~]+$/);
			expect(parseAddress(text)).toEqual(all);
		}),
		{ numRuns },
	);
});

test("what reads without error is written so that it stays as it is", () => {
	let read = 0;
	fc.assert(
		fc.property(nearly, (text) => {
			let all: Address[];
			try {
				all = parseAddress(text);
			} catch {
				return;
			}
			read += 1;
			const written = formatAddress(all);
			expect(parseAddress(written)).toEqual(all);
			expect(formatAddress(parseAddress(written))).toBe(written);
		}),
		{ numRuns },
	);
	expect(read).toBeGreaterThan(numRuns / 100);
});

test("garbage is a DecodeError inside the text", () => {
	let thrown = 0;
	fc.assert(
		fc.property(nearly, (text) => {
			try {
				parseAddress(text);
			} catch (error) {
				thrown += 1;
				expect(error).toBeInstanceOf(DecodeError);
				const { code, offset } = error as DecodeError;
				expect(code).toMatch(/^invalid-(syntax|value|utf8)$/);
				expect(offset).toBeGreaterThanOrEqual(0);
				expect(offset).toBeLessThanOrEqual(text.length);
			}
		}),
		{ numRuns },
	);
	expect(thrown).toBeGreaterThan(numRuns / 10);
});

test("every defined address can be connected to, or listened on", () => {
	fc.assert(
		fc.property(address, (one) => {
			const usable = isConnectable(one) || isListenable(one);
			expect(usable).toBe(one.transport !== "other");
		}),
		{ numRuns: numRuns / 10 },
	);
});

test("characters are looked at a few times each, however many there are", () => {
	const { indexOf, slice } = String.prototype;
	const { test: matches } = RegExp.prototype;
	let steps = 0;
	String.prototype.indexOf = function (this: string, part, from = 0) {
		const at = indexOf.call(this, part, from);
		steps += (at === -1 ? this.length : at + 1) - from;
		return at;
	};
	String.prototype.slice = function (this: string, ...range) {
		const part = slice.apply(this, range);
		steps += part.length;
		return part;
	};
	RegExp.prototype.test = function (this: RegExp, text) {
		steps += text.length;
		return matches.call(this, text);
	};
	try {
		for (const text of [
			"a:b=c;".repeat(10_000),
			`a:${Array.from({ length: 10_000 }, (_, i) => `k${i}=c`).join(",")}`,
			`a:b=${"%31".repeat(20_000)}`,
			`a:b=${"c".repeat(60_000)}`,
			`a:b=${"c".repeat(60_000)}%31`,
		]) {
			steps = 0;
			parseAddress(text);
			expect(steps).toBeGreaterThan(text.length);
			expect(steps).toBeLessThan(8 * text.length);
		}
	} finally {
		Object.assign(String.prototype, { indexOf, slice });
		RegExp.prototype.test = matches;
	}
});
