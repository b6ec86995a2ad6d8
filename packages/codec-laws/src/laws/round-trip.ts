import { type ByteEncoder, ByteWriter, type Encoder } from "@framewright/codec";
import { Broken } from "../broken.ts";
import { drain, type Event, end, push } from "../delivery.ts";
import { attempt, type Input } from "../input.ts";
import { sameBytes } from "../items.ts";
import type { Law } from "../law.ts";
import type { Subject } from "../options.ts";

/**
 * Each item comes out when the last byte of its encoding has been pushed, and the end of input adds nothing.
 *
 * That an encoding and an item stay what they were is checked for every law, where encodings are made.
 */
export const roundTrip: Law = {
	name: "what was encoded decodes to equal items, in order, as soon as it arrived, with nothing left",
	damage: false,
	check(subject, input) {
		decodesToEqual(subject, input);
		writesTheSame(subject, input);
	},
};

function decodesToEqual<T>(
	subject: Subject<T>,
	{ items, ends, bytes }: Input<T>,
): void {
	const events: Event[] = [];
	const demand = (ok: boolean, what: string): void => {
		if (ok) return;
		throw new Broken(what, [
			{ title: "encoded", items: items.map(subject.snapshot) },
			{ title: "decoded", events },
			{
				title: "the encodings, a cut behind each",
				bytes,
				cuts: ends.map((at) => ({ at, drain: true })),
			},
		]);
	};
	const decoder = subject.decoder();
	// `equals` wants the item itself, and at once: it may be a view of a chunk.
	let equal = true;
	const listening = {
		...subject,
		snapshot(decoded: T) {
			const item = items[events.length];
			equal &&= item !== undefined && subject.equals(item, decoded);
			return subject.snapshot(decoded);
		},
	};
	for (const [i, to] of ends.entries()) {
		push(decoder, bytes.slice(ends[i - 1] ?? 0, to), events);
		drain(listening, decoder, to, events);
		demand(
			events.length === i + 1 && events[i]?.kind === "item",
			`the encoding of item ${i} was decoded to something else than one item`,
		);
		demand(equal, `item ${i} was decoded to another item`);
	}
	end(decoder, events);
	drain(listening, decoder, bytes.length, events);
	demand(
		events.length === items.length,
		"after the last item there was something left at the end of input",
	);
}

/** An encoder that also appends to a writer must write there what it returns. */
function writesTheSame<T>(subject: Subject<T>, input: Input<T>): void {
	const encoder = subject.encoder();
	if (!isAppending(encoder)) return;
	const writer = new ByteWriter();
	for (const item of input.chosen)
		attempt(() => writer.append(encoder, item), subject.snapshot(item));
	const written = writer.take();
	if (!sameBytes(written, input.encoded))
		throw new Broken("encodeInto() wrote other bytes than encode() returned", [
			{ title: "the items", items: input.chosen.map(subject.snapshot) },
			{ title: "encode()", bytes: input.encoded, cuts: [] },
			{ title: "encodeInto()", bytes: written, cuts: [] },
		]);
}

function isAppending<T>(
	encoder: Encoder<T, Uint8Array>,
): encoder is ByteEncoder<T> {
	return "encodeInto" in encoder;
}
