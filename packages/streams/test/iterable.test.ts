import { iterableChannel } from "@framewright/streams/iterable";
import { behavesAsChannel } from "./behaviour.ts";

/** What libp2p calls a pushable: the sink of one end is the source of the other. */
function wire(): {
	source: AsyncIterable<Uint8Array>;
	sink: (chunks: AsyncIterable<Uint8Array>) => Promise<void>;
} {
	const { promise, resolve } =
		Promise.withResolvers<AsyncIterable<Uint8Array>>();
	const taken = Promise.withResolvers<void>();
	return {
		source: (async function* () {
			try {
				yield* await promise;
			} finally {
				taken.resolve();
			}
		})(),
		sink: (chunks) => {
			resolve(chunks);
			return taken.promise;
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
