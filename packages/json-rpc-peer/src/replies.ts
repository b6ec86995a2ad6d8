import {
	type ErrorMessage,
	type Id,
	RawJson,
	type SingleMessage,
} from "@framewright/json-rpc";
import { INTERNAL_ERROR } from "./errors.ts";
import type { Line } from "./line.ts";
import type { Reply } from "./request-table.ts";

/**
 * Sends what can be sent in the place of a reply that the channel has refused: a result with a BigInt or a cycle in it, or
 * more than a message may have. -32603 stands for it; in a batch, for as few answers as possible; without an id where the id
 * itself is too long. Returns whether that could be sent. If not, it is the channel that fails.
 */
export async function sendInstead(line: Line, reply: Reply): Promise<boolean> {
	for (const attempt of smallerReplies(reply)) {
		try {
			await line.send(attempt);
			return true;
		} catch {
			// The next one is smaller.
		}
	}
	return false;
}

function* smallerReplies(reply: Reply): Generator<Reply> {
	if (reply.kind === "batch") yield* smallerBatches(reply.items);
	else yield refusalOf(reply);
	yield refusal(null, {
		...INTERNAL_ERROR,
		data: "The id is too long",
	});
}

/** First without what JSON does not have, then also without the largest answer, the two largest, the four, and so on. */
function* smallerBatches(items: readonly SingleMessage[]): Generator<Reply> {
	const sizes = items.map(sizeOf);
	const bySize = items
		.map((_, i) => i)
		.sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0));
	const unfit = sizes.filter((size) => size === Number.POSITIVE_INFINITY);
	for (let more = 0; ; more = more === 0 ? 1 : 2 * more) {
		const refused = new Set(bySize.slice(0, unfit.length + more));
		yield {
			kind: "batch",
			items: items.map((item, i) => (refused.has(i) ? refusalOf(item) : item)),
		};
		if (refused.size === items.length) return;
	}
}

/** About how long an answer is as text; infinite for what cannot be written. */
function sizeOf(item: SingleMessage): number {
	const value = item.kind === "success" ? item.result : item;
	if (value instanceof RawJson) return value.text.length;
	try {
		return JSON.stringify(value)?.length ?? Number.POSITIVE_INFINITY;
	} catch {
		return Number.POSITIVE_INFINITY;
	}
}

function refusalOf(reply: SingleMessage): ErrorMessage {
	return refusal("id" in reply ? reply.id : null, INTERNAL_ERROR);
}

/** Makes an error response. */
export function refusal(id: Id, error: ErrorMessage["error"]): ErrorMessage {
	return { kind: "error", id, error };
}
