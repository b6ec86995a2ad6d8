import type { MessageChannel } from "@framewright/json-rpc-peer";
import { textChannel } from "./text-channel.ts";

/** Sends each message as a POST, whose response carries the answer, if there is one. The server cannot call. */
export function httpChannel(url: string): MessageChannel {
	return textChannel((events) => {
		const abort = new AbortController();
		const posts = new Set<Promise<void>>();
		const post = async (body: string): Promise<void> => {
			const { signal } = abort;
			const response = await fetch(url, { method: "POST", body, signal });
			// Servers tell errors by the status as well: the body says which.
			const text = await response.text();
			if (text !== "") events.received(text);
		};
		return {
			send(body) {
				const posted = post(body);
				posts.add(posted);
				const done = (): unknown => posts.delete(posted);
				posted.then(done, done);
				return posted;
			},
			close: () => {
				Promise.allSettled(posts).then(events.ended);
			},
			abort: () => abort.abort(),
		};
	});
}
