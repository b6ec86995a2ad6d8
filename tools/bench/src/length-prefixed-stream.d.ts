// The package has no types of its own.
declare module "length-prefixed-stream" {
	import type { Duplex } from "node:stream";
	export function encode(): Duplex;
	export function decode(options?: { limit?: number }): Duplex;
}
