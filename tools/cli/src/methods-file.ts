import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import {
	type Dialect,
	type IncomingCall,
	jsonRpcPeer,
	memoryChannels,
} from "@framewright/json-rpc-peer";
import { Exit, reasonOf } from "./exit.ts";

/** Answers a call: what it returns, or what its promise resolves with, is the result. */
export type Method = (params: unknown, call: IncomingCall) => unknown;

/** Methods by name. */
export type Methods = Readonly<Record<string, Method>>;

/** Loads a module: each function that it exports is a method. Throws an `Exit` (usage) where there is nothing to serve. */
export async function loadMethods(
	file: string,
	dialect: { readonly dialect?: Dialect },
): Promise<Methods> {
	let exported: Record<string, unknown>;
	try {
		exported = await import(pathToFileURL(resolve(file)).href);
	} catch (error) {
		throw new Exit("usage", `cannot load ${file}: ${reasonOf(error)}`);
	}
	const methods = Object.entries(exported).filter(
		(entry): entry is [string, Method] => typeof entry[1] === "function",
	);
	if (methods.length === 0)
		throw new Exit("usage", `${file} exports no function to serve`);
	const handlers = Object.fromEntries(methods);
	try {
		// A name that a peer does not take is to be found now, not by the first client.
		const [channel] = memoryChannels();
		jsonRpcPeer(channel, { ...dialect, handlers }).abort();
	} catch (error) {
		throw new Exit("usage", `cannot serve ${file}: ${reasonOf(error)}`);
	}
	return handlers;
}
