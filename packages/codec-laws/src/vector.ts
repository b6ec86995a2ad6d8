import type { DecodeErrorCode, Item, Layer } from "@framewright/codec";
import fc, { type Arbitrary } from "fast-check";
import { chunksOf, decode, type Event } from "./delivery.ts";
import { every } from "./input.ts";
import { show } from "./items.ts";
import { type CodecLawsOptions, subjectOf } from "./options.ts";

/** Bytes on the wire, and what they mean: a specification's example, or the bytes that once showed a fault. */
export interface CodecVector<T> {
	/** The whole input, in hex; white space is ignored. */
	readonly wire: string;
	/** What comes out of it, in order, before the fault if there is one. */
	readonly items: readonly T[];
	/** The fault that ends it, and where. Default: a clean end. */
	readonly fault?: { readonly code: DecodeErrorCode; readonly offset: number };
	/** Whether the items also encode to these bytes. Default: true, unless there is a fault. */
	readonly canonical?: boolean;
}

/**
 * Checks a vector at every chunk size, from one byte to the whole, and in the other direction. Throws an `Error` that
 * shows what was expected and what came out.
 *
 *     checkVector(lengthPrefixed(), { wire: "00000002 6162  0000", items: [ab], fault: { code: "truncated", offset: 8 } });
 */
export function checkVector<T extends Item, Sent extends T>(
	layer: Layer<T, Uint8Array, Sent>,
	vector: CodecVector<T>,
	options: Pick<CodecLawsOptions<T>, "show"> = {},
): void {
	// A vector brings its own items: none is generated.
	const item: Arbitrary<never> = fc.constant<never>(undefined as never);
	const subject = subjectOf<T>(layer, { ...options, item });
	const wire = bytesOf(vector.wire);
	const { fault, canonical = fault === undefined } = vector;
	const expected = [
		...vector.items.map((item) => show(subject.snapshot(item))),
		...(fault === undefined ? [] : [`${fault.code} at ${fault.offset}`]),
	].join("\n");

	for (let size = 1; size <= Math.max(1, wire.length); size++) {
		const cuts = every(size, wire.length);
		const events = decode(subject, chunksOf(wire, { cuts, around: 0xff }));
		const found = events.map(line).join("\n");
		if (found !== expected)
			throw new Error(
				`In chunks of ${size}, ${show(wire)} must give\n${expected || "(nothing)"}\nbut gave\n${found || "(nothing)"}`,
			);
	}
	if (!canonical) return;
	const encoder = subject.encoder();
	const encoded = vector.items.flatMap((item) => [...encoder.encode(item)]);
	const found = show(Uint8Array.from(encoded));
	if (found !== show(wire))
		throw new Error(
			`The items must encode to\n${show(wire)}\nbut encode to\n${found}`,
		);
}

function line(event: Event): string {
	if (event.kind === "item") return show(event.item);
	if (event.kind === "error")
		return `${event.error.code} at ${event.error.offset}`;
	return event.what;
}

function bytesOf(hex: string): Uint8Array {
	const digits = hex.replaceAll(/\s/g, "");
	if (!/^([\da-f]{2})*$/i.test(digits))
		throw new TypeError(`A vector's wire must be bytes in hex, not ${hex}`);
	return Uint8Array.from(digits.match(/../g) ?? [], (byte) =>
		Number.parseInt(byte, 16),
	);
}
