import type { Address } from "./address.ts";
import { formatAddress } from "./format.ts";

/** Tells why an address cannot be connected to, or listened on, from here. Try the next one. */
export class UnsupportedAddressError extends Error {
	override readonly name = "UnsupportedAddressError";
	readonly address: Address;

	constructor(address: Address, reason: string) {
		super(`${formatAddress(address)}: ${reason}`);
		this.address = address;
	}
}
