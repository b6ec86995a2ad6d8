#!/usr/bin/env node
import { readFileSync } from "node:fs";
import {
	Command,
	CommanderError,
	InvalidArgumentError,
	Option,
} from "commander";
import { cmin, cov, regress } from "./command/corpora.ts";
import { Exit, exitCodes } from "./command/exit.ts";
import { exportOssFuzz } from "./command/export.ts";
import { init } from "./command/init.ts";
import { fmt, min, repro } from "./command/inputs.ts";
import { list } from "./command/list.ts";
import { run } from "./command/run.ts";
import { UnusableError } from "./engine/session.ts";

const { version } = JSON.parse(
	readFileSync(new URL("../package.json", import.meta.url), "utf8"),
);

// A reader that has gone (`| head`) ends the process quietly.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
	if (error.code === "EPIPE") process.exit(0);
	throw error;
});

let exitCode = 0;

/** Makes the action of a command: what it returns is the exit code of the process. */
function exitingWith<A extends unknown[]>(
	action: (...operands: A) => number | Promise<number>,
): (...operands: A) => Promise<void> {
	return async (...operands) => {
		exitCode = await action(...operands);
	};
}

function whole(least: number): (text: string) => number {
	return (text) => {
		const value = Number(text);
		if (/^\d+$/.test(text) && value >= least && Number.isSafeInteger(value))
			return value;
		throw new InvalidArgumentError(
			`It must be a whole number, at least ${least}.`,
		);
	};
}

function seconds(text: string): number {
	const found = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(text);
	const unit = { "": 1, s: 1, m: 60, h: 3600 }[found?.[2] ?? ""] ?? 1;
	const value = Number(found?.[1]) * unit;
	if (value > 0 && value <= MAX_SECONDS) return value;
	throw new InvalidArgumentError(
		"It must be seconds, or a number with s, m or h.",
	);
}

/** Timers cannot run longer than 2^31 - 1 ms. */
const MAX_SECONDS = 2_147_483;

function names(
	text: string,
	before: readonly string[] = [],
): readonly string[] {
	return [...before, ...text.split(",")];
}

const program = new Command("framewright-fuzz")
	.description(
		"Fuzz codecs and protocol stacks, guided by coverage, and ask the oracles of a protocol layer about each input.",
	)
	.version(version)
	.exitOverride()
	.configureOutput({
		outputError: (text, write) =>
			write(
				text.replace(/^error: /, "framewright-fuzz: ").replace("\n(", " ("),
			),
	})
	.addHelpText(
		"after",
		`
A target is a file that exports a function \`fuzz(data)\`, named by its path or, in fuzz/ and targets/, by its name. An INPUT
is a file, "-" for stdin, or hex:0011ff.

Exit codes: 0 nothing was found; 77 a finding; 70 out of fuel; 71 out of memory; 2 the command line or the target is at
fault; 78 the engine is.`,
	);

const heap = (): Option =>
	new Option("--heap <MiB>", "the memory that the code under test may have")
		.argParser(whole(64))
		.default(512);
const oracle = (): Option =>
	new Option(
		"--oracle <names>",
		"ask these oracles only, separated by commas",
	).argParser(names);

program
	.command("list [folder]")
	.summary("list the targets")
	.description(
		"Lists the targets of a folder, or of fuzz/, targets/ and tools/fuzz/.",
	)
	.option("--json", "one object a line")
	.action(exitingWith(list));

program
	.command("init <name> [folder]")
	.summary("write a new target")
	.description(
		"Writes the file of a new target, in fuzz/ or in another folder. It runs at once; put your own code into it.",
	)
	.action(exitingWith((name: string, folder?: string) => init(name, folder)));

program
	.command("run <target>")
	.summary("look for faults")
	.description(
		"Fuzzes a target until it finds a fault, its runs or time are over, or Ctrl-C. The same --runs, --seed and --jobs on the same code and seeds do the same, to the bit.",
	)
	.option("--runs <n>", "how many executions", whole(1))
	.option("--seed <n>", "what decides chance", whole(0), 1)
	.option("--time <seconds>", "how long: 30, 10m, 2h", seconds)
	.option(
		"--jobs <n>",
		"how many processes, which exchange what they find",
		whole(1),
		1,
	)
	.option(
		"--max-len <bytes>",
		"the longest input to try (default: the target's, or 4096)",
		whole(1),
	)
	.option(
		"--dict <file>",
		"words of the format, as AFL and libFuzzer write them",
	)
	.addOption(oracle())
	.addOption(
		new Option("--engine <name>", "what fuzzes")
			.choices(["own", "jazzer"])
			.default("own"),
	)
	.addOption(heap())
	.option(
		"--corpus <folder>",
		"start from these inputs, too, and keep here what is found worth keeping",
	)
	.option("--no-seeds", "start from nothing")
	.option(
		"--no-save",
		"do not write a finding's input to corpus/TARGET/regressions",
	)
	.option("--keep-going", "go on after a fault")
	.option("--json", "one object a line: progress, faults, the end")
	.option("--ci", "progress every 30 s, and annotations for GitHub")
	.action(exitingWith(run));

program
	.command("repro <target> <input>")
	.summary("run one input")
	.description(
		"Runs an input with every check, and prints the fault that it shows.",
	)
	.addOption(oracle())
	.addOption(heap())
	.action(exitingWith(repro));

program
	.command("min <target> <input>")
	.summary("make an input smaller that shows a fault")
	.description(
		"Makes an input smaller that shows a fault, and prints it as hex.",
	)
	.option("-o, --output <file>", "write it to a file instead")
	.addOption(heap())
	.action(exitingWith(min));

program
	.command("cmin <target> [folders...]")
	.summary("make a corpus smaller")
	.description(
		"Keeps of some folders' inputs the smallest ones that reach all that they reach together. Without folders: of the target's seeds.",
	)
	.option(
		"-o, --output <folder>",
		"write them here (default: the first folder, of which the others are removed)",
	)
	.action(exitingWith(cmin));

program
	.command("cov <target> [folders...]")
	.summary("print what is never reached")
	.description(
		"Runs the inputs of some folders, or all that are kept of the target, and prints the places in the code under test that none of them reaches.",
	)
	.option("--json", "one object")
	.action(exitingWith(cov));

program
	.command("regress [targets...]")
	.summary("run all inputs that are kept")
	.description(
		"Runs all seeds and regressions of some targets, or of all, with every check.",
	)
	.addOption(heap())
	.option("--json", "one object a line, for each target")
	.action(exitingWith(regress));

program
	.command("fmt <target> <input>")
	.summary("print an input as the target reads it")
	.description("Prints what the target makes of an input.")
	.action(exitingWith(fmt));

program
	.command("export")
	.summary("write a project for OSS-Fuzz and ClusterFuzzLite")
	.addCommand(
		new Command("oss-fuzz")
			.argument("[targets...]", "default: all")
			.description(
				"Writes all that OSS-Fuzz and ClusterFuzzLite need to run the same targets under Jazzer.js.",
			)
			.option("-o, --output <folder>", "where to", ".")
			.option(
				"--repository <url>",
				"where the code is (default: package.json's repository)",
			)
			.exitOverride()
			.action(exitingWith(exportOssFuzz)),
	);

try {
	await program.parseAsync();
} catch (error) {
	if (error instanceof CommanderError)
		exitCode = error.exitCode === 0 ? 0 : exitCodes.usage;
	else if (error instanceof Exit || error instanceof UnusableError) {
		process.stderr.write(`framewright-fuzz: ${error.message}\n`);
		exitCode = error instanceof Exit ? error.code : exitCodes.usage;
	} else {
		process.stderr.write(
			`framewright-fuzz: ${error instanceof Error ? error.stack : error}\n`,
		);
		exitCode = exitCodes.engine;
	}
}
process.exitCode = exitCode;
