import { MessageChannel } from "node:worker_threads";
import { portChannel } from "@framewright/streams/message-port";
import { behavesAsChannel } from "./behaviour.ts";

behavesAsChannel(
	"a MessagePort",
	async (near, far) => {
		const { port1, port2 } = new MessageChannel();
		return [
			portChannel(port1, near.layer, near),
			portChannel(port2, far.layer, far),
		];
	},
	{ slack: 600_000, deliversAfterAbort: true },
);
