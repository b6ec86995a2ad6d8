// A worker in the browser, which takes one end of a ring, or of a pair of rings.

import { jsonRpc } from "@framewright/json-rpc";
import { jsonRpcPeer } from "@framewright/json-rpc-peer";
import {
	MessageConsumer,
	MessageProducer,
	OPEN,
	StreamProducer,
	waitBlocking,
} from "@framewright/ring-buffer";
import { type RingPair, ringChannel } from "@framewright/streams/ring-buffer";
import { content, lengthOf, samples } from "./content.ts";

/** What a worker is to do. */
export type Duty =
	| {
			readonly do: "write";
			readonly memory: SharedArrayBuffer;
			readonly count: number;
	  }
	| { readonly do: "read"; readonly memory: SharedArrayBuffer }
	| { readonly do: "play"; readonly memory: SharedArrayBuffer }
	| { readonly do: "serve"; readonly rings: RingPair };

const PATIENCE = 20_000;

addEventListener("message", ({ data }: MessageEvent<Duty>) => {
	switch (data.do) {
		case "write": {
			const ring = new MessageProducer(data.memory);
			for (let n = 0; n < data.count; n++) {
				const message = content(n);
				while (!ring.append(message))
					waitBlocking(ring, PATIENCE, message.length);
			}
			ring.close(7);
			return;
		}
		case "read": {
			const ring = new MessageConsumer(data.memory);
			let count = 0;
			let wrong = 0;
			while (ring.end === OPEN) {
				for (; ring.next(); ring.release(), count++) {
					const { bytes, offset, length } = ring;
					if (length !== lengthOf(count)) wrong += 1;
					if (length > 0 && bytes[offset + length - 1] !== (count & 255))
						wrong += 1;
				}
				if (waitBlocking(ring, PATIENCE) === "timed-out") break;
			}
			postMessage({ count, wrong, end: ring.end });
			return;
		}
		case "play": {
			const ring = new StreamProducer(data.memory, "float32");
			for (let n = 0; ; n += 128) {
				const block = samples(n);
				while (ring.free < 128)
					// In halves: the other thread need not wake us for each block.
					if (waitBlocking(ring, PATIENCE, ring.capacity / 2) === "ended")
						return;
				ring.write(block);
				if (n === 0) postMessage("plays");
			}
		}
		case "serve":
			jsonRpcPeer(ringChannel(data.rings, jsonRpc()), {
				handlers: { add: ([a, b]: [number, number]) => a + b },
			});
	}
});
