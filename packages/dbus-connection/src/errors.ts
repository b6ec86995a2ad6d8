import type { ErrorReply } from "@framewright/dbus-message";

/** Names of errors that the specification, libdbus and GLib share; methods may answer with names of their own. */
export const errorNames = {
	failed: "org.freedesktop.DBus.Error.Failed",
	noReply: "org.freedesktop.DBus.Error.NoReply",
	serviceUnknown: "org.freedesktop.DBus.Error.ServiceUnknown",
	nameHasNoOwner: "org.freedesktop.DBus.Error.NameHasNoOwner",
	accessDenied: "org.freedesktop.DBus.Error.AccessDenied",
	disconnected: "org.freedesktop.DBus.Error.Disconnected",
	limitsExceeded: "org.freedesktop.DBus.Error.LimitsExceeded",
	notSupported: "org.freedesktop.DBus.Error.NotSupported",
	invalidArgs: "org.freedesktop.DBus.Error.InvalidArgs",
	unknownObject: "org.freedesktop.DBus.Error.UnknownObject",
	unknownInterface: "org.freedesktop.DBus.Error.UnknownInterface",
	unknownMethod: "org.freedesktop.DBus.Error.UnknownMethod",
	unknownProperty: "org.freedesktop.DBus.Error.UnknownProperty",
	propertyReadOnly: "org.freedesktop.DBus.Error.PropertyReadOnly",
} as const;

/**
 * An error that crosses the wire: a call rejects with it when the remote answers with an error, and a handler that throws it
 * answers with exactly this. Whatever else a handler throws is hidden behind `org.freedesktop.DBus.Error.Failed`.
 *
 *     throw new DBusError("com.example.Error.Busy", "Try again in a second")
 *     <-- ERROR_NAME com.example.Error.Busy, SIGNATURE s, "Try again in a second"
 */
export class DBusError extends Error {
	override readonly name = "DBusError";
	/** What kind of error it is: two or more elements, such as `org.freedesktop.DBus.Error.NoReply`. */
	readonly errorName: string;
	/** The signature of the body. By custom, it starts with `s`: the message. */
	readonly signature: string;
	readonly body: readonly unknown[];

	/** Takes the values after the message, if there are any, with the signature of the whole body. */
	constructor(
		errorName: string,
		message: string,
		{ signature = "s", body = [message] }: Partial<DBusErrorBody> = {},
	) {
		super(message);
		this.errorName = errorName;
		this.signature = signature;
		this.body = body;
	}
}

interface DBusErrorBody {
	readonly signature: string;
	readonly body: readonly unknown[];
}

/** Makes an error of the message that was received. */
export function errorOf({ errorName, signature, body }: ErrorReply): DBusError {
	const message = signature.startsWith("s") ? `${body[0]}` : errorName;
	return new DBusError(errorName, message, { signature, body });
}

/**
 * What can go wrong although the remote answered with no error:
 *
 * - `timeout`: no answer came in time
 * - `closed`: the connection was closed, or the remote has ended it
 * - `refused`: the server would not authenticate us
 * - `unexpected-reply`: the reply is not of the signature that was asked for
 * - `too-many-calls`: `maxCalls` are in flight
 * - `too-many-signals`: a subscriber did not keep up; what came after the last signal that it got is lost
 */
export type ConnectionErrorCode =
	| "timeout"
	| "closed"
	| "refused"
	| "unexpected-reply"
	| "too-many-calls"
	| "too-many-signals";

/** Tells why a call has no answer, or why a subscription or a connection ended. */
export class ConnectionError extends Error {
	override readonly name = "ConnectionError";
	readonly code: ConnectionErrorCode;

	constructor(
		code: ConnectionErrorCode,
		message: string,
		options?: ErrorOptions,
	) {
		super(message, options);
		this.code = code;
	}
}
