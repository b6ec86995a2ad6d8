// What messages and peers of JSON-RPC have to reach.

import { type Bar, times } from "./bar.ts";
import { ANSWERING } from "./json-rpc.ts";
import { GROWTH, IN_FLIGHT, ONE_BY_ONE } from "./json-rpc-peer.ts";
import { findTable } from "./results.ts";

export const jsonRpcBars: readonly Bar[] = [
	{
		suite: "json-rpc",
		text: "a request parsed, validated, dispatched and answered: JSON.parse and JSON.stringify, not validated",
		atLeast: 0.8,
		measured: times(
			"answers/s",
			{ suite: "json-rpc", what: ANSWERING },
			"framewright, validated",
			"bare JSON.parse, JSON.stringify",
		),
	},
	...[ONE_BY_ONE, IN_FLIGHT].flatMap((what): Bar[] => [
		peerBar(what, "framewright, texts", "vscode-jsonrpc, streams", 5),
		peerBar(what, "framewright, streams", "vscode-jsonrpc, streams"),
		peerBar(what, "framewright, texts", "vscode-jsonrpc, texts"),
		peerBar(what, "framewright, texts", "json-rpc-2.0, texts", 1.3),
	]),
	{
		suite: "json-rpc-peer",
		text: "growth from 1 to 2 MiB of params in chunks of 4 KiB",
		atMost: 2.2,
		measured: (results) =>
			findTable(results, { suite: "json-rpc-peer", what: GROWTH })?.rows[
				"framewright, in chunks"
			]?.ratio,
	},
];

function peerBar(
	what: string,
	ours: string,
	theirs: string,
	atLeast?: number,
): Bar {
	return {
		suite: "json-rpc-peer",
		text: `${what.replace("JSON-RPC ", "")}, ${ours.replace("framewright, ", "")}: ${theirs}`,
		...(atLeast === undefined ? {} : { atLeast }),
		measured: times(
			"round trips/s",
			{ suite: "json-rpc-peer", what },
			ours,
			theirs,
		),
	};
}
