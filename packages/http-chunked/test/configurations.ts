import {
	type CodecLaw,
	type CodecLawsOptions,
	codecLaws,
} from "@framewright/codec-laws";
import type { HttpChunkedOptions } from "@framewright/http-chunked";
import fc from "fast-check";
import { joined, type Message, messages } from "./adapters.ts";
import { wire as garbage, trailer } from "./wires.ts";

type Runs = Pick<CodecLawsOptions<unknown>, "numRuns" | "steps">;

const message: fc.Arbitrary<Message> = fc.record({
	chunks: fc.array(
		fc.oneof(
			{ weight: 4, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 40 }) },
			fc.uint8Array({ minLength: 1, maxLength: 300, size: "max" }),
		),
		{ maxLength: 3 },
	),
	trailers: fc.oneof(
		{ weight: 2, arbitrary: fc.constant([]) },
		fc.array(trailer, { maxLength: 3 }),
	),
});

// Cheaper than the default, which would be most of the work.
const show = ({ chunks, trailers }: Message): string =>
	JSON.stringify([chunks.map((bytes) => hex(bytes)), trailers]);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const equals = (sent: Message, received: Message): boolean =>
	Buffer.from(joined(sent.chunks)).equals(joined(received.chunks)) &&
	JSON.stringify(sent.trailers) === JSON.stringify(received.trailers);

const big = (n: number): Message => ({
	chunks: [new Uint8Array(n)],
	trailers: [],
});
const tail = (n: number): Message => ({
	chunks: [],
	trailers: [["a", "x".repeat(n)]],
});

export const narrow: HttpChunkedOptions = {
	maxLength: 250,
	maxExtensionLength: 12,
	badWhitespace: true,
	forbiddenTrailers: "keep",
	copy: true,
};
const layers: [HttpChunkedOptions, (n: number) => Message][] = [
	[{}, big],
	[{ ...narrow, maxTrailerLength: 70_000 }, tail],
];

/** Makes the laws of all configurations, by name. */
export function configurations(runs: Runs): [name: string, laws: CodecLaw[]][] {
	return layers.map(([options, grow]) => [
		`httpChunked(${JSON.stringify(options)})`,
		codecLaws(messages(options), {
			item: message,
			garbage,
			grow,
			equals,
			show,
			...runs,
		}),
	]);
}
