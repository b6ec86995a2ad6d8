#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { Command, CommanderError, Option } from "commander";
import { parseAddress } from "./address.ts";
import { type CallOptions, call } from "./call.ts";
import { type DecodeOptions, decode } from "./decode.ts";
import { dialects } from "./dialects.ts";
import { type EncodeOptions, encode } from "./encode.ts";
import { Exit, exitCodes } from "./exit.ts";
import {
	callHelp,
	decodeHelp,
	encodeHelp,
	exitCodesHelp,
	serveHelp,
	stackHelp,
	tapHelp,
} from "./help.ts";
import { type ServeOptions, serve } from "./serve.ts";
import { parseStack } from "./stack-expression.ts";
import { say } from "./standard-streams.ts";
import { type TapOptions, tap } from "./tap.ts";

// What follows `--` is the command that `call stdio` and `tap stdio` start: its options are none of ours.
const end = process.argv.indexOf("--");
const argv = end === -1 ? process.argv : process.argv.slice(0, end);
const childCommand = end === -1 ? [] : process.argv.slice(end + 1);

const { version } = JSON.parse(
	readFileSync(new URL("../package.json", import.meta.url), "utf8"),
);

const program = new Command("framewright")
	.description(
		"Decode, encode, call, serve and tap framed traffic, through any stack of layers.",
	)
	.version(version)
	.exitOverride()
	.configureOutput({
		// One line, with our name: commander puts its suggestion on a second.
		outputError: (text, write) =>
			write(text.replace(/^error: /, "framewright: ").replace("\n(", " (")),
	})
	.addHelpText("after", `\n${stackHelp}\n\n${exitCodesHelp}`);

function command(
	usage: string,
	summary: string,
	description: string,
	help: string,
): Command {
	return program
		.command(usage)
		.summary(summary)
		.description(description)
		.requiredOption(
			"-s, --stack <layers>",
			"the layers in wire order; see framewright --help",
			parseStack,
		)
		.addHelpText("after", help);
}

command(
	"decode [file]",
	"print the items in framed bytes as JSON, one a line",
	"Decodes a file, or stdin, and prints every item as one line of JSON: messages as they stand on the wire, an invalid one as " +
		'{"invalid":REASON,"reply":{...}}; bytes as a string if they are UTF-8 text, and as {"hex":"..."} if not.',
	decodeHelp,
)
	.option("--hex <digits>", "decode these bytes, not a file")
	.option("--offsets", 'print {"offset":BYTE,"item":...} instead')
	.addOption(
		new Option("--bytes <notation>", "how to print items of bytes")
			.choices(["auto", "text", "hex", "base64"])
			.default("auto"),
	)
	.action((file: string | undefined, options: DecodeOptions) =>
		decode(file, options),
	);

command(
	"encode [file]",
	"frame JSON items, one a line, as bytes",
	"Encodes the items of a file, or of stdin, as decode prints them, and writes the bytes to stdout.",
	encodeHelp,
)
	.option("--to-hex", "write hex, one item a line")
	.action((file: string | undefined, options: EncodeOptions) =>
		encode(file, options),
	);

command(
	"call <address> [method] [params]",
	"call a JSON-RPC method, and print its result",
	"Connects to unix:PATH or tcp:HOST:PORT, or starts a command and talks over its stdin and stdout (stdio -- COMMAND ARGS...). " +
		"Prints the result as JSON; an error response goes to stderr.",
	callHelp,
)
	.option("--notify", "send a notification, and wait for no answer")
	.option(
		"--script",
		'make the calls on stdin, one after the other: {"method":...,"params":...,"notify":true} a line, the last two optional; ' +
			'prints {"result":...} or {"error":...} a line',
	)
	.option(
		"--timeout <seconds>",
		"how long connecting, and every call, may take",
		parseSeconds,
		30,
	)
	.addOption(dialectOf("how a call that takes too long is taken back"))
	.option(
		"--progress",
		"ask for progress, which --dialect says how to, and tell it on stderr",
	)
	.action(
		(
			address: string,
			method: string | undefined,
			params: string | undefined,
			options: CallOptions,
		) => call(parseAddress(address), childCommand, method, params, options),
	);

command(
	"serve <address>",
	"answer JSON-RPC calls with the functions of a module",
	"Listens on unix:PATH or tcp:HOST:PORT (port 0: a free one) for any number of clients, or serves the one at stdin and stdout " +
		"(stdio). SIGINT and SIGTERM end it.",
	serveHelp,
)
	.requiredOption(
		"-m, --methods <file>",
		"a JavaScript module; every function it exports is a method, called with (params, call); call.signal is aborted when the " +
			"caller takes the call back, call.progress(value) tells it how far the work is",
	)
	.addOption(dialectOf("how calls are taken back, and tell their progress"))
	.action((address: string, options: ServeOptions) =>
		serve(parseAddress(address), options),
	);

command(
	"tap <address>",
	"show the messages that pass between a client and a server",
	"Stands between clients and the server at unix:PATH or tcp:HOST:PORT, or the one that it starts (stdio -- COMMAND ARGS...), forwards " +
		"every byte as it is, and writes a line for each message. The client is whoever is at stdin and stdout, unless --listen is given.",
	tapHelp,
)
	.option(
		"-l, --listen <address>",
		"let any number of clients connect to unix:PATH or tcp:HOST:PORT (port 0: a free one)",
		parseAddress,
	)
	.option(
		"-o, --log <file>",
		"append the trace to a file (default: stdout with --listen, stderr without)",
	)
	.option("--json", "write the trace as JSON, one object a line, bodies whole")
	.option("--bodies", "show all of params, results, errors and items")
	.option(
		"--max-body <characters>",
		"show that much of them; 0 for nothing (default: 200)",
		parseCharacters,
	)
	.option("--absolute", "write dates, not seconds since the start")
	.addOption(
		new Option("--bytes <notation>", "how to show items of bytes")
			.choices(["auto", "hex", "base64"])
			.default("auto"),
	)
	.action(async (address: string, options: TapOptions) => {
		exitCode = await tap(parseAddress(address), childCommand, options);
	});

function dialectOf(what: string): Option {
	return new Option("--dialect <name>", what).choices(Object.keys(dialects));
}

function parseCharacters(text: string): number {
	if (/^\d{1,15}$/.test(text)) return Number(text);
	throw new Exit(
		"usage",
		`--max-body must be a whole number of characters, not "${text}"`,
	);
}

/** Timers cannot run longer than 2^31 - 1 ms. */
const MAX_SECONDS = 2_147_483;

function parseSeconds(text: string): number {
	const seconds = Number(text);
	if (seconds > 0 && seconds <= MAX_SECONDS) return seconds;
	throw new Exit(
		"usage",
		`--timeout must be a number of seconds, at most ${MAX_SECONDS}, not "${text}"`,
	);
}

let exitCode = 0;
try {
	await program.parseAsync(argv);
} catch (error) {
	if (error instanceof CommanderError)
		exitCode = error.exitCode === 0 ? 0 : exitCodes.usage;
	else if (error instanceof Exit) {
		say(error.message);
		exitCode = error.code;
	} else throw error;
}
// When all that was printed is out. What a methods file left running, a timer say, must not keep the process.
process.stdout.write("", () => process.exit(exitCode));
