import { AppendingEncoder, type ByteWriter } from "@framewright/codec";
import { Bodies } from "./bodies.ts";
import { decodeMessage } from "./decode.ts";
import { encodeByReference, encodeMessage } from "./encode.ts";
import type { Message, OutgoingMessage } from "./message.ts";
import type { Settings } from "./options.ts";

/** Reads and writes messages that are there in full. */
export class MessageCodec extends AppendingEncoder<OutgoingMessage> {
	readonly #settings: Settings;
	readonly #bodies: Bodies;

	constructor(settings: Settings) {
		super();
		this.#settings = settings;
		this.#bodies = new Bodies(settings);
	}

	encodeInto(message: OutgoingMessage, writer: ByteWriter): void {
		encodeMessage(message, writer, this.#settings, this.#bodies);
	}

	encodeByReference(message: OutgoingMessage): Uint8Array[] | undefined {
		return encodeByReference(message, this.#settings, this.#bodies);
	}

	decode(bytes: Uint8Array): Message<unknown> {
		return decodeMessage(bytes, this.#settings, this.#bodies);
	}
}
