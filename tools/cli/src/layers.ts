import { cobs } from "@framewright/cobs";
import type { Layer } from "@framewright/codec";
import { contentLength } from "@framewright/content-length";
import { dbusMessage } from "@framewright/dbus-message";
import { httpChunked } from "@framewright/http-chunked";
import { jsonRpc } from "@framewright/json-rpc";
import {
	grpcMessages,
	kafkaMessages,
	type LengthPrefixedOptions,
	lengthPrefixed,
	netstrings,
	octetCounting,
	oncRpcRecords,
	postgresMessages,
	thriftFramed,
	varintDelimited,
} from "@framewright/length-prefixed";
import {
	jsonLines,
	jsonTextSequence,
	lines,
	newline,
} from "@framewright/newline";
import { slip } from "@framewright/slip";

/** What one layer hands up to the next, or, at the bottom, what a connection is. */
export type Kind =
	| "a byte stream"
	| "bytes"
	| "text"
	| "JSON values"
	| "parts of a body"
	| "lines in pieces"
	| "D-Bus messages"
	| "messages";

/** How the value of an option is written: `read` gives `undefined` for text that is no such value. */
export interface OptionType {
	readonly expects: string;
	read(text: string): unknown;
}

/** A layer as the command line knows it. */
export interface LayerEntry {
	readonly takes: readonly Kind[];
	readonly gives: Kind;
	/** What it gives instead, with some options. */
	givesWith?(options: { readonly [name: string]: unknown }): Kind | undefined;
	/** The options, by the names that the factory knows them by. */
	readonly options: Readonly<Record<string, OptionType>>;
	// biome-ignore lint/suspicious/noExplicitAny: what a layer takes and gives is checked by `takes` and `gives`.
	make(options: object): Layer<any, any, any>;
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

const boolean = oneOf(true, false);
const oversize = oneOf("fail", "skip");
const unterminated = oneOf("error", "emit", "discard");

/** One ASCII character, which may be one that a stack has a use for: `x2c` is a comma. */
const character: OptionType = {
	expects: "an ASCII character, or its byte in hex after an x, such as x2c",
	read: (text) =>
		/^x[0-7][\da-f]$/i.test(text)
			? String.fromCharCode(Number.parseInt(text.slice(1), 16))
			: text.length === 1
				? text
				: undefined,
};

const newlineOptions: LayerEntry["options"] = {
	delimiter,
	keepDelimiter: boolean,
	maxLength: size,
	oversize: oneOf("fail", "skip", "pieces"),
	unterminated,
	bom: oneOf("keep", "strip", "error"),
};
const jsonOptions: LayerEntry["options"] = {
	maxLength: size,
	unterminated,
	bom: oneOf("error", "strip"),
};
const resyncOptions: LayerEntry["options"] = {
	maxLength: size,
	resync: boolean,
};

/** A framing of bytes, on the connection or inside another one. */
function framing(
	make: LayerEntry["make"],
	options: LayerEntry["options"],
	gives: Kind = "bytes",
): LayerEntry {
	return { takes: ["a byte stream", "bytes"], gives, make, options };
}

/** Length-prefixed framing of a well-known protocol. */
function preset(format: LengthPrefixedOptions): LayerEntry {
	const make = (options: object) => lengthPrefixed({ ...format, ...options });
	return framing(make, { maxLength: size, oversize });
}

/** Every layer that a stack can name. To teach the command a layer, add it here. */
export const layers: ReadonlyMap<string, LayerEntry> = new Map<
	string,
	LayerEntry
>([
	[
		"length-prefixed",
		framing(lengthPrefixed, {
			width: oneOf(1, 2, 3, 4, 5, 6, 7, 8, "varint", "decimal"),
			endian: oneOf("be", "le"),
			highestBit: oneOf("length", "sign", "last"),
			maxFragment: size,
			separator: character,
			terminator: character,
			offset: integer,
			adjustment: integer,
			includesPrefix: boolean,
			header: oneOf("strip", "keep"),
			minLength: size,
			maxLength: size,
			oversize,
		}),
	],
	["grpc-messages", preset(grpcMessages)],
	["kafka-messages", preset(kafkaMessages)],
	["netstrings", preset(netstrings)],
	["octet-counting", preset(octetCounting)],
	["onc-rpc-records", preset(oncRpcRecords)],
	["postgres-messages", preset(postgresMessages)],
	["thrift-framed", preset(thriftFramed)],
	["varint-delimited", preset(varintDelimited)],
	[
		"newline",
		{
			...framing(newline, newlineOptions),
			givesWith: ({ oversize }) =>
				oversize === "pieces" ? "lines in pieces" : undefined,
		},
	],
	["lines", framing(lines, { ...newlineOptions, oversize }, "text")],
	[
		"json-lines",
		framing(
			jsonLines,
			{ ...jsonOptions, blankLines: oneOf("error", "skip") },
			"JSON values",
		),
	],
	["json-text-sequence", framing(jsonTextSequence, jsonOptions, "JSON values")],
	[
		"content-length",
		framing(contentLength, { ...resyncOptions, maxHeaderLength: size }),
	],
	["slip", framing(slip, { ...resyncOptions, leadingEnd: boolean })],
	["cobs", framing(cobs, resyncOptions)],
	[
		"http-chunked",
		framing(
			httpChunked,
			{
				maxLength: size,
				maxExtensionLength: size,
				maxTrailerLength: size,
				badWhitespace: boolean,
				forbiddenTrailers: oneOf("fail", "keep"),
			},
			"parts of a body",
		),
	],
	[
		"dbus-message",
		framing(
			// Entries: a dict may have a key twice.
			(options) => dbusMessage({ ...options, dict: "entries" }),
			{ maxLength: size },
			"D-Bus messages",
		),
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
				echoId: boolean,
			},
		},
	],
]);
