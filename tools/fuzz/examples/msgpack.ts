import { fuzzFunction } from "@framewright/fuzz";
import { DecodeError, decode } from "@msgpack/msgpack";

/** Promises `DecodeError` for what is no MessagePack. */
export const fuzz = fuzzFunction(decode, {
	declared: (error) => error instanceof DecodeError,
});
