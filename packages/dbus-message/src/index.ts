export { type DBusMessages, dbusMessage } from "./dbus-message.ts";
export {
	type Endianness,
	type ErrorReply,
	type Fields,
	flags,
	hasSignature,
	type Message,
	type MethodCall,
	type MethodReturn,
	type OtherMessage,
	type Outgoing,
	type OutgoingMessage,
	type Received,
	type Signal,
} from "./message.ts";
export {
	isBusName,
	isErrorName,
	isInterfaceName,
	isMemberName,
	isUniqueName,
} from "./names.ts";
export type { DBusMessageOptions } from "./options.ts";
