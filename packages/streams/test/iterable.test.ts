import { iterableChannel } from "@framewright/streams/iterable";
import { behavesAsChannel } from "./behaviour.ts";

/** What libp2p calls a pair: the sink of one end is the source of the other. */
function wire(): {
	source: AsyncIterable<Uint8Array>;
	sink: (chunks: AsyncIterable<Uint8Array>) => Promise<void>;
} {
	let connect!: (chunks: AsyncIterable<Uint8Array>) => void;
	let disconnect!: () => void;
	const connected = new Promise<AsyncIterable<Uint8Array>>((resolve) => {
		connect = resolve;
	});
	const disconnected = new Promise<void>((resolve) => {
		disconnect = resolve;
	});
	return {
		source: (async function* () {
			try {
				yield* await connected;
			} finally {
				disconnect();
			}
		})(),
		sink: (chunks) => {
			connect(chunks);
			return disconnected;
		},
	};
}

behavesAsChannel(
	"a duplex of async iterables",
	async (near, far) => {
		const there = wire();
		const back = wire();
		return [
			iterableChannel(
				{ source: back.source, sink: there.sink },
				near.layer,
				near,
			),
			iterableChannel(
				{ source: there.source, sink: back.sink },
				far.layer,
				far,
			),
		];
	},
	{ slack: 400_000, deliversAfterAbort: false },
);
