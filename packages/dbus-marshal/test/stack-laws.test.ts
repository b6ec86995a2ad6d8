import { codecLayer, stack } from "@framewright/codec";
import { codecLaws } from "@framewright/codec-laws";
import { marshalBody, parseSignature } from "@framewright/dbus-marshal";
import { lengthPrefixed } from "@framewright/length-prefixed";
import fc from "fast-check";
import { describe, test } from "vitest";
import { anyOf } from "./arbitrary-value.ts";

const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000) / 100;

for (const signature of ["sa{sv}as", "avaia(oay)bdxg"])
	describe(`marshalBody("${signature}") inside lengthPrefixed()`, () => {
		const codec = marshalBody(signature, { dict: "entries" });
		const laws = codecLaws(stack(lengthPrefixed(), codecLayer(codec)), {
			item: fc.tuple(...parseSignature(signature).map((type) => anyOf(type))),
			grow: (n) => grown[signature]?.(n) ?? [],
			numRuns,
		});
		for (const law of laws) test(law.name, () => law.check());
	});

const grown: Readonly<Record<string, (n: number) => unknown[]>> = {
	"sa{sv}as": (n) => ["", [], new Array(Math.ceil(n / 8)).fill("abc")],
	"avaia(oay)bdxg": (n) => [
		[],
		new Array(Math.ceil(n / 8)).fill(1),
		[["/", new Uint8Array(Math.ceil(n / 2))]],
		true,
		0,
		0n,
		"",
	],
};
