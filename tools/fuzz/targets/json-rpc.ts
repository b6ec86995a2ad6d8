import { fuzzCodec } from "@framewright/fuzz";
import { jsonRpc } from "@framewright/json-rpc";
import { message } from "../../../packages/json-rpc/test/arbitraries.ts";
import { jsonRpcOptions } from "./shared/json.ts";

/** JSON-RPC 2.0 messages, where the transport keeps their boundaries. */
export const fuzz = fuzzCodec(jsonRpc(), { ...jsonRpcOptions, item: message });
