import { jsonRpc, jsonRpcText, type Message } from "@framewright/json-rpc";
import { type Contender, race } from "./race.ts";
import { type Measures, rounded, type Table } from "./results.ts";

const person = { id: 1234, name: "Ada Lovelace", tags: ["a", "b"], ok: true };
// Through JSON once: what a program sends is as plain as what it received.
const result = (length: number, item: unknown): Message => ({
	kind: "success",
	id: 1,
	result: JSON.parse(JSON.stringify(new Array(length).fill(item))),
});
const messages: Record<string, Message> = {
	request: {
		kind: "request",
		id: 1,
		method: "subtract",
		params: [42, 23, "abc"],
	},
	"result of 20 objects": result(20, person),
	"result of 2,000 objects": result(2000, person),
	"result of 20 long strings": result(20, "x".repeat(4300)),
};

const utf8 = new TextDecoder("utf-8", { fatal: true });
const text = new TextEncoder();
const bytes = jsonRpc();
const strings = jsonRpcText();

export const ANSWERING = "JSON-RPC: requests answered";

/** Reads and writes messages, and answers requests, beside a bare JSON.parse and JSON.stringify, which check nothing. */
export async function* jsonRpcMessages(): AsyncGenerator<Table[]> {
	// First, while the compilers have seen nothing but small messages: that is what a server answers.
	yield [await answering()];
	const rows: Record<string, Measures> = {};
	for (const [name, message] of Object.entries(messages)) {
		const json = strings.encode(message);
		const wire = text.encode(json);
		const plain: unknown = JSON.parse(json);
		const times = Math.max(1, Math.floor(1_000_000 / wire.length));
		const repeat = (
			contender: string,
			work: () => { length: number } | object,
		): Contender => ({
			name: contender,
			pass() {
				for (let i = 0; i < times; i++) work();
				return times;
			},
		});
		const pairs: [Contender, Contender][] = [
			[
				repeat("decode text", () => strings.decode(json)),
				repeat("JSON.parse", () => JSON.parse(json)),
			],
			[
				repeat("decode bytes", () => bytes.decode(wire)),
				repeat("TextDecoder, JSON.parse", () => JSON.parse(utf8.decode(wire))),
			],
			[
				repeat("encode text", () => ({ text: strings.encode(message) })),
				repeat("JSON.stringify", () => ({ text: JSON.stringify(plain) })),
			],
			[
				repeat("encode bytes", () => bytes.encode(message)),
				repeat("JSON.stringify, TextEncoder", () =>
					text.encode(JSON.stringify(plain)),
				),
			],
		];
		const row: Record<string, number> = {};
		for (const [ours, bare] of pairs) {
			const [mine, theirs] = (
				await race([ours, bare], { rounds: 25, seconds: 1 })
			).values();
			row[ours.name] = rounded((theirs?.ns ?? 0) / (mine?.ns ?? 0));
		}
		rows[`${name}, ${wire.length} B`] = row;
	}
	yield [
		{
			what: "JSON-RPC messages: speed, where 1 is a bare JSON.parse or JSON.stringify",
			rows,
		},
	];
}

/** Requests in a pass. */
const REQUESTS = 20_000;

/** Answers a request: parses it, looks its method up, and writes the response; we validate it as well. */
async function answering(): Promise<Table> {
	const methods = new Map([
		["subtract", ([a, b]: [number, number]): number => a - b],
	]);
	const request = strings.encode(messages.request as Message);
	const contender = (
		name: string,
		answer: (request: string) => string,
	): Contender => ({
		name,
		pass() {
			let length = 0;
			for (let i = 0; i < REQUESTS; i++) length += answer(request).length;
			return length;
		},
	});
	const times = await race(
		[
			contender("framewright, validated", (json) => {
				const message = strings.decode(json);
				if (message.kind !== "request") throw new Error(message.kind);
				const method = methods.get(message.method);
				if (method === undefined) throw new Error(message.method);
				const result = method(message.params as [number, number]);
				return strings.encode({ kind: "success", id: message.id, result });
			}),
			contender("bare JSON.parse, JSON.stringify", (json) => {
				const { id, method, params } = JSON.parse(json);
				const result = methods.get(method)?.(params);
				return JSON.stringify({ jsonrpc: "2.0", id, result });
			}),
		],
		{ rounds: 25, seconds: 1 },
	);
	return {
		what: ANSWERING,
		rows: Object.fromEntries(
			[...times].map(([name, { ns, passes }]) => [
				name,
				{ "answers/s": rounded((REQUESTS / ns) * 1e9), passes },
			]),
		),
	};
}
