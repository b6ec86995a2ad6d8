// Side-by-side benchmarks: npm run bench [-- decisions | length-prefixed | newline | growth | json-rpc | streams ...]

import { cpus } from "node:os";
import * as decisions from "./decisions.ts";
import { growth } from "./growth.ts";
import { jsonRpcMessages } from "./json-rpc.ts";
import * as lengthPrefixed from "./length-prefixed.ts";
import * as newline from "./newline.ts";
import { sending } from "./streams.ts";

const MiB = 1 << 20;
const SIZES = [16, 64, 1024, 65_536, 8 * MiB];
/** Bytes for one pass: enough frames to time, few enough for the slowest contender. */
const total = (frame: number): number => (frame > 65_536 ? 2 * frame : 4 * MiB);

const suites: Record<string, () => Promise<void>> = {
	async decisions() {
		for (const bytes of [64, 1024, 65_536])
			await decisions.encodingThroughAStack(bytes, 4 * MiB);
		await decisions.slabSizes(64, 4 * MiB);
		for (const bytes of [16, 64, 1024])
			await decisions.viewsOrOffsets(bytes, 4 * MiB);
		await decisions.viewsOrOffsetsOfMessages(4 * MiB);
		for (const bytes of [16, 64, 256, 1024])
			await decisions.copyingOut(bytes, 4 * MiB);
		decisions.retention();
	},
	async "length-prefixed"() {
		for (const frame of SIZES)
			await lengthPrefixed.decoding(frame, 65_536, total(frame));
		for (const frame of SIZES)
			await lengthPrefixed.encoding(frame, total(frame));
	},
	async newline() {
		for (const frame of SIZES)
			await newline.decoding(frame, 65_536, total(frame));
	},
	growth: () => growth(4 * MiB),
	"json-rpc": jsonRpcMessages,
	async streams() {
		await sending(64, 8 * MiB);
		await sending(65_536, 64 * MiB);
	},
};

const chosen =
	process.argv.length > 2 ? process.argv.slice(2) : Object.keys(suites);
for (const name of chosen)
	if (suites[name] === undefined) {
		console.error(
			`No benchmark is called ${name}; there are: ${Object.keys(suites).join(", ")}`,
		);
		process.exit(2);
	}
console.log(
	`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}. Medians of interleaved passes; trust the ratios.`,
);
for (const name of chosen) await suites[name]?.();
