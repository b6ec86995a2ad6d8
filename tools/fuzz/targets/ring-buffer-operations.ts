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
	/** What was sent and has not come out, in order; and how much of it was published for certain. */
	const sent: string[] = [];
	let certain = 0;
	let counter = 0;
	const demand = (ok: boolean, what: string, index: number): void => {
		if (!ok)
			throw new Finding("model", `${what}, at operation ${index}`, {
				code: what,
			});
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
				// Whether it looked for room, and published what it held back to that end, nobody can see.
				if (!producer.append(bytes)) break;
				counter += 1;
				sent.push(bytes.toString());
				break;
			case 2: {
				const written = producer.write(bytes);
				// Half an empty ring holds any message.
				if (sent.length === 0) demand(written, "an empty ring is full", i);
				if (!written) break;
				counter += 1;
				sent.push(bytes.toString());
				certain = sent.length;
				break;
			}
			case 3:
				producer.publish();
				certain = sent.length;
				break;
			case 4:
				if (!producer.claim(length)) break;
				producer.bytes.fill(7, producer.offset, producer.offset + length);
				producer.commit(length >> 1);
				sent.push(new Uint8Array(length >> 1).fill(7).toString());
				break;
			case 5: {
				const message = consumer.read();
				if (message === undefined) {
					demand(certain === 0, "a message is not there", i);
					break;
				}
				demand(
					message.toString() === sent.shift(),
					"another message came out",
					i,
				);
				certain = Math.max(0, certain - 1);
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
