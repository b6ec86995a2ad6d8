import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Exit } from "./exit.ts";

/** Writes the file of a new target, which runs as it is: on a parser with a fault in it, to be replaced. */
export function init(name: string, folder = "fuzz"): number {
	if (!/^[a-z0-9][a-z0-9._-]*$/i.test(name))
		throw new Exit("usage", `"${name}" cannot be the name of a file`);
	const file = join(folder, `${name}.ts`);
	if (existsSync(file)) throw new Exit("usage", `${file} is there already`);
	mkdirSync(join(folder, "corpus", name, "seeds"), { recursive: true });
	writeFileSync(file, template);
	process.stdout.write(
		[
			`Wrote ${file}. Put your own code into it, and then:`,
			"",
			`    npx framewright-fuzz run ${name}`,
			"",
			`Inputs that you have, one a file, may go into ${join(folder, "corpus", name, "seeds")}.`,
			"",
		].join("\n"),
	);
	return 0;
}

const template = `import { fuzzFunction } from "@framewright/fuzz";
// import { decode } from "../src/decode.ts"; // Yours: bytes in, a value out.

// Until then, a parser of [length][text] that forgets a check.
function decode(data: Uint8Array): string {
	const text = new Uint8Array(data[0] ?? 0);
	for (let i = 0; i < text.length; i++) text[i] = new DataView(data.buffer, data.byteOffset, data.length).getUint8(1 + i);
	return new TextDecoder().decode(text);
}

// For a codec with encode(), take fuzzCodec; for one that is fed in chunks, fuzzDecoder; for a Framewright layer, fuzzLayer.
export const fuzz = fuzzFunction(decode, {
	// The errors that your documentation promises for bad input. All others are faults.
	declared: (error) => error instanceof SyntaxError,
});
`;
