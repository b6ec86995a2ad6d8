import { CompiledMarshaller } from "./compiled-marshaller.ts";
import { readTuple } from "./decode.ts";
import { compileWrite, writeTuple } from "./encode.ts";
import { anyLarge, compileLarge } from "./large.ts";
import type { Marshaller, MarshalOptions } from "./options.ts";
import { decodeCompiler } from "./options.ts";
import { parseSignature, parseType } from "./signature.ts";
import type {
	BodyInputOf,
	BodyOf,
	CheckedSignature,
	CheckedType,
	DictForm,
	InputOf,
	ValueOf,
} from "./types.ts";

/**
 * Makes a codec for one complete type.
 *
 *     marshal("as").encode(["a", "b"])
 *
 *     0e 00 00 00   01 00 00 00 61 00   00 00   01 00 00 00 62 00
 *     [bytes    ]   [length   ] a NUL   [pad]   [length   ] b NUL
 *
 * Throws a `SignatureError` for a bad signature.
 */
export function marshal<
	const S extends string,
	const D extends DictForm = "map",
>(
	signature: CheckedType<S>,
	options: MarshalOptions<D> = {},
): Marshaller<ValueOf<S, D>, InputOf<S>> {
	const type = parseType(signature);
	const compiler = decodeCompiler(options);
	return new CompiledMarshaller(
		signature,
		options.name ?? "value",
		compiler.compile(type),
		compileWrite(type),
		compileLarge(type),
	) as Marshaller<unknown> as Marshaller<ValueOf<S, D>, InputOf<S>>;
}

/**
 * Makes a codec for zero or more complete types, one behind the other: the body of a message, as an array.
 *
 *     marshalBody("y(q)").encode([1, [2]])
 *
 *     01   00 00 00 00 00 00 00   02 00
 *     [y]  [padding to 8      ]   [q  ]
 *
 * Throws a `SignatureError` for a bad signature.
 */
export function marshalBody<
	const S extends string,
	const D extends DictForm = "map",
>(
	signature: CheckedSignature<S>,
	options: MarshalOptions<D> = {},
): Marshaller<BodyOf<S, D>, BodyInputOf<S>> {
	const types = parseSignature(signature);
	const compiler = decodeCompiler(options);
	return new CompiledMarshaller(
		signature,
		options.name ?? "body",
		readTuple(types.map((type) => compiler.compile(type))),
		writeTuple(types.map(compileWrite)),
		anyLarge(types),
	) as Marshaller<unknown> as Marshaller<BodyOf<S, D>, BodyInputOf<S>>;
}
