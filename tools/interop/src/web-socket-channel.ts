import type { MessageChannel } from "@framewright/json-rpc-peer";
import { textChannel } from "./text-channel.ts";

/** Sends each message as a text frame of a WebSocket. Resolves when that is open. */
export async function webSocketChannel(url: string): Promise<MessageChannel> {
	const socket = new WebSocket(url);
	await new Promise((resolve, reject) => {
		socket.onopen = resolve;
		socket.onerror = () => reject(new Error(`No WebSocket at ${url}`));
	});
	return textChannel((events) => {
		socket.onmessage = ({ data }) => events.received(String(data));
		socket.onerror = () => events.failed(new Error("The WebSocket failed"));
		socket.onclose = () => events.ended();
		const close = (): void => socket.close();
		return {
			// A WebSocket tells nobody when there is room: that is what bufferedAmount is for, and these messages are small.
			send: async (text) => socket.send(text),
			close,
			abort: close,
		};
	});
}
