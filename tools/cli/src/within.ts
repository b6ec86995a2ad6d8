import { PeerError } from "@framewright/json-rpc-peer";

/** Waits for what has no time limit of its own; rejects with a `PeerError` (timeout) when `ms` are over. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		const error = new PeerError("timeout", `Not done in ${ms} ms`);
		timer = setTimeout(reject, ms, error);
	});
	try {
		return await Promise.race([work, late]);
	} finally {
		clearTimeout(timer);
	}
}
