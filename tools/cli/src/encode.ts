import { Exit } from "./exit.ts";
import { fromJson } from "./json-items.ts";
import { jsonLines } from "./json-lines.ts";
import type { NamedStack } from "./stack-expression.ts";
import { print } from "./standard-streams.ts";

export interface EncodeOptions {
	readonly stack: NamedStack;
	/** Whether to write hex, one item a line, rather than bytes. */
	readonly toHex?: boolean;
}

/** Encodes items, one line of JSON each, and writes their bytes. */
export async function encode(
	file: string | undefined,
	{ stack, toHex = false }: EncodeOptions,
): Promise<void> {
	const encoder = stack.layer.encoder();
	for await (const line of jsonLines(file)) {
		let bytes: Uint8Array;
		try {
			bytes = encoder.encode(fromJson(line.text, stack.gives));
		} catch (error) {
			// What is no item is an Error of fromJson's; what the stack cannot carry, a RangeError of the encoder's.
			throw new Exit("input", `${line.place}: ${(error as Error).message}`);
		}
		await print(toHex ? `${Buffer.from(bytes).toString("hex")}\n` : bytes);
	}
}
