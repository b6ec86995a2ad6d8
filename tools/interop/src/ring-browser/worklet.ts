// An AudioWorkletProcessor that plays a ring, and counts the blocks that were not there in time.

import { StreamConsumer } from "@framewright/ring-buffer";
import { sampleAt } from "./content.ts";

declare class AudioWorkletProcessor {
	readonly port: MessagePort;
}
declare function registerProcessor(name: string, type: unknown): void;

/** What the processor has seen. */
export interface Played {
	readonly blocks: number;
	readonly underruns: number;
	/** Samples that were others than those whose turn it was. */
	readonly wrong: number;
}

registerProcessor(
	"ring",
	class extends AudioWorkletProcessor {
		readonly #ring: StreamConsumer<"float32">;
		#blocks = 0;
		#underruns = 0;
		#wrong = 0;
		#next = 0;

		constructor({
			processorOptions,
		}: {
			processorOptions: { memory: SharedArrayBuffer };
		}) {
			super();
			this.#ring = new StreamConsumer(processorOptions.memory, "float32");
			this.port.onmessage = () => {
				this.port.postMessage({
					blocks: this.#blocks,
					underruns: this.#underruns,
					wrong: this.#wrong,
				} satisfies Played);
				this.#ring.close();
			};
		}

		process(_inputs: unknown, [[output]]: Float32Array[][]): boolean {
			if (output === undefined || this.#ring.end !== 0) return false;
			const filled = this.#ring.read(output);
			this.#blocks += 1;
			if (filled < output.length) {
				this.#underruns += 1;
				output.fill(0, filled);
			}
			for (let i = 0; i < filled; i++)
				if (output[i] !== sampleAt(this.#next + i)) this.#wrong += 1;
			this.#next += filled;
			return true;
		}
	},
);
