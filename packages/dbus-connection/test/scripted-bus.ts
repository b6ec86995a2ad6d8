import type { ConnectionOptions, Fault } from "../src/index.ts";
import { type BusConnection, busConnection, busName } from "../src/index.ts";
import { ScriptedChannel, settled } from "./scripted-channel.ts";

/** A connection to a bus that the test plays. */
export interface ScriptedBus {
	readonly channel: ScriptedChannel;
	readonly bus: BusConnection;
	readonly faults: Fault[];
	/** The rules that the bus was told, with a `+` or a `-`. */
	rules(): string[];
	/** Answers all calls of the bus that were not answered yet: names have the owners given, rules are taken. */
	answer(owners?: Readonly<Record<string, string>>): Promise<void>;
}

export const unique = ":1.7";

export async function scriptedBus(
	options: ConnectionOptions = {},
): Promise<ScriptedBus> {
	const channel = new ScriptedChannel();
	const faults: Fault[] = [];
	const opened = busConnection(channel, {
		onFault: (fault) => faults.push(fault),
		...options,
	});
	channel.reply("s", [unique]);
	const bus = await opened;
	const answered = new Set<number>([1]);
	return {
		channel,
		bus,
		faults,
		rules: () =>
			channel.sent.flatMap(({ member, body }) =>
				member === "AddMatch"
					? [`+ ${body[0]}`]
					: member === "RemoveMatch"
						? [`- ${body[0]}`]
						: [],
			),
		async answer(owners = {}) {
			for (const message of channel.sent) {
				const { type, destination, serial, member, body, flags } = message;
				if (type !== "method_call" || destination !== busName) continue;
				if (answered.has(serial) || flags & 1) continue;
				answered.add(serial);
				if (member === "GetNameOwner") {
					const owner = owners[body[0] as string];
					if (owner !== undefined) channel.reply("s", [owner], { to: message });
					else
						channel.receive({
							type: "error",
							errorName: "org.freedesktop.DBus.Error.NameHasNoOwner",
							replySerial: serial,
							sender: busName,
						});
				} else channel.reply("", [], { to: message });
			}
			await settled();
		},
	};
}

/** The signal with which a bus tells that a name changes hands. */
export function nameOwnerChanged(
	name: string,
	oldOwner: string,
	newOwner: string,
	sender: string = busName,
) {
	return {
		type: "signal",
		path: "/org/freedesktop/DBus",
		interface: busName,
		member: "NameOwnerChanged",
		sender,
		signature: "sss",
		body: [name, oldOwner, newOwner],
	} as const;
}
