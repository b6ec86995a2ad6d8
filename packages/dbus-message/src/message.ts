import type { BodyOf, CheckedSignature } from "@framewright/dbus-marshal";

/** Which byte of a number comes first. */
export type Endianness = "little" | "big";

/** The bits of `flags`. */
export const flags: {
	/** Of a method call: no reply is wanted, neither a return nor an error. */
	readonly noReplyExpected: 1;
	/** Of a method call: the bus must not start a service for it. */
	readonly noAutoStart: 2;
	/** Of a method call: the caller waits while a user is asked for authorization. */
	readonly allowInteractiveAuthorization: 4;
} = { noReplyExpected: 1, noAutoStart: 2, allowInteractiveAuthorization: 4 };

/** The fields of a header. Which of them must be there depends on the type of the message. */
export interface Fields {
	readonly path?: string;
	readonly interface?: string;
	readonly member?: string;
	readonly errorName?: string;
	/** The serial of the message that this one replies to. */
	readonly replySerial?: number;
	readonly destination?: string;
	/** Filled in by the bus. */
	readonly sender?: string;
}

/** What is known of every message that was received. */
export interface Received<Body> extends Fields {
	readonly endianness: Endianness;
	readonly flags: number;
	/** Never 0. */
	readonly serial: number;
	/** The signature of the body. */
	readonly signature: string;
	readonly body: Body;
	/** How many file descriptors come with the message, beside the bytes. An `h` in the body is an index of one of them. */
	readonly unixFds: number;
}

interface MethodCallFields {
	readonly type: "method_call";
	readonly path: string;
	readonly member: string;
}

interface MethodReturnFields {
	readonly type: "method_return";
	readonly replySerial: number;
}

interface ErrorFields {
	readonly type: "error";
	readonly errorName: string;
	readonly replySerial: number;
}

interface SignalFields {
	readonly type: "signal";
	readonly path: string;
	readonly interface: string;
	readonly member: string;
}

interface OtherFields {
	/** A type that the specification does not have, 5 to 255: such messages are to be ignored. */
	readonly type: number;
}

export type MethodCall<Body = unknown[]> = Received<Body> & MethodCallFields;
export type MethodReturn<Body = unknown[]> = Received<Body> &
	MethodReturnFields;
export type ErrorReply<Body = unknown[]> = Received<Body> & ErrorFields;
export type Signal<Body = unknown[]> = Received<Body> & SignalFields;
export type OtherMessage<Body = unknown[]> = Received<Body> & OtherFields;

/** A message as it was received. */
export type Message<Body = unknown[]> =
	| MethodCall<Body>
	| MethodReturn<Body>
	| ErrorReply<Body>
	| Signal<Body>
	| OtherMessage<Body>;

/** What may be said of every message to send. */
export interface Outgoing extends Fields {
	/** 1 to 2^32 - 1. */
	readonly serial: number;
	/** Default: `"little"`. */
	readonly endianness?: Endianness;
	/** Default: 0. */
	readonly flags?: number;
	/** The signature of the body. Default: `""`. */
	readonly signature?: string;
	/** The values of the body; or its bytes, which are not looked at, and lie in the message's endianness. Default: `[]`. */
	readonly body?: readonly unknown[] | Uint8Array;
	/** How many file descriptors go with the message. Default: 0. */
	readonly unixFds?: number;
}

/** A message to send. A `Message` is one, too. */
export type OutgoingMessage = Outgoing &
	(
		| MethodCallFields
		| MethodReturnFields
		| ErrorFields
		| SignalFields
		| OtherFields
	);

/** Tells whether the body of a message has a signature, and types it so: `if (hasSignature(message, "su")) ...` */
export function hasSignature<M extends Message, const S extends string>(
	message: M,
	signature: CheckedSignature<S>,
): message is M & { readonly signature: S; readonly body: BodyOf<S> } {
	return message.signature === signature;
}
