import type { Layer } from "@framewright/codec";
import { jsonRpc } from "@framewright/json-rpc";
import { lengthPrefixed } from "@framewright/length-prefixed";
import { lines, newline } from "@framewright/newline";

/** What one layer hands up to the next, or, at the bottom, what a connection is. */
export type Kind = "a byte stream" | "bytes" | "text" | "messages";

/** How the value of an option is written: `read` gives `undefined` for text that is no such value. */
export interface OptionType {
	readonly expects: string;
	read(text: string): unknown;
}

/** A layer as the command line knows it. */
export interface LayerEntry {
	readonly takes: readonly Kind[];
	readonly gives: Kind;
	/** The options, by the names that the factory knows them by. */
	readonly options: Readonly<Record<string, OptionType>>;
	// biome-ignore lint/suspicious/noExplicitAny: what a layer takes and gives is checked by `takes` and `gives`.
	make(options: object): Layer<any, any>;
}

function oneOf(...values: (string | number | boolean)[]): OptionType {
	return {
		expects: values.join(", ").replace(/, ([^,]*)$/, " or $1"),
		read: (text) => values.find((value) => String(value) === text),
	};
}

const integer: OptionType = {
	expects: "an integer",
	read: (text) => (/^-?\d+$/.test(text) ? Number(text) : undefined),
};

const UNITS: Readonly<Record<string, number>> = {
	"": 1,
	KiB: 1024,
	MiB: 1024 ** 2,
	GiB: 1024 ** 3,
};

const size: OptionType = {
	expects: "a number of bytes, such as 65536, 64KiB or 8MiB",
	read: (text) => {
		const [, count, unit = ""] = /^(\d+)([KMG]iB)?$/.exec(text) ?? [];
		return count && Number(count) * (UNITS[unit] as number);
	},
};

const delimiter: OptionType = {
	expects: "lf, crlf, either, or bytes in hex after an x, such as x00 or x0d0a",
	read: (text) =>
		/^x(?:[\da-f]{2})+$/i.test(text)
			? bytesOfHex(text.slice(1))
			: ["lf", "crlf", "either"].find((value) => value === text),
};

/** Reads an even number of hex digits. */
export function bytesOfHex(digits: string): Uint8Array {
	return Buffer.from(digits, "hex");
}

const newlineOptions: LayerEntry["options"] = {
	delimiter,
	keepDelimiter: oneOf(true, false),
	maxLength: size,
	unterminated: oneOf("error", "emit", "discard"),
};

/** Every layer that a stack can name. To teach the command a layer, add it here. */
export const layers: ReadonlyMap<string, LayerEntry> = new Map<
	string,
	LayerEntry
>([
	[
		"length-prefixed",
		{
			takes: ["a byte stream", "bytes"],
			gives: "bytes",
			make: lengthPrefixed,
			options: {
				width: oneOf(1, 2, 3, 4, 5, 6, 7, 8, "varint"),
				endian: oneOf("be", "le"),
				offset: integer,
				adjustment: integer,
				includesPrefix: oneOf(true, false),
				header: oneOf("strip", "keep"),
				maxLength: size,
			},
		},
	],
	[
		"newline",
		{
			takes: ["a byte stream", "bytes"],
			gives: "bytes",
			make: newline,
			options: newlineOptions,
		},
	],
	[
		"lines",
		{
			takes: ["a byte stream", "bytes"],
			gives: "text",
			make: lines,
			options: newlineOptions,
		},
	],
	[
		"json-rpc",
		{
			takes: ["bytes"],
			gives: "messages",
			make: jsonRpc,
			options: {
				maxLength: size,
				maxDepth: integer,
				maxBatch: integer,
				echoId: oneOf(true, false),
			},
		},
	],
]);
