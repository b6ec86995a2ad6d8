import { stack } from "@framewright/codec";
import { codecLaws } from "@framewright/codec-laws";
import { jsonRpc, jsonRpcText, type Message } from "@framewright/json-rpc";
import { lengthPrefixed } from "@framewright/length-prefixed";
import { lines, newline } from "@framewright/newline";
import type { Arbitrary } from "fast-check";
import { describe, test } from "vitest";
import { message } from "./arbitraries.ts";

// The layers keep the laws; these are the assembled stacks, where a limit, an offset or a copy may be lost in between.
const stacks = {
	"stack(lengthPrefixed(), jsonRpc())": stack(lengthPrefixed(), jsonRpc()),
	"stack(lines(either), jsonRpcText())": stack(
		lines({ delimiter: "either" }),
		jsonRpcText(),
	),
	"stack(lengthPrefixed(varint), newline(), jsonRpc())": stack(
		lengthPrefixed({ width: "varint" }),
		newline(),
		jsonRpc(),
	),
};

for (const [name, layer] of Object.entries(stacks))
	describe(name, () => {
		const item: Arbitrary<Message> = message;
		const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000);
		const grow = (n: number): Message => ({
			kind: "notification",
			method: "x".repeat(n),
		});
		for (const law of codecLaws(layer, { item, grow, numRuns }))
			test(law.name, () => law.check());
	});
