import { webChannel } from "@framewright/streams/web";
import { behavesAsChannel } from "./behaviour.ts";

behavesAsChannel(
	"a pair of Web streams",
	async (near, far) => {
		const there = new TransformStream<Uint8Array, Uint8Array>();
		const back = new TransformStream<Uint8Array, Uint8Array>();
		return [
			webChannel(
				{ readable: back.readable, writable: there.writable },
				near.layer,
				near,
			),
			webChannel(
				{ readable: there.readable, writable: back.writable },
				far.layer,
				far,
			),
		];
	},
	{ slack: 400_000, deliversAfterAbort: false },
);
