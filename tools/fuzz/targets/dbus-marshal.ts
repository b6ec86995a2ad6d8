import { DecodeError } from "@framewright/codec";
import {
	type Marshaller,
	marshalBody,
	SignatureError,
} from "@framewright/dbus-marshal";
import { fuzzCodec } from "@framewright/fuzz";
import { body } from "../../../packages/dbus-marshal/test/arbitrary-value.ts";
import { DBUS_WORDS } from "./shared/dbus.ts";

/** A signature, where and how its values lie, and the values: what a message says in several places. */
interface Body {
	readonly signature: string;
	readonly endianness: "little" | "big";
	readonly position: number;
	readonly values: unknown[];
}

const marshallers = new Map<string, Marshaller<unknown[]>>();

/** Makes each codec once: to make one costs more than to use it. */
function marshallerOf(signature: string): Marshaller<unknown[]> {
	let marshaller = marshallers.get(signature);
	if (marshaller === undefined) {
		marshaller = marshalBody(signature as "v", {
			dict: "entries",
		}) as unknown as Marshaller<unknown[]>;
		if (marshallers.size > 10_000) marshallers.clear();
		marshallers.set(signature, marshaller);
	}
	return marshaller;
}

const BIG = 0x80;

/**
 * Any values of any signature. An input is read so:
 *
 *     [big-endian: 1 bit, position: 3 bits, 4 bits of no use] [length] [signature] [values]
 */
export const fuzz = fuzzCodec(
	{
		decode(data: Uint8Array): Body {
			const [first = 0, length = 0] = data;
			const signature = String.fromCharCode(...data.subarray(2, 2 + length));
			const endianness = (first & BIG) === 0 ? "little" : "big";
			const position = (first >> 4) & 7;
			let marshaller: Marshaller<unknown[]>;
			try {
				marshaller = marshallerOf(signature);
			} catch (error) {
				if (!(error instanceof SignatureError)) throw error;
				throw new DecodeError("invalid-syntax", error.message, 2);
			}
			const values = atOffset(2 + signature.length - position, () =>
				marshaller.decode(data.subarray(2 + length), { endianness, position }),
			);
			return { signature, endianness, position, values };
		},
		encode({ signature, endianness, position, values }: Body): Uint8Array {
			const bytes = marshallerOf(signature).encode(values, {
				endianness,
				position,
			});
			const first = (endianness === "big" ? BIG : 0) | (position << 4);
			return Uint8Array.of(
				first,
				signature.length,
				...new TextEncoder().encode(signature),
				...bytes,
			);
		},
	},
	{
		item: body.map(
			({ signature, values }): Body => ({
				signature,
				endianness: "little",
				position: 0,
				values,
			}),
		),
		dictionary: DBUS_WORDS,
	},
);

/** Moves the offset of a fault from the message that values lie in to the input. */
function atOffset<T>(offset: number, decode: () => T): T {
	try {
		return decode();
	} catch (error) {
		if (!(error instanceof DecodeError)) throw error;
		throw new DecodeError(error.code, error.message, error.offset + offset);
	}
}
