import { DecodeError } from "@framewright/codec";
import { fuzzFunction } from "@framewright/fuzz";
import {
	createRing,
	MessageConsumer,
	MessageProducer,
} from "@framewright/ring-buffer";
import {
	HEADER_BYTES,
	word,
} from "../../../packages/ring-buffer/test/support.ts";

const CAPACITY = 64;
const WORDS = Object.values(word);

/**
 * A ring in whose header and data anything may stand, before it is attached and while it runs. An input is read so:
 *
 *     [what: a word of the header, or a step] [value: i32, behind a word] ...
 *
 * Whatever they are, each step is an answer within the ring or a `DecodeError`.
 */
export const fuzz = fuzzFunction(
	(data) => {
		const memory = createRing("messages", CAPACITY);
		const words = new Int32Array(memory);
		const sides: { producer?: MessageProducer; consumer?: MessageConsumer } =
			{};
		const answers: unknown[] = [];
		for (let at = 0; at < data.length; ) {
			const what = data[at++] as number;
			if (what < STEPS) {
				answers.push(attempt(() => step(what, sides, memory)));
				continue;
			}
			const index = what - STEPS;
			const place =
				index < WORDS.length
					? (WORDS[index] as number)
					: HEADER_BYTES / 4 + (index % (CAPACITY / 4));
			let value = 0;
			for (let i = 0; i < 4; i++) value = (value << 8) | (data[at++] ?? 0);
			words[place] = value;
		}
		return answers;
	},
	{
		// The sides are alive: each fault is an answer, and what escapes is none of them.
		declared: () => false,
		budget: { allocated: { perByte: 64, perChunk: 0, constant: 65_536 } },
	},
);

const STEPS = 8;

function step(
	what: number,
	sides: { producer?: MessageProducer; consumer?: MessageConsumer },
	memory: SharedArrayBuffer,
): unknown {
	switch (what) {
		case 0:
			sides.consumer = new MessageConsumer(memory);
			return "consumer";
		case 1:
			sides.producer = new MessageProducer(memory);
			return "producer";
		case 2:
			return sides.producer?.write(Uint8Array.of(1, 2, 3));
		case 3:
			return sides.producer?.end;
		case 4: {
			const { consumer } = sides;
			if (consumer?.next() !== true) return false;
			const { offset, length } = consumer;
			if (offset < 0 || length < 0 || offset + length > CAPACITY)
				throw new RangeError(`a message at ${offset} of ${length} bytes`);
			return [...consumer.bytes.subarray(offset, offset + length)];
		}
		case 5:
			return sides.consumer?.release();
		case 6:
			return sides.consumer?.end;
		default:
			return sides.producer?.claim(16);
	}
}

/** Takes a step; a fault that is declared is an answer, too. */
function attempt(take: () => unknown): unknown {
	try {
		return take();
	} catch (error) {
		// What the constructors throw for a ring that is not to be had.
		const refused =
			error instanceof Error &&
			/^(This ring has a|The (producer|consumer) of this ring has ended|The ring carries|This is ring)/.test(
				error.message,
			);
		if (!(error instanceof DecodeError) && !refused) throw error;
		return `${error.name}: ${error.message}`;
	}
}
