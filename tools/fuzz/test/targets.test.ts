import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { nameOf } from "../src/engine/name.ts";
import type { Target } from "../src/index.ts";

const folder = resolve(import.meta.dirname, "../targets");
const corpus = resolve(import.meta.dirname, "../corpus");
const files = readdirSync(folder).filter((file) => file.endsWith(".ts"));

/** What no target can drive, since it awaits, or is no layer. */
const WITHOUT = [
	"codec",
	"codec-laws",
	"dbus-connection",
	"dbus-fds",
	"json-rpc-peer",
	"streams",
];

test("every package of a layer has a target", () => {
	const sources = files
		.map((file) => readFileSync(join(folder, file), "utf8"))
		.join("\n");
	const packages = readdirSync(
		resolve(import.meta.dirname, "../../../packages"),
	);
	expect(
		packages.filter(
			(name) =>
				!WITHOUT.includes(name) && !sources.includes(`"@framewright/${name}"`),
		),
		// The coding's test adapters import the layer.
	).toEqual(["http-chunked"]);
	expect(files).toContain("http-chunked.ts");
});

describe.each(files)("%s", (file) => {
	const seeds = join(corpus, basename(file, ".ts"), "seeds");

	test("has seeds, named by what is in them, which it takes and can write down", async () => {
		const { fuzz } = (await import(join(folder, file))) as { fuzz: Target };
		expect(existsSync(seeds)).toBe(true);
		const names = readdirSync(seeds);
		expect(names.length).toBeGreaterThan(0);
		for (const name of names) {
			const seed = readFileSync(join(seeds, name));
			expect(nameOf(seed)).toBe(name);
			if (fuzz.format) expect(fuzz.format(seed)).not.toBe("");
		}
		const [first = ""] = names;
		expect(() => fuzz(readFileSync(join(seeds, first)))).not.toThrow();
	});
});
