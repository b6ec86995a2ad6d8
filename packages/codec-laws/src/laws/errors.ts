import type { DecodeErrorCode } from "@framewright/codec";
import { Broken } from "../broken.ts";
import { chunksOf, decode, type Event } from "../delivery.ts";
import type { Cut } from "../input.ts";
import type { Law } from "../law.ts";

// As a record, so that the compiler asks for a code that was added to the union.
const CODES: Record<DecodeErrorCode, true> = {
	truncated: true,
	"too-large": true,
	"too-deep": true,
	"invalid-length": true,
	overlong: true,
	"invalid-utf8": true,
	"invalid-syntax": true,
	"invalid-value": true,
};

/** The encoder's half, that it throws nothing but `RangeError` and `TypeError`, is checked for every law. */
export const errors: Law = {
	name: "only DecodeError is ever thrown on account of input, with a code of the union and an offset within the input",
	damage: true,
	check(subject, { bytes, cuts }) {
		for (const some of [[], cuts])
			demandDeclared(
				decode(subject, chunksOf(bytes, { cuts: some, around: 0xff })),
				bytes,
				some,
			);
	},
};

function demandDeclared(
	events: readonly Event[],
	bytes: Uint8Array,
	cuts: readonly Cut[],
): void {
	const last = events.at(-1);
	if (last === undefined || last.kind === "item") return;
	let what: string;
	if (last.kind === "fault") what = last.what;
	else {
		const { code, offset } = last.error;
		if (!Object.hasOwn(CODES, code)) what = `${code} is not a declared code`;
		else if (!Number.isInteger(offset) || offset < 0 || offset > bytes.length)
			what = `the offset ${offset} is not within the ${bytes.length} bytes of input`;
		else return;
	}
	throw new Broken(
		what,
		[
			{ title: "what came out", events },
			{ title: "the input", bytes, cuts },
		],
		last.error,
	);
}
