import type { Channel } from "@framewright/streams";

/** Answers each empty frame with the number of bytes received before it, as text; ends when the peer does. */
export async function acknowledge(channel: Channel<Uint8Array>): Promise<void> {
	let received = 0;
	for await (const frame of channel) {
		received += frame.length;
		if (frame.length > 0) continue;
		await channel.send(new TextEncoder().encode(String(received)));
		received = 0;
	}
	await channel.close();
}
