import { Broken } from "../broken.ts";
import { chunksOf, decode, everyByte } from "../delivery.ts";
import type { Law } from "../law.ts";

/** What the decoder says it holds, after every drain. */
export const held: Law = {
	name: "bytes held stay under the bound",
	damage: true,
	check(subject, { bytes, encoded, ends, cuts }) {
		for (const some of [everyByte(bytes.length), cuts])
			decode(
				subject,
				chunksOf(bytes, { cuts: some, around: 0 }),
				(decoder, received, events) => {
					const { bytesHeld = 0 } = decoder;
					// Where items end is known only of bytes that were encoded as they stand.
					const read = bytes === encoded ? (ends[events.length - 1] ?? 0) : 0;
					const most = subject.maxHeld(received - read);
					if (bytesHeld <= most) return;
					throw new Broken(
						`the drained decoder holds ${bytesHeld} bytes; ${received - read} were received since the last item, so ${most} would be allowed`,
						[
							{ title: "what came out", events },
							{
								title: "the input up to there",
								bytes: bytes.subarray(0, received),
								cuts: some.filter(({ at }) => at < received),
							},
						],
					);
				},
			);
	},
};
