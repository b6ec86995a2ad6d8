// Peers of JSON-RPC in two workers: the same peer over a MessagePort and over a pair of rings.

import type { MessagePort } from "node:worker_threads";
import { stack } from "@framewright/codec";
import { jsonRpc, type Message } from "@framewright/json-rpc";
import { jsonRpcPeer } from "@framewright/json-rpc-peer";
import { lengthPrefixed } from "@framewright/length-prefixed";
import type { Channel } from "@framewright/streams";
import { portChannel } from "@framewright/streams/message-port";
import { type RingPair, ringChannel } from "@framewright/streams/ring-buffer";
import { type CallParams, PARAMS } from "./json-rpc-libraries.ts";

/** What one end is given. */
export interface PeerEnd {
	readonly port: MessagePort;
	readonly rings: RingPair;
}

const protocol = stack(lengthPrefixed(), jsonRpc());

/** The channels, by the names of their rows. */
export const channels: Readonly<
	Record<string, (end: PeerEnd) => Channel<Message>>
> = {
	"framewright over rings, messages": ({ rings }) =>
		ringChannel(rings, jsonRpc()),
	"framewright over rings, bytes": ({ rings }) => ringChannel(rings, protocol),
	"the same peer over a MessagePort, messages": ({ port }) =>
		portChannel(port, jsonRpc()),
	"the same peer over a MessagePort, bytes": ({ port }) =>
		portChannel(port, protocol),
};

const METHOD = "subtract";

/** Answers calls. */
export function serve(row: string, end: PeerEnd): void {
	jsonRpcPeer(channelOf(row, end), {
		handlers: {
			[METHOD]: ([minuend, subtrahend]: CallParams) => minuend - subtrahend,
		},
	});
}

/** Returns what makes as many calls as it is told, of which so many are under way, and returns the sum of the answers. */
export function caller(
	row: string,
	end: PeerEnd,
	inFlight: number,
): (count: number) => Promise<number> {
	const peer = jsonRpcPeer(channelOf(row, end));
	return async (count) => {
		let sum = 0;
		const calls = async (): Promise<void> => {
			for (let i = 0; i < count / inFlight; i++) {
				const answer = (await peer.request(METHOD, PARAMS)) as number;
				sum += answer;
			}
		};
		await Promise.all(Array.from({ length: inFlight }, calls));
		return sum;
	};
}

function channelOf(row: string, end: PeerEnd): Channel<Message> {
	const open = channels[row];
	if (open === undefined) throw new Error(`No channel is called ${row}`);
	return open(end);
}
