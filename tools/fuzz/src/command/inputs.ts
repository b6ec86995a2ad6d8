import { writeFileSync } from "node:fs";
import { replayOne } from "../engine/campaign.ts";
import type { Fault } from "../engine/fault.ts";
import { Session, UnusableError } from "../engine/session.ts";
import { exitCodeOf } from "./exit.ts";
import { faultText } from "./print.ts";
import { findTarget, readInput, shown } from "./targets.ts";

// The commands that look at one input.

/** Runs an input with every check, and prints the fault that it shows. */
export async function repro(
	name: string,
	inputName: string,
	options: { readonly oracle?: readonly string[]; readonly heap: number },
): Promise<number> {
	const target = findTarget(name);
	const input = readInput(inputName);
	const { oracle, heap } = options;
	const fault = await replayOne(
		{ target, ...(oracle ? { oracles: oracle } : {}) },
		input,
		{ heap },
	);
	if (fault === undefined) {
		process.stdout.write(
			`${shown(target)}: nothing is wrong with this input\n`,
		);
		return 0;
	}
	process.stdout.write(`${faultText({ ...fault, target, input })}\n`);
	return exitCodeOf([fault]);
}

/** Makes an input smaller that shows a fault, and writes it to a file, or to stdout as hex. */
export async function min(
	name: string,
	inputName: string,
	options: { readonly output?: string; readonly heap: number },
): Promise<number> {
	const target = findTarget(name);
	const input = readInput(inputName);
	let smaller: Uint8Array | undefined;
	let fault: Fault | undefined;
	let runs = 0;
	await Session.run(
		{ kind: "minimise", target, input },
		{ heap: options.heap },
		(report) => {
			if (report.kind !== "minimised") return;
			({ input: smaller, fault, runs } = report);
		},
	);
	if (fault === undefined || smaller === undefined)
		throw new UnusableError(
			`${inputName} shows no fault in ${shown(target)}: there is nothing to keep while it gets smaller`,
		);
	process.stderr.write(
		`${fault.oracle}: ${input.length} -> ${smaller.length} bytes in ${runs} runs\n`,
	);
	if (options.output) writeFileSync(options.output, smaller);
	else process.stdout.write(`${Buffer.from(smaller).toString("hex")}\n`);
	return 0;
}

/** Prints an input as the target reads it. */
export async function fmt(name: string, inputName: string): Promise<number> {
	const target = findTarget(name);
	let text: string | undefined;
	await Session.run(
		{ kind: "format", target, input: readInput(inputName) },
		{},
		(report) => {
			if (report.kind === "formatted") ({ text } = report);
		},
	);
	if (text === undefined)
		throw new UnusableError(
			`${shown(target)} does not say how to write inputs down: give its function a property \`format\``,
		);
	process.stdout.write(`${text}\n`);
	return 0;
}
