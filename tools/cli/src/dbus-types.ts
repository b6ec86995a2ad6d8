import { DecodeError } from "@framewright/codec";
import {
	type NodeDescription,
	parseIntrospection,
} from "@framewright/dbus-introspection";
import { busOrPeerAt, dbusExit } from "./dbus-connect.ts";
import { fileOrStdin } from "./decode.ts";
import { Exit, reasonOf } from "./exit.ts";
import { print } from "./standard-streams.ts";
import { typescriptModule } from "./typescript-module.ts";

export interface DBusTypesOptions {
	readonly address?: string;
	readonly destination?: string;
	readonly path?: string;
	/** Whether to keep the interfaces that every object has. */
	readonly all?: boolean;
	readonly timeout: number;
}

/** Prints the interfaces of a file or an object as a TypeScript module. */
export async function dbusTypes(
	file: string | undefined,
	options: DBusTypesOptions,
): Promise<void> {
	const xml =
		options.address === undefined
			? await readFile(file, options)
			: await introspect(file, options.address, options);
	const from =
		options.address === undefined
			? (file ?? "stdin")
			: `${options.path} of ${options.destination}`;
	let node: NodeDescription;
	try {
		// Whatever is overloaded could not be typed: its first form can.
		node = parseIntrospection(xml, { overloads: "first" });
	} catch (error) {
		if (!(error instanceof DecodeError)) throw error;
		throw new Exit("input", reasonOf(error), { cause: error });
	}
	await print(typescriptModule(node, from, options.all));
}

async function readFile(
	file: string | undefined,
	{ destination, path }: DBusTypesOptions,
): Promise<Uint8Array> {
	if (destination !== undefined || path !== undefined)
		throw new Exit("usage", "--destination and --path go with --address");
	const chunks: Uint8Array[] = [];
	for await (const chunk of fileOrStdin(file)) chunks.push(chunk);
	return Buffer.concat(chunks);
}

async function introspect(
	file: string | undefined,
	address: string,
	{ destination, path, timeout }: DBusTypesOptions,
): Promise<string> {
	if (file !== undefined)
		throw new Exit("usage", "give a file or --address, not both");
	if (destination === undefined || path === undefined)
		throw new Exit("usage", "--address needs --destination and --path");
	const connection = await busOrPeerAt(address, destination, {
		timeout: timeout * 1000,
		handshakeTimeout: timeout * 1000,
	});
	try {
		const { body } = await connection.call({
			...(destination === "-" ? {} : { destination }),
			path,
			interface: "org.freedesktop.DBus.Introspectable",
			member: "Introspect",
			reply: "s",
		});
		await connection.close();
		return body[0];
	} catch (error) {
		connection.abort(error);
		throw dbusExit(error);
	}
}
