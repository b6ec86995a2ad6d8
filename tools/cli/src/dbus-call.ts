import { parseSignature, type Type } from "@framewright/dbus-marshal";
import { isInterfaceName, isMemberName } from "@framewright/dbus-message";
import { busOrPeerAt, dbusExit, NO_DESTINATION } from "./dbus-connect.ts";
import { valueFromJson, valueToJson } from "./dbus-json.ts";
import { Exit, reasonOf } from "./exit.ts";
import {
	type BytesNotation,
	bytesFromJson,
	bytesToJson,
} from "./json-items.ts";
import { print } from "./standard-streams.ts";

export interface DBusCallOptions {
	/** Seconds for connecting, and for the call. */
	readonly timeout: number;
	readonly bytes: BytesNotation;
	/** Whether to wait for no answer. */
	readonly reply: boolean;
	/** Whether a bus may start the service. */
	readonly autoStart: boolean;
	readonly allowInteractiveAuthorization?: boolean;
}

/** Calls a method, and prints each value of its reply as a line of JSON. */
export async function dbusCall(
	address: string,
	destination: string,
	path: string,
	method: string,
	[signature = "", ...args]: readonly string[],
	{
		timeout,
		bytes,
		reply,
		autoStart,
		allowInteractiveAuthorization = false,
	}: DBusCallOptions,
): Promise<void> {
	const dot = method.lastIndexOf(".");
	const member = method.slice(dot + 1);
	const named = method.slice(0, Math.max(0, dot));
	if (!isMemberName(member) || (dot !== -1 && !isInterfaceName(named)))
		throw new Exit("usage", `METHOD must be INTERFACE.METHOD, not "${method}"`);
	const call = {
		...(destination === NO_DESTINATION ? {} : { destination }),
		path,
		...(dot === -1 ? {} : { interface: named }),
		member,
		signature: signature as string,
		body: bodyOf(signature, args),
	};
	const connection = await busOrPeerAt(address, destination, {
		timeout: timeout * 1000,
		handshakeTimeout: timeout * 1000,
	});
	try {
		const options = { autoStart, allowInteractiveAuthorization };
		if (!reply) await connection.callWithoutReply(call, options);
		else {
			const answer = await connection.call(call, options);
			const types = parseSignature(answer.signature);
			const values = types.map((type, i) =>
				JSON.stringify(
					valueToJson(type, answer.body[i], (value) =>
						JSON.parse(bytesToJson(value, bytes, 0)),
					),
				),
			);
			await print(values.map((value) => `${value}\n`).join(""));
		}
		await connection.close();
	} catch (error) {
		connection.abort(error);
		throw dbusExit(error);
	}
}

/** Reads arguments, each the JSON of a value; text that is no JSON string may stand for a string, a path or a signature. */
function bodyOf(signature: string, args: readonly string[]): unknown[] {
	let types: readonly Type[];
	try {
		types = parseSignature(signature);
	} catch (error) {
		throw new Exit("usage", reasonOf(error));
	}
	if (types.length !== args.length)
		throw new Exit(
			"usage",
			`the signature "${signature}" has ${types.length} types, but there are ${args.length} arguments`,
		);
	return types.map((type, i) => {
		const text = args[i] ?? "";
		try {
			return valueFromJson(type, jsonOf(type, text), bytesFromJson);
		} catch (error) {
			throw new Exit("usage", `argument ${i + 1}: ${reasonOf(error)}: ${text}`);
		}
	});
}

function jsonOf(type: Type, text: string): unknown {
	const isText = type.kind === "basic" && "sog".includes(type.code);
	if (isText && !text.startsWith('"')) return text;
	return JSON.parse(text);
}
