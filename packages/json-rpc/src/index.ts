export { ExactId, type Id, idKey } from "./id.ts";
export {
	type JsonRpc,
	type JsonRpcText,
	jsonRpc,
	jsonRpcText,
} from "./json-rpc.ts";
export type * from "./message.ts";
export type { JsonRpcOptions } from "./options.ts";
export { RawJson } from "./raw-json.ts";
