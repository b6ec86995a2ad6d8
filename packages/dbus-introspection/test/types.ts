// Checked by the compiler. Nothing here runs.

import type {
	InterfaceDescription,
	MethodArguments,
	MethodDescription,
	MethodInput,
	MethodOutput,
	MethodResult,
	MethodsOf,
	PropertyValue,
	ReadableProperties,
	SignalArguments,
	SignalInput,
	SignalsOf,
	WritableProperties,
} from "@framewright/dbus-introspection";
import type { Variant } from "@framewright/dbus-marshal";

type Same<A, B> =
	(<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2
		? true
		: false;

function same<A, B>(..._: Same<A, B> extends true ? [] : [never]): void {}

const _Clock = {
	name: "com.example.Clock",
	methods: {
		SetAlarm: {
			in: "ts",
			out: "u",
			inNames: ["when", "message"],
			outNames: ["id"],
		},
		Alarms: { out: "a{us}" },
		Next: { out: "ut" },
		Zone: { out: "(su)" },
		Stop: { in: "u", noReply: true },
	},
	signals: { Rang: { args: "us" }, Stopped: {} },
	properties: {
		Time: { type: "t", access: "read", emitsChangedSignal: "false" },
		Volume: { type: "d", access: "readwrite" },
		Secret: { type: "ai", access: "write" },
	},
} as const satisfies InterfaceDescription;
type Clock = typeof _Clock;
type Methods = MethodsOf<Clock>;
type Signals = SignalsOf<Clock>;

export function methods(): void {
	same<MethodInput<Methods["SetAlarm"]>, readonly [bigint, string]>();
	same<MethodArguments<Methods["SetAlarm"]>, [bigint, string]>();
	same<MethodInput<Methods["Alarms"]>, readonly []>();
}

/** One value out is the value, several are a tuple, none is undefined. */
export function results(): void {
	same<MethodResult<Methods["SetAlarm"]>, number>();
	same<MethodResult<Methods["Alarms"]>, Map<number, string>>();
	same<MethodResult<Methods["Alarms"], "entries">, [number, string][]>();
	same<MethodResult<Methods["Next"]>, [number, bigint]>();
	same<MethodResult<Methods["Zone"]>, [string, number]>();
	same<MethodResult<Methods["Stop"]>, undefined>();
	same<MethodOutput<Methods["Next"]>, readonly [number, bigint]>();
	same<MethodOutput<Methods["Stop"]>, undefined>();
}

export function signals(): void {
	same<SignalArguments<Signals["Rang"]>, [number, string]>();
	same<SignalArguments<Signals["Stopped"]>, []>();
	same<SignalInput<Signals["Rang"]>, readonly [number, string]>();
}

export function properties(): void {
	same<
		ReadableProperties<Clock>,
		{ readonly Time: bigint; readonly Volume: number }
	>();
	same<
		WritableProperties<Clock>,
		{ Volume: number; Secret: readonly number[] }
	>();
	same<PropertyValue<{ type: "v"; access: "read" }>, Variant>();
}

/** What is known only at run time is anything. */
export function unknowns(): void {
	same<MethodInput<{ in: string }>, readonly unknown[]>();
	same<MethodResult<{ out: string }>, unknown>();
	same<keyof MethodsOf<{ name: "a.b" }>, never>();
	same<MethodsOf<InterfaceDescription>[string], MethodDescription>();
}
