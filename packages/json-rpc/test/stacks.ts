import { stack } from "@framewright/codec";
import {
	type CodecLaw,
	type CodecLawsOptions,
	codecLaws,
} from "@framewright/codec-laws";
import { equalItems } from "@framewright/codec-laws/parts";
import { jsonRpc, jsonRpcText, type Message } from "@framewright/json-rpc";
import { lengthPrefixed } from "@framewright/length-prefixed";
import { lines, newline } from "@framewright/newline";
import type { Arbitrary } from "fast-check";
import { message } from "./arbitraries.ts";

type Runs = Pick<CodecLawsOptions<unknown>, "numRuns" | "steps">;

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

/** Makes the laws of all configurations, by name. */
export function configurations(runs: Runs): [name: string, laws: CodecLaw[]][] {
	const item: Arbitrary<Message> = message;
	const grow = (n: number): Message => ({
		kind: "notification",
		method: "x".repeat(n),
	});
	// Bytes that were damaged may bring about V8's fault, of which arbitraries.ts tells: its own JSON.parse has it then, too.
	const equals = (sent: Message, received: Message): boolean =>
		equalItems(sent, received) ||
		equalItems(JSON.parse(JSON.stringify(sent)), received);
	return Object.entries(stacks).map(([name, layer]) => [
		name,
		codecLaws(layer, { item, grow, equals, ...runs }),
	]);
}
