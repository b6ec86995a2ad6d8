import { channel } from "@framewright/streams";
import { Handoff } from "../src/handoff.ts";
import { behavesAsChannel } from "./behaviour.ts";

behavesAsChannel(
	"a transport in memory",
	async (near, far) => {
		const there = new Handoff<Uint8Array>();
		const back = new Handoff<Uint8Array>();
		return [
			channel({ source: back, sink: there }, near.layer, near),
			channel({ source: there, sink: back }, far.layer, far),
		];
	},
	{ slack: 4 * 65_536, deliversAfterAbort: false },
);
