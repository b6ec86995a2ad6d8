export {
	type BusConnection,
	busConnection,
	type NameOwnerChange,
	type ReleaseNameReply,
	type RequestNameOptions,
	type RequestNameReply,
} from "./bus-connection.ts";
export { busInterface, busName, busPath } from "./bus-interface.ts";
export type { CallOptions, MethodCallInit, Reply } from "./calls.ts";
export type {
	DBusConnection,
	ReceivedSignal,
	SignalInit,
	SignalOptions,
} from "./dbus-connection.ts";
export {
	ConnectionError,
	type ConnectionErrorCode,
	DBusError,
	errorNames,
} from "./errors.ts";
export type {
	ExportedInterface,
	Implementation,
	MethodHandler,
	PropertyHandler,
} from "./implementation.ts";
export type { IncomingCall } from "./incoming-call.ts";
export type {
	ManagedChange,
	ManagedObject,
	ManagedObjects,
	ManagedObjectsOptions,
} from "./managed-objects.ts";
export {
	formatMatchRule,
	type MatchRule,
	type MonitorRule,
} from "./match-rule.ts";
export type { ConnectionOptions, Fault, TraceEvent } from "./options.ts";
export { dbusConnection } from "./peer-connection.ts";
export type { PropertyCache } from "./property-cache.ts";
export type { ObjectProxy, ObjectReference } from "./proxy.ts";
export {
	introspectableInterface,
	objectManagerInterface,
	peerInterface,
	propertiesInterface,
} from "./standard-interfaces.ts";
export type { SubscribeOptions, Subscription } from "./subscription.ts";
export type {
	DBusChannel,
	FdPassing,
	Packet,
	PacketTransport,
	ReceivedMessage,
	SentMessage,
} from "./transport.ts";
