import { createReadStream } from "node:fs";
import { DecodeError } from "@framewright/codec";
import { Exit, reasonOf } from "./exit.ts";
import { type BytesNotation, toJson } from "./json-items.ts";
import { bytesOfHex } from "./layers.ts";
import type { NamedStack } from "./stack-expression.ts";
import { print } from "./standard-streams.ts";

export interface DecodeOptions {
	readonly stack: NamedStack;
	/** The input itself, instead of a file. */
	readonly hex?: string;
	readonly bytes: BytesNotation;
	/** Whether to write `{"offset": ..., "item": ...}` rather than the item alone. */
	readonly offsets?: boolean;
}

/** What is gathered before it is written: a write for each small item would cost more than the item. */
const WRITE_SIZE = 65_536;

/** Prints every item of the input as one line of JSON. */
export async function decode(
	file: string | undefined,
	{ stack, hex, bytes, offsets = false }: DecodeOptions,
): Promise<void> {
	const decoder = stack.layer.decoder();
	let lines = "";
	const flush = async (): Promise<void> => {
		const text = lines;
		lines = "";
		if (text !== "") await print(text);
	};
	const drain = async (): Promise<void> => {
		for (let item = decoder.pull(); item !== undefined; item = decoder.pull()) {
			const json = toJson(item, stack.gives, bytes, decoder.itemOffset);
			lines += offsets
				? `{"offset":${decoder.itemOffset},"item":${json}}\n`
				: `${json}\n`;
			if (lines.length >= WRITE_SIZE) await flush();
		}
		await flush();
	};
	try {
		for await (const chunk of input(file, hex)) {
			decoder.push(chunk);
			await drain();
		}
		decoder.end();
		await drain();
	} catch (error) {
		// The items before the fault were whole.
		await flush();
		if (!(error instanceof DecodeError)) throw error;
		throw new Exit("input", reasonOf(error), { cause: error });
	}
}

async function* input(
	file: string | undefined,
	hex: string | undefined,
): AsyncIterable<Uint8Array> {
	if (hex !== undefined) {
		if (file !== undefined)
			throw new Exit("usage", "give a file or --hex, not both");
		const digits = hex.replace(/\s/g, "");
		if (!/^(?:[\da-f]{2})*$/i.test(digits))
			throw new Exit(
				"usage",
				`--hex: expected an even number of hex digits, not "${hex}"`,
			);
		yield bytesOfHex(digits);
	} else yield* fileOrStdin(file);
}

/** Reads a file; stdin when there is no name or it is `-`. */
export async function* fileOrStdin(
	file: string | undefined,
): AsyncIterable<Uint8Array> {
	const stream =
		file === undefined || file === "-" ? process.stdin : createReadStream(file);
	try {
		yield* stream;
	} catch (error) {
		throw new Exit(
			"input",
			`cannot read ${file ?? "stdin"}: ${reasonOf(error)}`,
		);
	}
}
