import { dirname, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** What fuzzes, and what the oracles are made of, is not what is fuzzed: the folders that it is in. */
export const OWN: readonly string[] = [
	fileURLToPath(new URL("../", import.meta.url)),
	dirname(
		fileURLToPath(import.meta.resolve("@framewright/codec-laws/native-work")),
	) + sep,
];
