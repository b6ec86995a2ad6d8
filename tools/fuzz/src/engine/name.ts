import { createHash } from "node:crypto";

/** The name of an input in a corpus: the start of the SHA-256 of its bytes. */
export function nameOf(input: Uint8Array): string {
	return hashOf(input);
}

/** Names a corpus, whatever the order of its inputs. */
export function nameOfCorpus(inputs: readonly Uint8Array[]): string {
	return hashOf([...new Set(inputs.map(nameOf))].sort().join());
}

function hashOf(data: Uint8Array | string): string {
	return createHash("sha256").update(data).digest("hex").slice(0, 16);
}
