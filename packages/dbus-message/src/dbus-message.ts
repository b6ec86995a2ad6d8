import {
	type ByteEncoder,
	type ByteLayer,
	codecLayer,
	stack,
} from "@framewright/codec";
import type { Message, OutgoingMessage } from "./message.ts";
import { MessageCodec } from "./message-codec.ts";
import { type DBusMessageOptions, settingsOf } from "./options.ts";
import { wholeMessages } from "./whole-messages.ts";

/** D-Bus messages over bytes: a layer for a connection, and a codec for single messages. */
export interface DBusMessages<Received = Message>
	extends ByteLayer<Received & {}, OutgoingMessage>,
		ByteEncoder<OutgoingMessage> {
	/** Decodes all of `bytes` as one message. Throws nothing but a `DecodeError`. */
	decode(bytes: Uint8Array): Received;
}

/**
 * Reads and writes D-Bus messages (D-Bus Specification, "Message Protocol").
 *
 *     6c       01          00     01       00 00 00 00    01 00 00 00  6d 00 00 00       ...     ...       ...
 *     [l or B] [the type]  flags  version  [body length]  [serial]     [fields' length]  fields  [pad 8]   body
 *
 * Decoding throws a `DecodeError`, which ends the connection as the specification wants it: `too-large` for a message
 * over `maxLength`, as soon as its header announces it; `truncated`; `invalid-value` for what stands in the header and must
 * not, or does not and must; and what `@framewright/dbus-marshal` throws for fields and body. Encoding throws a `RangeError` or a
 * `TypeError`.
 *
 * Bad options throw a `RangeError` here.
 */
export function dbusMessage(
	options: DBusMessageOptions & { readonly body: "bytes" },
): DBusMessages<Message<Uint8Array>>;
export function dbusMessage(
	options?: DBusMessageOptions & { readonly body?: "values" },
): DBusMessages;
export function dbusMessage(
	options: DBusMessageOptions = {},
): DBusMessages<Message<unknown>> {
	const settings = settingsOf(options);
	const codec = new MessageCodec(settings);
	const messages = stack(
		wholeMessages(settings.maxLength),
		codecLayer<Message<unknown>, Uint8Array>({
			decode: (bytes) => codec.decode(bytes),
			encode: (message) => codec.encode(message as OutgoingMessage),
		}),
	);
	return {
		decoder: () => messages.decoder(),
		encoder: () => codec,
		encode: (message) => codec.encode(message),
		encodeInto: (message, writer) => codec.encodeInto(message, writer),
		encodeByReference: (message) => codec.encodeByReference(message),
		decode: (bytes) => codec.decode(bytes),
	};
}
