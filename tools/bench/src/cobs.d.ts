// The package has no types of its own.
declare module "cobs" {
	import type { Duplex } from "node:stream";
	export function encode(data: Uint8Array, zeroFrame?: boolean): Buffer;
	export function decode(data: Uint8Array): Buffer;
	export function encodeStream(): Duplex;
	export function decodeStream(): Duplex;
}
