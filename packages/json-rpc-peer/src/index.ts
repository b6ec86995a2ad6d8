export type { CallOptions } from "./calls.ts";
export type { MessageChannel } from "./channel.ts";
export {
	type AnyContract,
	type Contract,
	contract,
	type MethodContract,
	method,
	type NotificationContract,
	notification,
	type TypedMethod,
	unchecked,
} from "./contract.ts";
export {
	type Cancellation,
	type Dialect,
	lsp,
	mcp,
	type Progress,
	type ProgressKind,
	type ProgressToken,
} from "./dialect.ts";
export {
	errorCodes,
	PeerError,
	type PeerErrorCode,
	ResponseError,
} from "./errors.ts";
export type { Handler, HandlerOf, Handlers, IncomingCall } from "./handlers.ts";
export { memoryChannels } from "./memory-channels.ts";
export type { Fault, Middleware, PeerOptions, TraceEvent } from "./options.ts";
export { type Batch, jsonRpcPeer, type Peer } from "./peer.ts";
export type { Order } from "./schedule.ts";
export type { SchemaIssue, StandardSchemaV1 } from "./standard-schema.ts";
