import { byReference } from "./by-reference.ts";
import { cobsFrames } from "./cobs.ts";
import { contentLengthFrames } from "./content-length.ts";
import { dbusValues } from "./dbus-marshal.ts";
import { dbusMessages } from "./dbus-message.ts";
import { decisions } from "./decisions.ts";
import { framings } from "./framings.ts";
import { growth } from "./growth.ts";
import { chunkedFrames } from "./http-chunked.ts";
import { jsonRpcMessages } from "./json-rpc.ts";
import { jsonRpcPeers } from "./json-rpc-peer.ts";
import { lengthPrefixedFrames } from "./length-prefixed.ts";
import { memory } from "./memory.ts";
import { newlineFrames } from "./newline.ts";
import type { Table } from "./results.ts";
import { ringBuffers } from "./ring-buffer.ts";
import { ringLatency } from "./ring-latency.ts";
import { slipFrames } from "./slip.ts";
import { channels } from "./streams.ts";
import { transcripts } from "./transcripts.ts";

/** The suites, by name. Each yields tables to be printed as one. */
export const suites: Readonly<
	Record<string, () => AsyncGenerator<readonly Table[]>>
> = {
	decisions,
	"by-reference": byReference,
	"length-prefixed": lengthPrefixedFrames,
	newline: newlineFrames,
	"content-length": contentLengthFrames,
	slip: slipFrames,
	cobs: cobsFrames,
	"http-chunked": chunkedFrames,
	async *growth() {
		for (const framing of framings) yield [await growth(framing)];
	},
	memory,
	"json-rpc": jsonRpcMessages,
	"json-rpc-peer": jsonRpcPeers,
	transcripts,
	"dbus-marshal": dbusValues,
	"dbus-message": dbusMessages,
	streams: channels,
	"ring-buffer": ringBuffers,
	"ring-latency": ringLatency,
};
