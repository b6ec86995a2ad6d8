import type { Address, Parameter } from "./address.ts";
import { escapeValue } from "./escape.ts";
import { parseAddress } from "./parse.ts";

/**
 * Writes an address, or several to be tried in order. Reading it gives the same again. Throws a `RangeError` for what no
 * text can stand for: an empty value, a key that is no name, a key in `extra` that the transport defines.
 */
export function formatAddress(address: Address | readonly Address[]): string {
	const addresses = Array.isArray(address)
		? (address as readonly Address[])
		: [address as Address];
	if (addresses.length === 0)
		throw new RangeError("formatAddress: there must be one address at least");
	return addresses.map(formatOne).join(";");
}

function formatOne(address: Address): string {
	const { extra = [], guid } = address;
	const name = address.transport === "other" ? address.name : address.transport;
	const parameters = [...parametersOf(address), ...extra];
	if (guid !== undefined) parameters.push(["guid", guid]);
	const text = `${name}:${parameters
		.map(([key, value]) => `${key}=${escapeValue(value)}`)
		.join(",")}`;
	let read: Address[];
	try {
		read = parseAddress(text);
	} catch (error) {
		throw new RangeError(`formatAddress: ${(error as Error).message}`, {
			cause: error,
		});
	}
	const [same] = read;
	if (
		read.length !== 1 ||
		same?.transport !== address.transport ||
		(same.extra ?? []).length !== extra.length
	)
		throw new RangeError(
			`formatAddress: what is defined for ${name}: must not be in extra, nor be an other transport`,
		);
	return text;
}

/** The parameters that the specification defines, in its order. */
function parametersOf(address: Address): Parameter[] {
	const {
		transport: _transport,
		guid: _guid,
		extra: _extra,
		...defined
	} = address;
	if (address.transport === "other") return [];
	return Object.entries(defined).flatMap(([key, value]): Parameter[] => {
		if (value === undefined) return [];
		if (key === "args")
			return (value as string[]).map((text, i) => [`argv${i + 1}`, text]);
		return [[key, key === "runtime" ? "yes" : String(value)]];
	});
}
