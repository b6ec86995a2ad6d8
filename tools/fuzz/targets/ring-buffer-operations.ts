import { Finding } from "@framewright/fuzz";
import { MessageConsumer, MessageProducer } from "@framewright/ring-buffer";
import { ringAt } from "../../../packages/ring-buffer/test/support.ts";

/**
 * A ring of messages beside an array of them. An input is read so:
 *
 *     [capacity, and how near to the wrap of the positions] [operation: 3 bits, length: 5 bits] ...
 *
 * What was published comes out once, in order, and whole; what is full says so without a change.
 */
export const fuzz = (data: Uint8Array): void => {
	const [first = 0] = data;
	const capacity = 32 << (first & 3);
	const start = [0, 2 ** 31, 2 ** 32][(first >> 2) % 3] as number;
	const memory = ringAt((start - 8 * (first >> 4)) | 0, "messages", capacity);
	const producer = new MessageProducer(memory);
	const consumer = new MessageConsumer(memory);
	const held: string[] = [];
	const published: string[] = [];
	let counter = 0;
	const demand = (ok: boolean, what: string, index: number): void => {
		if (!ok)
			throw new Finding("model", `${what}, at operation ${index}`, {
				code: what,
			});
	};
	const publish = (): void => {
		published.push(...held.splice(0));
	};
	for (let i = 1; i < data.length; i++) {
		const byte = data[i] as number;
		const length = Math.min(byte & 31, producer.maxLength);
		const bytes = Uint8Array.from(
			{ length },
			(_, k) => (31 * counter + k) & 255,
		);
		switch (byte >> 5) {
			case 0:
			case 1:
				if (!producer.append(bytes)) break;
				counter += 1;
				held.push(bytes.toString());
				break;
			case 2: {
				const written = producer.write(bytes);
				publish();
				// Half an empty ring holds any message.
				if (published.length === 0) demand(written, "an empty ring is full", i);
				if (!written) break;
				counter += 1;
				// write() publishes what it has added.
				published.push(bytes.toString());
				break;
			}
			case 3:
				producer.publish();
				publish();
				break;
			case 4:
				if (!producer.claim(length)) break;
				producer.bytes.fill(7, producer.offset, producer.offset + length);
				producer.commit(length >> 1);
				held.push(new Uint8Array(length >> 1).fill(7).toString());
				break;
			case 5: {
				// A full ring publishes what is held back, to learn what is free.
				const message = consumer.read();
				if (message === undefined) {
					demand(published.length === 0, "a message is not there", i);
					break;
				}
				if (published.length === 0) publish();
				demand(
					message.toString() === published.shift(),
					"another message came out",
					i,
				);
				break;
			}
			case 6:
				consumer.release();
				break;
			default:
				if (producer.claim(length)) producer.abort();
		}
		demand(
			producer.fill + consumer.free === capacity,
			"fill and free do not add up",
			i,
		);
	}
};
