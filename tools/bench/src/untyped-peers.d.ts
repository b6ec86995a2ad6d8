// Packages that have no types of their own.

declare module "cobs" {
	import type { Duplex } from "node:stream";

	const cobs: {
		encode(data: Uint8Array, zeroFrame?: boolean): Buffer;
		decode(data: Uint8Array): Buffer;
		decodeStream(): Duplex;
	};
	export default cobs;
}

declare module "deno-std/streams/delimiter_stream.js" {
	export class DelimiterStream extends TransformStream<Uint8Array, Uint8Array> {
		constructor(delimiter: Uint8Array);
	}
}

declare module "deno-std/streams/text_line_stream.js" {
	export class TextLineStream extends TransformStream<string, string> {}
}

declare module "length-prefixed-stream" {
	import type { Duplex } from "node:stream";
	export function encode(): Duplex;
	export function decode(options?: { limit?: number }): Duplex;
}

declare module "slip" {
	const slip: {
		encode(data: Uint8Array): Uint8Array;
		Decoder: new (options: {
			onMessage(message: Uint8Array): void;
			maxMessageSize?: number;
		}) => { decode(data: Uint8Array): void };
	};
	export default slip;
}
