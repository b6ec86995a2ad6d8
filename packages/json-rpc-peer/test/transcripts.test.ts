import { jsonRpcPeer, ResponseError } from "@framewright/json-rpc-peer";
import { describe, expect, test } from "vitest";
import { textEnd } from "./text-end.ts";
import { type Exchange, readTranscripts, runTranscript } from "./transcript.ts";
import { transcriptMethods } from "./transcript-methods.ts";

const handlers = transcriptMethods(
	(code, message, data) => new ResponseError(code, message, data),
);

const transcripts = readTranscripts();

test("there are all examples of the specification, and 60 more", () => {
	const examples = transcripts.filter(({ chapter }) => chapter.includes("7"));
	expect(examples).toHaveLength(13);
	expect(transcripts.length - examples.length).toBeGreaterThanOrEqual(60);
	expect(new Set(transcripts.map(({ title }) => title)).size).toBe(
		transcripts.length,
	);
});

test.concurrent.each(
	transcripts.map((transcript) => ({ ...transcript, transcript })),
)("$chapter: $title", async ({ transcript }) => {
	const { channel, exchange } = textEnd();
	jsonRpcPeer(channel, { handlers });
	expect(await runTranscript(transcript, exchange)).toBeUndefined();
});

describe("the runner notices", () => {
	const [transcript] = transcripts;
	const answering =
		(...texts: string[]): Exchange =>
		() =>
			Promise.resolve(texts);
	test.each([
		["no answer", answering()],
		["another id", answering('{"jsonrpc":"2.0","result":19,"id":"1"}')],
		[
			"an id with other digits",
			answering('{"jsonrpc":"2.0","result":19,"id":1.0}'),
		],
		["another result", answering('{"jsonrpc":"2.0","result":20,"id":1}')],
		["no version", answering('{"result":19,"id":1}')],
		["an array", answering('[{"jsonrpc":"2.0","result":19,"id":1}]')],
		[
			"an answer too many",
			answering(
				'{"jsonrpc":"2.0","result":19,"id":1}',
				'{"jsonrpc":"2.0","result":19,"id":1}',
			),
		],
	])("%s", async (_, exchange) => {
		if (transcript === undefined) throw new Error("No transcripts");
		expect(await runTranscript(transcript, exchange)).toMatch(/^\{.*should/s);
	});
});
