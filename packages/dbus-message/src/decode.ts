import { DecodeError } from "@framewright/codec";
import {
	marshal,
	type Variant,
	type WireOptions,
} from "@framewright/dbus-marshal";
import type { Bodies } from "./bodies.ts";
import { type FieldKey, fields, keys, required, types } from "./fields.ts";
import { FIXED, readFixed } from "./fixed-header.ts";
import type { Message, Received } from "./message.ts";
import type { Settings } from "./options.ts";

// Entries: of a field that nobody knows, nothing is lost.
const header = marshal("a(yv)", {
	name: "header",
	bytes: "view",
	dict: "entries",
});

/** What the fields of a header are gathered in. */
interface Gathered extends Partial<Record<FieldKey, unknown>> {
	readonly type: string | number;
	signature: string;
	unixFds: number;
	body: unknown;
}

/** Reads one message. Throws a `DecodeError` with an offset from its start. */
export function decodeMessage(
	bytes: Uint8Array,
	settings: Settings,
	bodies: Bodies,
): Message<unknown> {
	if (bytes.length < FIXED) throw truncated(bytes.length, FIXED);
	const fixed = readFixed(bytes, 0, settings.maxLength);
	const { endianness, flags, serial, bodyStart, end } = fixed;
	if (bytes.length < end) throw truncated(bytes.length, end);
	if (bytes.length > end)
		throw new DecodeError(
			"invalid-length",
			`${bytes.length - end} bytes are left over behind the message`,
			end,
		);
	const type = types[fixed.type] ?? fixed.type;
	const message: Gathered & Omit<Received<unknown>, keyof Gathered> = {
		type,
		endianness,
		flags,
		serial,
		signature: "",
		body: undefined,
		unixFds: 0,
	};
	readFields(bytes, fixed, message);
	for (const key of required[type] ?? [])
		if (message[key] === undefined)
			throw new DecodeError(
				"invalid-value",
				`A message of type ${type} must have the field ${fields[key].name}`,
				12,
			);
	const body = viewOf(bytes, bodyStart, end);
	message.body =
		settings.body === "bytes"
			? body
			: bodies
					.of(message.signature)
					.decode(body, { endianness, position: bodyStart });
	return message as unknown as Message<unknown>;
}

function readFields(
	bytes: Uint8Array,
	{ endianness, fieldsEnd, bodyStart }: ReturnType<typeof readFixed>,
	message: Gathered,
): void {
	const wire = { endianness, position: 12 };
	const found = header.decode(viewOf(bytes, 12, fieldsEnd), wire);
	let seen = 0;
	for (let index = 0; index < found.length; index++) {
		const [code, { signature, value }] = found[index] as (typeof found)[0];
		const key = keys[code];
		// Fields that are not known are to be ignored.
		if (key === undefined && code !== 0) continue;
		const wrong = faultOf(code, signature, value, seen);
		if (wrong !== undefined) throw fault(found, index, wire, wrong);
		seen |= 1 << code;
		(message as Partial<Record<FieldKey, unknown>>)[key as FieldKey] = value;
	}
	for (let at = fieldsEnd; at < bodyStart; at++)
		if (bytes[at] !== 0)
			throw new DecodeError(
				"invalid-syntax",
				`The padding before a body must be zero, not ${bytes[at]}`,
				at,
			);
}

/** What is wrong with a field, if anything is; the bits of `seen` say which were there before. */
function faultOf(
	code: number,
	signature: string,
	value: unknown,
	seen: number,
): string | undefined {
	const key = keys[code];
	if (key === undefined) return "the code of a field is never 0";
	const field = fields[key];
	if (signature !== field.signature)
		return `${field.name} must be of type ${field.signature}, not ${signature}`;
	if ((seen & (1 << code)) !== 0)
		return `${field.name} must not be there twice`;
	const wrong = field.fault(value as string | number);
	return wrong === undefined ? undefined : `${field.name}: ${wrong}`;
}

function fault(
	found: [number, Variant][],
	index: number,
	wire: WireOptions,
	reason: string,
): DecodeError {
	// What lies before the field takes as much when it is written again: there is one way to write it.
	const before = header.encode(found.slice(0, index), wire).length;
	const offset = Math.ceil((12 + before) / 8) * 8;
	const part = `header[${index}]`;
	return new DecodeError("invalid-value", `${part}: ${reason}`, offset, {
		part,
	});
}

/** Not subarray(): it looks up a species first, and makes a Buffer of a Buffer. */
function viewOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
	return new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start);
}

function truncated(have: number, need: number): DecodeError {
	return new DecodeError(
		"truncated",
		`The input ended ${have} bytes into a message of ${need}`,
		have,
		{ part: "message", have, need },
	);
}
