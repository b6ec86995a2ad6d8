// Reads transcripts, and holds any server to them: ours in transcripts.test.ts, others where they are compared.

import { readFileSync } from "node:fs";
import { ExactId, jsonRpcText, RawJson } from "@framewright/json-rpc";

/** What is sent at once, and what must come back: of each answer, any one of its forms. */
export interface Step {
	readonly sent: readonly string[];
	readonly answers: readonly (readonly string[])[];
}

export interface Transcript {
	/** The heading above it. */
	readonly chapter: string;
	readonly title: string;
	readonly steps: readonly Step[];
}

/** Sends texts to a server, in order, and returns the texts that it sends until it has nothing more to say. */
export type Exchange = (sent: readonly string[]) => Promise<readonly string[]>;

/** Reads `transcripts.txt`, or another file of that form. */
export function readTranscripts(
	file: URL = new URL("transcripts.txt", import.meta.url),
): Transcript[] {
	const transcripts: Transcript[] = [];
	let chapter = "";
	for (const block of readFileSync(file, "utf8").split(/\n\n+/)) {
		const lines = block.split("\n").filter((line) => line !== "");
		const heading = /^## (.*)/.exec(lines[0] ?? "");
		if (heading !== null) chapter = heading[1] ?? "";
		const title = /^# (.*)/.exec(lines[0] ?? "")?.[1];
		// The file's own introduction has no lines to send.
		if (title === undefined || !lines.some((line) => line.startsWith("--> ")))
			continue;
		transcripts.push({ chapter, title, steps: stepsOf(lines.slice(1)) });
	}
	return transcripts;
}

function stepsOf(lines: readonly string[]): Step[] {
	const steps: { sent: string[]; answers: string[][] }[] = [];
	for (const line of lines) {
		const text = line.slice(4);
		let step = steps.at(-1);
		switch (line.slice(0, 4)) {
			case "--> ":
				if (step === undefined || step.answers.length > 0) {
					step = { sent: [], answers: [] };
					steps.push(step);
				}
				step.sent.push(text);
				break;
			case "<-- ":
				step?.answers.push([text]);
				break;
			case " or ":
				step?.answers.at(-1)?.push(text);
				break;
			default:
				throw new Error(`A transcript cannot have the line ${line}`);
		}
	}
	return steps;
}

/** Runs a transcript over a fresh connection. Returns what is wrong, or `undefined` when all is as it should be. */
export async function runTranscript(
	{ steps }: Transcript,
	exchange: Exchange,
): Promise<string | undefined> {
	for (const { sent, answers } of steps) {
		const left = [...(await exchange(sent))];
		for (const forms of answers) {
			const texts = forms.filter((form) => form !== "nothing");
			const expected = texts.map(canonical);
			const at = left.findIndex((text) => expected.includes(canonical(text)));
			if (at === -1 && texts.length < forms.length) continue;
			if (at === -1)
				return `${sent.join("\n")}\nshould be answered with\n${forms.join("\nor ")}\nnot with\n${left.join("\n")}`;
			left.splice(at, 1);
		}
		if (left.length > 0)
			return `${sent.join("\n")}\nshould not be answered with\n${left.join("\n")}`;
	}
	return undefined;
}

const codec = jsonRpcText({ raw: true });

type Received = ReturnType<typeof codec.decode>;

/** Writes a message in one way, without what a server is free to choose. */
function canonical(text: string): string {
	return show(codec.decode(text));
}

function show(message: Received): string {
	switch (message.kind) {
		case "batch":
			return `[${message.items.map(show).sort().join()}]`;
		case "success":
			return `${idText(message.id)} ${valueText(message.result)}`;
		case "error": {
			const { code, message: said, data } = message.error;
			const isReserved = code >= -32768 && code <= -32000;
			return `${idText(message.id)} error ${code} ${isReserved ? "" : `${said} ${valueText(data)}`}`;
		}
		default:
			return JSON.stringify(message);
	}
}

function idText(id: Extract<Received, { kind: "success" }>["id"]): string {
	if (!(id instanceof ExactId)) return JSON.stringify(id);
	// However a string was escaped, it means the same.
	return id.token.startsWith('"')
		? JSON.stringify(JSON.parse(id.token))
		: id.token;
}

/** Writes a value with its members in order. `__proto__` is one of them. */
function valueText(value: unknown): string {
	const plain = value instanceof RawJson ? value.parse() : value;
	return JSON.stringify(plain, (_, inner: unknown) =>
		typeof inner === "object" && inner !== null && !Array.isArray(inner)
			? Object.fromEntries(
					Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)),
				)
			: inner,
	);
}
