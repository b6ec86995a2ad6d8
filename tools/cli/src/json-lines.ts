import { DecodeError } from "@framewright/codec";
import { lines } from "@framewright/newline";
import { fileOrStdin } from "./decode.ts";
import { Exit, reasonOf } from "./exit.ts";

export interface JsonLine {
	readonly text: string;
	/** Where the line stands, for a message: `line 3, byte 57`. */
	readonly place: string;
}

/** Reads the lines of a file or of stdin, empty ones left out. */
export async function* jsonLines(
	file: string | undefined,
): AsyncIterable<JsonLine> {
	const decoder = lines({
		delimiter: "either",
		unterminated: "emit",
		// An item of 8 MiB may need 6 bytes of JSON for every byte of its own.
		maxLength: 64 * 1024 * 1024,
	}).decoder();
	let number = 0;
	function* drain(): Iterable<JsonLine> {
		for (let text = decoder.pull(); text !== undefined; text = decoder.pull()) {
			number += 1;
			if (text.trim() !== "")
				yield { text, place: `line ${number}, byte ${decoder.itemOffset}` };
		}
	}
	try {
		for await (const chunk of fileOrStdin(file)) {
			decoder.push(chunk);
			yield* drain();
		}
		decoder.end();
		yield* drain();
	} catch (error) {
		if (error instanceof DecodeError)
			throw new Exit("input", reasonOf(error), { cause: error });
		throw error;
	}
}
