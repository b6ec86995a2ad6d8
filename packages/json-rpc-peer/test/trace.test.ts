import { jsonRpcPeer, lsp, type TraceEvent } from "@framewright/json-rpc-peer";
import { expect, test, vi } from "vitest";
import {
	gate,
	notification,
	request,
	result,
	settled,
	setup,
	textEnd,
} from "./text-end.ts";

function traced(): ReturnType<typeof setup> & { events: TraceEvent[] } {
	const events: TraceEvent[] = [];
	const { handler, open } = gate();
	const set = setup({
		dialect: lsp,
		handlers: { slow: handler, quick: () => "quick" },
		trace: (event) => events.push(event),
	});
	return Object.assign(set, { events, open });
}

/** An event in short: > for sent, its kind, and whether it has a duration. */
const brief = ({ direction, message, durationMs }: TraceEvent): string =>
	`${direction === "sent" ? ">" : "<"} ${message.kind}${durationMs === undefined ? "" : " timed"}`;

test("a trace has every message both ways, and how long answers took", async () => {
	const { peer, receive, events } = traced();
	const call = peer.request("theirs");
	await new Promise((resolve) => setTimeout(resolve, 20));
	receive(
		result(1),
		request(1, "quick"),
		notification("n"),
		"garbage",
		result("unknown"),
		`[${request(1, "quick")}]`,
	);
	await call;
	await settled();
	const batch = peer.batch((b) => [b.request("a"), b.request("b")]);
	receive(`[${result(2)},${result(3)}]`);
	await Promise.all(batch);
	await peer.notify("n");
	expect(events.map(brief)).toEqual([
		"> request",
		"< success timed",
		"< request",
		"> success timed",
		"< notification",
		"< invalid",
		"> error",
		"< success",
		"< batch",
		"> batch timed",
		"> batch",
		"< batch timed",
		"> notification",
	]);
	expect(events[1]?.durationMs).toBeGreaterThanOrEqual(15);
	expect(events[1]?.durationMs).toBeLessThan(10_000);
	const times = events.map(({ at }) => at);
	expect(times.toSorted((a, b) => a - b)).toEqual(times);
});

test("without a trace, no time is taken", async () => {
	const now = vi.spyOn(performance, "now");
	try {
		const { channel, receive, sent } = textEnd();
		const peer = jsonRpcPeer(channel, { handlers: { m: () => 1 } });
		const call = peer.request("m");
		receive(result(1), request(1, "m"), `[${request(2, "m")}]`);
		await call;
		await settled();
		expect(sent).toHaveLength(3);
		expect(now).not.toHaveBeenCalled();
	} finally {
		now.mockRestore();
	}
});

test("a trace that throws ends the connection with its error", async () => {
	const thrown = new Error("in the trace");
	const { channel, receive } = textEnd();
	const peer = jsonRpcPeer(channel, {
		trace({ direction }) {
			if (direction === "received") throw thrown;
		},
	});
	receive(notification("m"));
	await expect(peer.closed).rejects.toBe(thrown);
});
