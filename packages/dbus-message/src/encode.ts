import { ByteWriter } from "@framewright/codec";
import { marshal, Variant } from "@framewright/dbus-marshal";
import type { Bodies } from "./bodies.ts";
import { fields, keys, required, types } from "./fields.ts";
import type { OutgoingMessage } from "./message.ts";
import type { Settings } from "./options.ts";

const header = marshal("a(yv)", { name: "header" });

const MAX_UINT32 = 0xffff_ffff;

/** From this many bytes on, a body is handed on instead of copied: see the README of codec. */
const BY_REFERENCE = 131_072;

/** What a header and the small values of a body have, as a rule. */
const FEW = 512;

/** Writes a message, whose first byte is where the writer stands. Throws a RangeError or a TypeError for one that cannot be. */
export function encodeMessage(
	message: OutgoingMessage,
	writer: ByteWriter,
	settings: Settings,
	bodies: Bodies,
): void {
	const { endianness = "little", body = [], signature = "" } = message;
	const start = writer.length;
	const position = writeHeader(message, writer);
	// Also for bytes: a bad signature must not get out.
	const values = bodies.of(signature);
	if (body instanceof Uint8Array) writer.write(body);
	else values.encodeInto(body, writer, { endianness, position });
	const length = writer.length - start - position;
	finish(message, writer, start, position, length, settings);
}

/** Makes the pieces of a message whose body is large bytes, or has such among its values; returns undefined for any other. */
export function encodeByReference(
	message: OutgoingMessage,
	settings: Settings,
	bodies: Bodies,
): Uint8Array[] | undefined {
	const { endianness = "little", body = [], signature = "" } = message;
	const values = bodies.of(signature);
	if (body instanceof Uint8Array && body.length < BY_REFERENCE)
		return undefined;
	// The body begins at a multiple of 8, wherever that is.
	const pieces =
		body instanceof Uint8Array
			? [body]
			: values.encodeByReference(body, { endianness });
	if (pieces === undefined) return undefined;
	const writer = new ByteWriter(FEW);
	const position = writeHeader(message, writer);
	const length = pieces.reduce((sum, { length }) => sum + length, 0);
	finish(message, writer, 0, position, length, settings);
	return [writer.take(), ...pieces];
}

/** Writes all that precedes the body, its length left open; returns how much that is. */
function writeHeader(message: OutgoingMessage, writer: ByteWriter): number {
	const { endianness = "little" } = message;
	const start = writer.length;
	writeFixed(message, writer, endianness === "big");
	header.encodeInto(fieldsOf(message), writer, { endianness, position: 12 });
	const padding = -(writer.length - start) & 7;
	if (padding > 0) {
		const position = writer.reserve(padding);
		const at = writer.start + position;
		writer.bytes.fill(0, at, at + padding);
	}
	return writer.length - start;
}

/** Fills in the length of the body. */
function finish(
	{ endianness }: OutgoingMessage,
	writer: ByteWriter,
	start: number,
	bodyStart: number,
	body: number,
	{ maxLength }: Settings,
): void {
	if (bodyStart + body > maxLength)
		throw new RangeError(
			`A message may have ${maxLength} bytes at most, not ${bodyStart + body}`,
		);
	putU32(writer.bytes, writer.start + start + 4, body, endianness !== "big");
}

function writeFixed(
	{ type, flags = 0, serial }: OutgoingMessage,
	writer: ByteWriter,
	isBig: boolean,
): void {
	// The array of fields is aligned to 4 here, as the 12 bytes before it are.
	const position = writer.reserve(12);
	// Only now: to make room may move the bytes.
	const { bytes, start } = writer;
	const at = start + position;
	bytes[at] = isBig ? 0x42 : 0x6c;
	bytes[at + 1] = typeCode(type);
	bytes[at + 2] = inRange("flags", flags, 0, 255);
	bytes[at + 3] = 1;
	putU32(bytes, at + 8, inRange("serial", serial, 1, MAX_UINT32), !isBig);
}

/** Sooner than a DataView is made. */
function putU32(
	bytes: Uint8Array,
	at: number,
	value: number,
	little: boolean,
): void {
	bytes[little ? at : at + 3] = value;
	bytes[little ? at + 1 : at + 2] = value >>> 8;
	bytes[little ? at + 2 : at + 1] = value >>> 16;
	bytes[little ? at + 3 : at] = value >>> 24;
}

function typeCode(type: string | number): number {
	const code = types.indexOf(type as (typeof types)[number]);
	if (code > 0) return code;
	// A type that is known goes by its name: its fields are looked at by it.
	if (typeof type === "number") return inRange("type", type, types.length, 255);
	throw new RangeError(`There is no type ${JSON.stringify(type)} of messages`);
}

function fieldsOf(message: OutgoingMessage): [number, Variant][] {
	for (const key of required[message.type] ?? [])
		if (message[key] === undefined)
			throw new RangeError(`A ${message.type} must have ${key}`);
	const found: [number, Variant][] = [];
	for (const key of keys) {
		const value = key && message[key];
		if (key === undefined || value === undefined) continue;
		// As libdbus writes them: these two are left out where they say nothing.
		if ((key === "signature" && value === "") || (key === "unixFds" && !value))
			continue;
		const { code, signature, fault } = fields[key];
		const isNumber = signature === "u";
		if (typeof value !== (isNumber ? "number" : "string"))
			throw new TypeError(
				`${key} must be a ${isNumber ? "number" : "string"}, not ${typeof value}`,
			);
		const wrong = fault(value);
		if (wrong !== undefined) throw new RangeError(`${key}: ${wrong}`);
		found.push([code, new Variant<string, unknown>(signature, value)]);
	}
	return found;
}

function inRange(
	what: string,
	value: number,
	least: number,
	most: number,
): number {
	if (Number.isInteger(value) && value >= least && value <= most) return value;
	throw new RangeError(
		`${what} must be an integer from ${least} to ${most}, not ${value}`,
	);
}
