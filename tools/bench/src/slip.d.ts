// The package has no types of its own.
declare module "slip" {
	export function encode(data: Uint8Array): Uint8Array;
	export class Decoder {
		constructor(options: {
			onMessage(message: Uint8Array): void;
			onError?(bytes: Uint8Array, message: string): void;
			maxMessageSize?: number;
			bufferSize?: number;
		});
		decode(data: Uint8Array): void;
	}
}
