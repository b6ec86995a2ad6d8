import type { Read } from "./decode.ts";
import { within } from "./fault.ts";
import type { Reader } from "./reader.ts";
import { parseType, type Type } from "./signature.ts";
import { Variant } from "./variant.ts";

/** How many signatures of variants are kept compiled: what a peer may make us hold. */
const KNOWN = 256;

/** A signature, and what reads a value of it. */
interface Known {
	readonly signature: string;
	readonly read: Read;
}

/** Reads variants, whose types come with the values: types are compiled by `compile`, and kept. */
export function readVariant(compile: (type: Type) => Read): Read {
	const known = new Map<string, Known>();
	// The one that was met last of all with the same hash: it is compared byte by byte, and no string is made.
	const recent = new Array<Known | undefined>(KNOWN).fill(undefined);

	function lookUp(from: Reader): Known {
		const signature = from.signature();
		let found = known.get(signature);
		if (found === undefined) {
			const read = compile(from.parsed(parseType, signature));
			found = { signature, read };
			if (known.size === KNOWN) known.clear();
			known.set(signature, found);
		}
		return found;
	}

	return (from, depth) => {
		const hash = from.signatureHash();
		let type = recent[hash];
		if (type === undefined || !from.isSignature(type.signature))
			type = recent[hash] = lookUp(from);
		try {
			from.deep(depth + 1);
			return new Variant(type.signature, type.read(from, depth + 1));
		} catch (thrown) {
			throw within(thrown, ".v");
		}
	};
}
