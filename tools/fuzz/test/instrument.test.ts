import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { instrument } from "../src/engine/instrument.ts";
import { FUEL, probe, TRACING } from "../src/probe.ts";

const odd = join(import.meta.dirname, "fixtures/odd-code.js.txt");
const require = createRequire(import.meta.url);

/** Runs instrumented code as a CommonJS module. */
function run(code: string): Record<string, unknown> {
	const folder = mkdtempSync(join(tmpdir(), "framewright-fuzz-test-"));
	try {
		const file = join(folder, "module.cjs");
		writeFileSync(file, code);
		return require(file);
	} finally {
		rmSync(folder, { recursive: true });
	}
}

function instrumented(source: string, isModule = false): string {
	return instrument(source, isModule, 0, 0, "file:///x.js").code;
}

test("instrumented code does what it did", async () => {
	const source = readFileSync(odd, "utf8");
	const plain = run(source);
	const after = run(instrumented(source));
	expect(after.values).toEqual(plain.values);
	expect(await after.later).toEqual(await plain.later);
});

test("instrumented code does what it did while comparisons are traced", async () => {
	const source = readFileSync(odd, "utf8");
	const plain = run(source);
	probe.registers[TRACING] = 1;
	try {
		expect(run(instrumented(source)).values).toEqual(plain.values);
	} finally {
		probe.registers[TRACING] = 0;
	}
});

test("lines stay where they are", () => {
	const source = readFileSync(odd, "utf8");
	const lines = instrumented(source).split("\n");
	expect(lines).toHaveLength(source.split("\n").length);
	expect(lines[0]).toBe("#!/usr/bin/env node");
});

test("every function and every turn of a loop takes fuel", () => {
	const { f } = run(
		instrumented("exports.f = (n) => { for (let i = 0; i < n; i++); };"),
	) as { f: (n: number) => void };
	probe.refuel(1000);
	f(10);
	expect(probe.fuelSpent).toBe(11);
	expect(() => f(5000)).toThrow("took more than 1,000 steps");
	expect(probe.exhausted).toBe(true);
	probe.refuel();
	expect(probe.registers[FUEL]).toBeGreaterThan(1e9);
});

test("numbers, strings and bytes that are compared are traced, and nothing else", () => {
	const { f } = run(
		instrumented(
			"exports.f = (n, s, b, o) => [n === 5, s() != 'to', b.equals(o), n === undefined, typeof s === 'string', n < 7];",
		),
	) as { f: (...operands: unknown[]) => unknown[] };
	const seen: unknown[] = [];
	probe.compared = (_place, left, right) => seen.push([left, right]);
	probe.registers[TRACING] = 1;
	const bytes = Buffer.from("a");
	f(3, () => "from", bytes, bytes);
	probe.registers[TRACING] = 0;
	probe.compared = () => {};
	expect(seen).toEqual([
		[3, 5],
		["from", "to"],
		[bytes, bytes],
		[3, 7],
	]);
});

test("getters of exports stay as Node's reader of CommonJS knows them", () => {
	const getter =
		'Object.defineProperty(exports, "f", { enumerable: true, get: function () { return m.f; } });';
	expect(instrumented(getter)).toContain(getter);
});

test("words are collected, but names of modules are not", () => {
	const source =
		"import x from 'module'; export { y } from 'other'; x('magic', 0x4657, `a`);";
	const { words } = instrument(source, true, 0, 0, "file:///x.js");
	expect(words).toEqual(["magic", 0x4657, "a"]);
});
