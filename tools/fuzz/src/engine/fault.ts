import { fileURLToPath } from "node:url";
import type { Finding } from "../finding.ts";
import { isFuelError, isMemoryError } from "../probe.ts";

/** What was thrown for an input, as data that can be sent and printed. */
export interface Fault {
	/** The oracle; `fuel` and `memory` for what uses up either, `thrown` for what is no `Finding`. */
	readonly oracle: string;
	readonly code: string;
	readonly message: string;
	readonly events?: {
		readonly expected: readonly string[];
		readonly actual: readonly string[];
	};
	readonly cuts: readonly number[];
	/** The frames of the code under test, innermost first; of TypeScript where there is a source map. */
	readonly stack: readonly string[];
	/** Tells faults apart: oracle, code and innermost frame. */
	readonly key: string;
}

/** Describes what a target threw. Its stack is as long as `Error.stackTraceLimit` let it be. */
export function describe(error: unknown): Fault {
	const { oracle, code } = classify(error);
	const finding = error instanceof Error && error.name === "Finding";
	const details = finding ? (error as Finding) : undefined;
	const message = error instanceof Error ? error.message : String(error);
	const stack = framesOf(details?.error ?? error);
	// An endless loop runs out of fuel wherever it is at that time. Where an oracle threw says nothing.
	const frame =
		oracle === "fuel" || (finding && details?.error === undefined)
			? ""
			: (stack[0] ?? "");
	return {
		oracle,
		code,
		message,
		...(details?.events ? { events: details.events } : {}),
		cuts: details?.cuts ?? [],
		stack,
		key: [oracle, code, frame].join(" | "),
	};
}

/** Tells faults apart without a stack: the same fault again, more often than not. */
export function roughKey(error: unknown): string {
	const { oracle, code } = classify(error);
	const message = error instanceof Error ? error.message : String(error);
	return `${oracle} | ${code} | ${message.replace(/[0-9a-f]{2,}|\d+|"[^"]*"/g, "#").slice(0, 200)}`;
}

function classify(error: unknown): { oracle: string; code: string } {
	if (isFuelError(error)) return { oracle: "fuel", code: "" };
	if (isMemoryError(error)) return { oracle: "memory", code: "" };
	if (!(error instanceof Error))
		return { oracle: "thrown", code: typeof error };
	if (error.name === "Finding") {
		const { oracle, code } = error as Finding;
		return { oracle, code };
	}
	return { oracle: "thrown", code: error.name };
}

/** Ours, as it runs and as source maps have it. */
const OWN: readonly string[] = ["../../src/", "../../dist/"].map((folder) =>
	fileURLToPath(new URL(folder, import.meta.url)),
);

/** The frames of an error, but those of the engine, the oracles and Node. */
function framesOf(error: unknown): string[] {
	if (!(error instanceof Error) || typeof error.stack !== "string") return [];
	return (
		error.stack
			.split("\n")
			.filter((line) => /^\s+at /.test(line))
			.map((line) => line.trim().slice(3))
			.map((line) =>
				line.replace(/file:\/\/[^)\s]+?(?=:\d+(:\d+)?\)?$)/, (url) =>
					fileURLToPath(url),
				),
			)
			// What is of no file is native.
			.filter((line) => /[\\/]/.test(line) && !/\(?node:/.test(line))
			.filter((line) => !OWN.some((own) => line.includes(own)))
	);
}
