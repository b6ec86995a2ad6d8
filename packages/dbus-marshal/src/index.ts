export { marshal, marshalBody } from "./marshal.ts";
export type { Marshaller, MarshalOptions, WireOptions } from "./options.ts";
export { type Plain, plain } from "./plain.ts";
export {
	type BasicCode,
	parseSignature,
	SignatureError,
	signatureOf,
	type Type,
} from "./signature.ts";
export type {
	BodyInputOf,
	BodyOf,
	CheckedSignature,
	CheckedType,
	DictForm,
	InputOf,
	ValueOf,
} from "./types.ts";
export { Variant, variant } from "./variant.ts";
