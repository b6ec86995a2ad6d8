// Which library answers as JSON-RPC 2.0 asks: the transcripts of our peer, run over all of them.

import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
	readTranscripts,
	type Transcript,
} from "../../../packages/json-rpc-peer/test/transcript.ts";
import type { Measures, Table } from "./results.ts";
import { servers } from "./transcripts-servers.ts";

/** A transcript that a library does not keep to, and why. */
export interface Failure {
	readonly transcript: Transcript;
	readonly wrong: string;
}

/** Milliseconds in which a child begins, or runs a transcript: more than it allows itself. Beyond them, it is blocked. */
const START = 20_000;
const LIMIT = 3000;

/** Runs all transcripts over all libraries. */
export async function* transcripts(): AsyncGenerator<Table[]> {
	const failures = new Map<string, Failure[]>();
	for (const library of Object.keys(servers))
		failures.set(library, await failuresOf(library));
	yield [tally(readTranscripts(), failures)];
	for (const [library, all] of failures) {
		if (all.length === 0) continue;
		console.log(`\n${library} does not keep to`);
		for (const { transcript, wrong } of all)
			console.log(
				`- ${transcript.chapter}: ${transcript.title}${brief(wrong)}`,
			);
	}
}

/** Counts by chapter, and in all, what each library keeps to. */
export function tally(
	all: readonly Transcript[],
	failures: ReadonlyMap<string, readonly Failure[]>,
): Table {
	const row = (isIn: (transcript: Transcript) => boolean): Measures => {
		const count = all.filter(isIn).length;
		const kept = [...failures].map(([library, failed]) => [
			library,
			count - failed.filter(({ transcript }) => isIn(transcript)).length,
		]);
		return { transcripts: count, ...Object.fromEntries(kept) };
	};
	const chapters = [...new Set(all.map(({ chapter }) => chapter))];
	return {
		what: "JSON-RPC 2.0: transcripts that a server keeps to",
		rows: {
			...Object.fromEntries(
				chapters.map((name) => [name, row(({ chapter }) => chapter === name)]),
			),
			"all of them": row(() => true),
		},
	};
}

/** Runs transcripts over one library of a module of servers, and goes on where it crashes or blocks its process. */
export async function failuresOf(
	library: string,
	module: string = join(import.meta.dirname, "transcripts-servers.ts"),
	isChosen: (transcript: Transcript) => boolean = () => true,
): Promise<Failure[]> {
	const failures: Failure[] = [];
	let child: ChildProcess | undefined;
	try {
		for (const [index, transcript] of readTranscripts().entries()) {
			if (!isChosen(transcript)) continue;
			child ??= await open(module, library);
			const told = report(child, LIMIT);
			child.send(index);
			const { wrong, isGone } = await told;
			if (isGone) child = undefined;
			if (wrong !== undefined) failures.push({ transcript, wrong });
		}
	} finally {
		child?.kill("SIGKILL");
	}
	return failures;
}

async function open(module: string, library: string): Promise<ChildProcess> {
	const child = fork(
		join(import.meta.dirname, "transcripts-child.ts"),
		[pathToFileURL(module).href, library],
		{
			execArgv: ["--conditions=@framewright/source"],
			// What a library logs, and what it says when it crashes, would drown the result.
			stdio: ["ignore", "ignore", "ignore", "ipc"],
		},
	);
	const { isGone } = await report(child, START);
	if (isGone) throw new Error(`The process of ${library} does not start`);
	return child;
}

interface Report {
	readonly wrong?: string;
	readonly isGone?: boolean;
}

/** Waits for what a child tells, or for its end, and ends it when that takes too long. */
function report(child: ChildProcess, limit: number): Promise<Report> {
	return new Promise((resolve) => {
		let isBlocked = false;
		const timer = setTimeout(() => {
			isBlocked = true;
			child.kill("SIGKILL");
		}, limit);
		const done = (told: Report): void => {
			clearTimeout(timer);
			child.off("message", onMessage).off("exit", onExit);
			resolve(told);
		};
		const onMessage = (message: unknown): void => done(message as Report);
		const onExit = (): void =>
			done({
				wrong: isBlocked ? "blocks its process" : "crashes its process",
				isGone: true,
			});
		child.on("message", onMessage).on("exit", onExit);
	});
}

/** What the list says of a failure that is worse than a wrong answer. */
function brief(wrong: string): string {
	if (wrong.startsWith("{") || wrong.startsWith("[")) return "";
	return wrong.includes("\n") ? "" : ` (${wrong})`;
}
