// One end of a fan: writes numbered messages into one of its rings, or reads one of them and writes back what it got.

import { parentPort, workerData } from "node:worker_threads";
import {
	MessageConsumer,
	MessageProducer,
	OPEN,
	waitBlocking,
} from "@framewright/ring-buffer";

/** What this end is to do. */
export interface FanTask {
	readonly role: "write" | "read";
	readonly memory: SharedArrayBuffer;
	readonly lead: SharedArrayBuffer;
	/** How many messages a writer writes. */
	readonly count: number;
}

const PATIENCE = 20_000;
const { role, memory, lead, count } = workerData as FanTask;

if (role === "write") {
	const ring = new MessageProducer(memory, lead);
	const message = new Uint8Array(4);
	const number = new DataView(message.buffer);
	for (let n = 0; n < count; n++) {
		number.setUint32(0, n);
		while (!ring.append(message)) waitBlocking(ring, PATIENCE, 4);
		if (n % 3 === 0) ring.publish();
	}
	ring.close();
} else {
	const ring = new MessageConsumer(memory, lead);
	const got: number[] = [];
	while (ring.end === OPEN) {
		for (; ring.next(); ring.release()) {
			const { bytes, offset } = ring;
			got.push(
				new DataView(bytes.buffer, bytes.byteOffset + offset, 4).getUint32(0),
			);
		}
		if (waitBlocking(ring, PATIENCE) === "timed-out") break;
	}
	parentPort?.postMessage(got);
}
