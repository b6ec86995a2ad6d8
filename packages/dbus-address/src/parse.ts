import { DecodeError } from "@framewright/codec";
import type { Address } from "./address.ts";
import { unescapeValue } from "./escape.ts";
import { Parameters } from "./parameters.ts";
import { typed } from "./typed.ts";

/**
 * Reads an address: one or more, to be tried in order.
 *
 *     unix:path=/run/user/1000/bus,guid=0123456789abcdef0123456789abcdef;tcp:host=localhost,port=4242
 *     [transport]:[key]=[value],[key]=[value];[transport]:...
 *
 * Throws a `DecodeError` whose `offset` counts characters: `invalid-syntax` where the text is no address, `invalid-value` at
 * a key whose value its transport cannot have, `invalid-utf8` at a value that is no text.
 */
export function parseAddress(text: string): Address[] {
	const addresses: Address[] = [];
	let start = 0;
	do {
		const semicolon = text.indexOf(";", start);
		const end = semicolon === -1 ? text.length : semicolon;
		addresses.push(parseOne(text.slice(start, end), start));
		start = end + 1;
		// libdbus takes a semicolon behind the last one, too.
	} while (start < text.length);
	return addresses;
}

/** What no bytes of the syntax are among, nor what would have to be escaped. */
const NAME = /^[-0-9A-Za-z_.]+$/;

function parseOne(text: string, offset: number): Address {
	const colon = text.indexOf(":");
	const transport = text.slice(0, Math.max(0, colon));
	if (!NAME.test(transport))
		throw new DecodeError(
			"invalid-syntax",
			"An address must begin with the name of its transport and a colon",
			offset,
		);
	const parameters = new Parameters(transport, offset);
	let start = colon + 1;
	// And it takes a comma behind the last parameter.
	while (start < text.length) {
		const comma = text.indexOf(",", start);
		const end = comma === -1 ? text.length : comma;
		const parameter = text.slice(start, end);
		const equals = parameter.indexOf("=");
		const key = parameter.slice(0, Math.max(0, equals));
		const at = offset + start;
		if (!NAME.test(key))
			throw new DecodeError(
				"invalid-syntax",
				"A parameter must begin with its key and =",
				at,
			);
		if (equals + 1 === parameter.length)
			throw new DecodeError(
				"invalid-syntax",
				`${key} must have a value`,
				at + parameter.length,
			);
		const value = unescapeValue(parameter.slice(equals + 1), at + equals + 1);
		parameters.add(key, value, at);
		start = end + 1;
	}
	return typed(parameters);
}
