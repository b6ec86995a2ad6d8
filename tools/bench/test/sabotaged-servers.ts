// Servers that are worse than ours, for the runner of the transcripts to notice.

import {
	answering,
	servers as real,
	type Server,
} from "../src/transcripts-servers.ts";

/** Our server, with `spoil` between it and whoever reads. */
async function spoiled(spoil: (text: string) => string[]): Promise<Server> {
	const ours = (await real.framewright?.()) as Server;
	return {
		...ours,
		exchange: async (texts) => (await ours.exchange(texts)).flatMap(spoil),
	};
}

/** A server that knows nothing, and does something where a text has some letters. */
function doing(letters: string, does: () => Promise<never>): Server {
	return answering((text) =>
		text.includes(letters) ? does() : Promise.resolve(undefined),
	);
}

export const servers = {
	"JSON.parse": () => spoiled((text) => [JSON.stringify(JSON.parse(text))]),
	silent: () => spoiled(() => []),
	crashing: () =>
		doing("toString", async () => {
			setImmediate(() => {
				throw new Error("what nobody catches");
			});
			return await new Promise(() => {});
		}),
	blocking: () =>
		doing("toString", async () => {
			for (;;);
		}),
	/** Never finishes what names `toString`. */
	endless: (): Server => ({
		exchange: async (texts) =>
			texts.some((text) => text.includes("toString"))
				? new Promise(() => {})
				: [],
		end() {},
	}),
};
