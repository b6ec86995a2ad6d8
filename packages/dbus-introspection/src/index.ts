export type {
	Annotations,
	EmitsChangedSignal,
	InterfaceDescription,
	MethodDescription,
	NodeDescription,
	PropertyDescription,
	SignalDescription,
} from "./description.ts";
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
