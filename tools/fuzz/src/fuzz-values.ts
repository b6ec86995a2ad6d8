import type { Item, Layer } from "@framewright/codec";
import fc, { type Arbitrary } from "fast-check";
import { encode } from "./encoding.ts";
import { Execution } from "./execution.ts";
import { type AnyCodec, codecSubject } from "./fuzz-codec.ts";
import { declared, type FuzzLayerOptions, subjectOf } from "./fuzz-layer.ts";
import { askAll } from "./make-target.ts";
import { valuesCameBack } from "./oracles/round-trip.ts";
import { probe } from "./probe.ts";
import type { Subject } from "./subject.ts";
import type { Target } from "./target.ts";
import { valueFrom } from "./value-from.ts";
import { hex } from "./write-down.ts";

/** Says what oracles need to know about what the values go through. */
export type FuzzValuesOptions<Received, Sent = Received> = Omit<
	FuzzLayerOptions<Received, Sent>,
	"item"
>;

/** Up to so many items are sent one behind the other. */
const MOST_ITEMS = 4;

/**
 * Makes a target whose inputs are values, of a layer on bytes or of a codec: the bytes of an input are the choices of the
 * arbitrary (see `valueFrom`), so that coverage says which values are worth more of the same.
 *
 *     export const fuzz = fuzzValues(jsonRpc(), message);
 *
 * Each value must be encoded, or refused with a `RangeError` or a `TypeError`, and come back; and of what it is encoded to,
 * all oracles are asked. For what is behind a checksum, or valid in a few bytes of a million only.
 */
export function fuzzValues<Received extends Item, Sent>(
	layer: Layer<Received, Uint8Array, Sent> | AnyCodec<Received, Sent>,
	item: Arbitrary<Sent>,
	options: FuzzValuesOptions<Received, Sent> = {},
): Target {
	const isLayer = "decoder" in layer;
	const subject: Subject = isLayer
		? subjectOf("", layer, options)
		: codecSubject("", layer, declared, options);
	if (subject.encoder === undefined)
		throw new TypeError("Values can only be sent through what encodes");
	const items: Arbitrary<readonly unknown[]> = isLayer
		? fc.array(item, { minLength: 1, maxLength: MOST_ITEMS, size: "max" })
		: fc.tuple(item);
	// Values are sent as they are made; `sent` is about what was received.
	const asItIs: Subject = { ...subject, sent: (value) => value };

	const target: Target = (data) => {
		const encoded = encode(asItIs, valueFrom(items, data));
		const execution = new Execution(subject, encoded.bytes, probe.thorough);
		if (options.skip?.matches(encoded.bytes)) return;
		valuesCameBack(execution, encoded, execution.whole);
		askAll(execution);
	};
	const { dictionary, modules, maxLength } = options;
	return Object.assign(target, {
		format: (data: Uint8Array) => {
			const values = valueFrom(items, data);
			const { bytes } = encode(asItIs, values);
			return [
				...values.map((value, i) => `value ${i}  ${subject.show(value)}`),
				`encoded  ${hex(bytes)}`,
			].join("\n");
		},
		...(dictionary && { dictionary }),
		...(modules && { modules }),
		...(maxLength && { maxLength }),
	});
}
