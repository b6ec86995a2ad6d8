import {
	isBusName,
	isErrorName,
	isInterfaceName,
	isMemberName,
} from "./names.ts";

/** A field of the header, as the specification lists it ("Header Fields"). */
export interface Field {
	readonly code: number;
	readonly name: string;
	/** The type of its value. */
	readonly signature: "o" | "s" | "u" | "g";
	/** What is wrong with a value of that type, if anything is. */
	fault(value: string | number): string | undefined;
}

/** How many names of a kind are remembered as valid: those of messages are the same again and again. */
const KNOWN = 256;

function named(is: (text: string) => boolean, what: string): Field["fault"] {
	const known = new Set<string>();
	return (value) => {
		const name = value as string;
		if (known.has(name)) return undefined;
		if (!is(name)) return `${JSON.stringify(name)} is not the name of ${what}`;
		if (known.size === KNOWN) known.clear();
		known.add(name);
		return undefined;
	};
}

// The library of the other side sends these to itself, to tell of a lost connection: nobody may forge that. libdbus refuses
// whatever begins so.
const LOCAL_PATH = "/org/freedesktop/DBus/Local";
const LOCAL_INTERFACE = "org.freedesktop.DBus.Local";

const isName = named(isInterfaceName, "an interface");

const fine = (): undefined => undefined;

/** The fields, by the members of a message that hold them. */
export const fields: Readonly<
	Record<
		| "path"
		| "interface"
		| "member"
		| "errorName"
		| "replySerial"
		| "destination"
		| "sender"
		| "signature"
		| "unixFds",
		Field
	>
> = {
	path: {
		code: 1,
		name: "PATH",
		signature: "o",
		fault: (value) =>
			`${value}`.startsWith(LOCAL_PATH)
				? `${LOCAL_PATH} is reserved`
				: undefined,
	},
	interface: {
		code: 2,
		name: "INTERFACE",
		signature: "s",
		fault: (value) =>
			`${value}`.startsWith(LOCAL_INTERFACE)
				? `${LOCAL_INTERFACE} is reserved`
				: isName(value),
	},
	member: {
		code: 3,
		name: "MEMBER",
		signature: "s",
		fault: named(isMemberName, "a member"),
	},
	errorName: {
		code: 4,
		name: "ERROR_NAME",
		signature: "s",
		fault: named(isErrorName, "an error"),
	},
	replySerial: {
		code: 5,
		name: "REPLY_SERIAL",
		signature: "u",
		fault: (value) => (value === 0 ? "a serial is never 0" : undefined),
	},
	destination: {
		code: 6,
		name: "DESTINATION",
		signature: "s",
		fault: named(isBusName, "a connection"),
	},
	sender: {
		code: 7,
		name: "SENDER",
		signature: "s",
		fault: named(isBusName, "a connection"),
	},
	signature: { code: 8, name: "SIGNATURE", signature: "g", fault: fine },
	unixFds: { code: 9, name: "UNIX_FDS", signature: "u", fault: fine },
};

export type FieldKey = keyof typeof fields;

/** The members of a message, by the codes of their fields. */
export const keys: readonly (FieldKey | undefined)[] = [
	undefined,
	...(Object.keys(fields) as FieldKey[]),
];

/** The types of messages, by their codes; 0 is none. */
export const types = [
	undefined,
	"method_call",
	"method_return",
	"error",
	"signal",
] as const;

/** The fields that must be there, by the type of the message. */
export const required: Readonly<Record<string, readonly FieldKey[]>> = {
	method_call: ["path", "member"],
	method_return: ["replySerial"],
	error: ["errorName", "replySerial"],
	signal: ["path", "interface", "member"],
};
