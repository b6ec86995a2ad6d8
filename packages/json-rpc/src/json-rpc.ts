import {
	AppendingEncoder,
	type ByteEncoder,
	type ByteWriter,
	codecLayer,
	type Decoder,
	type Encoder,
	type Layer,
	writeText,
} from "@framewright/codec";
import { parseError } from "./invalid.ts";
import { isLonger } from "./limits.ts";
import type {
	InvalidMessage,
	Message,
	OutgoingMessage,
	Params,
	RawMessage,
} from "./message.ts";
import { type JsonRpcOptions, type Settings, settingsOf } from "./options.ts";
import { parse } from "./parse.ts";
import type { RawJson } from "./raw-json.ts";
import { serialize } from "./serialize.ts";

/** JSON-RPC 2.0 over bytes: a codec for whole messages, and a layer to stack on a framing. */
export interface JsonRpc<Received extends AnyMessage = Message>
	extends ByteEncoder<OutgoingMessage>,
		Layer<Received, Uint8Array, OutgoingMessage> {
	decode(bytes: Uint8Array): Received;
	encoder(): ByteEncoder<OutgoingMessage>;
}

/** JSON-RPC 2.0 over strings: a codec for whole messages, and a layer to stack on lines of text. */
export interface JsonRpcText<Received extends AnyMessage = Message>
	extends Encoder<OutgoingMessage, string>,
		Layer<Received, string, OutgoingMessage> {
	decode(text: string): Received;
}

/** What either kind of decoder hands over. */
type AnyMessage = Message<Params | RawJson>;

type RawOptions = JsonRpcOptions & { readonly raw: true };

/**
 * Reads and writes JSON-RPC 2.0 messages as UTF-8.
 *
 *     {"jsonrpc":"2.0","id":1,"method":"subtract","params":[42,23]}      request
 *     {"jsonrpc":"2.0","method":"update","params":{"progress":7}}        notification
 *     {"jsonrpc":"2.0","id":1,"result":19}                               success
 *     {"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"..."}}   error
 *     [ ..., ... ]                                                       batch
 *     {"jsonrpc":"1.0"} or not even UTF-8                                invalid
 *
 * Decoding never throws: what is no message by https://www.jsonrpc.org/specification, or is beyond a limit, is `invalid`
 * and carries the error to answer with. Encoding writes one line, without a line feed; it throws a `RangeError` beyond a
 * limit, for an empty batch and for a number that JSON does not have, and a `TypeError` for whatever else JSON cannot
 * carry: a BigInt, a cycle, a result of `undefined`, params that are neither array nor object.
 *
 * Limits that are no whole numbers of 1 or more throw a `RangeError` here.
 */
export function jsonRpc(options: RawOptions): JsonRpc<RawMessage>;
export function jsonRpc(options?: JsonRpcOptions): JsonRpc;
export function jsonRpc(options: JsonRpcOptions = {}): JsonRpc<AnyMessage> {
	return new BytesCodec(settingsOf(options));
}

/** Reads and writes JSON-RPC 2.0 messages as strings, for WebSockets and lines of text. Otherwise the same as `jsonRpc`. */
export function jsonRpcText(options: RawOptions): JsonRpcText<RawMessage>;
export function jsonRpcText(options?: JsonRpcOptions): JsonRpcText;
export function jsonRpcText(
	options: JsonRpcOptions = {},
): JsonRpcText<AnyMessage> {
	return new TextCodec(settingsOf(options));
}

// JSON has no byte order mark (RFC 8259, section 8.1): kept in the text, it is the syntax error that it should be.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

class BytesCodec
	extends AppendingEncoder<OutgoingMessage>
	implements JsonRpc<AnyMessage>
{
	readonly #settings: Settings;

	constructor(settings: Settings) {
		super();
		this.#settings = settings;
	}

	encodeInto(message: OutgoingMessage, writer: ByteWriter): void {
		writeText(writer, serialize(message, this.#settings));
	}

	decode(bytes: Uint8Array): AnyMessage {
		if (bytes.length > this.#settings.maxLength) return tooLong(this.#settings);
		let text: string;
		try {
			text = utf8.decode(bytes);
		} catch {
			return parseError("The bytes are not UTF-8");
		}
		return parse(text, this.#settings);
	}

	decoder(): Decoder<Uint8Array, AnyMessage> {
		return codecLayer(this).decoder();
	}

	encoder(): ByteEncoder<OutgoingMessage> {
		return this;
	}
}

class TextCodec implements JsonRpcText<AnyMessage> {
	readonly #settings: Settings;

	constructor(settings: Settings) {
		this.#settings = settings;
	}

	encode(message: OutgoingMessage): string {
		return serialize(message, this.#settings);
	}

	decode(text: string): AnyMessage {
		return isLonger(text, this.#settings.maxLength)
			? tooLong(this.#settings)
			: parse(text, this.#settings);
	}

	decoder(): Decoder<string, AnyMessage> {
		return codecLayer(this).decoder();
	}

	encoder(): Encoder<OutgoingMessage, string> {
		return this;
	}
}

function tooLong({ maxLength }: Settings): InvalidMessage {
	return parseError(`A message may have ${maxLength} bytes at most`);
}
