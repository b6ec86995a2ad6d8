export { checkInterface } from "./check.ts";
export type {
	Annotations,
	EmitsChangedSignal,
	InterfaceDescription,
	MethodDescription,
	NodeDescription,
	PropertyDescription,
	SignalDescription,
} from "./description.ts";
export { formatIntrospection } from "./format.ts";
export type { ParseOptions, XmlLimits } from "./options.ts";
export { parseIntrospection } from "./parse.ts";
export type {
	MethodArguments,
	MethodInput,
	MethodOutput,
	MethodResult,
	MethodsOf,
	PropertiesOf,
	PropertyInput,
	PropertyValue,
	ReadableProperties,
	SignalArguments,
	SignalInput,
	SignalsOf,
	WritableProperties,
} from "./types.ts";
