#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { Command, CommanderError, Option } from "commander";
import { parseAddress } from "./address.ts";
import { type CallOptions, call } from "./call.ts";
import type { DBusCallOptions } from "./dbus-call.ts";
import type { DBusMonitorOptions } from "./dbus-monitor.ts";
import type { DBusTypesOptions } from "./dbus-types.ts";
import { type DecodeOptions, decode } from "./decode.ts";
import { dialects } from "./dialects.ts";
import { type EncodeOptions, encode } from "./encode.ts";
import { Exit, exitCodes } from "./exit.ts";
import {
	callHelp,
	dbusCallHelp,
	dbusMonitorHelp,
	dbusTypesHelp,
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

// What only these need is loaded for them alone: it would make every other command start later.
const dbus = program
	.command("dbus")
	.summary("call methods on D-Bus, and watch its messages")
	.description("Talks to a message bus, or to a peer without one.");

const timeout = new Option(
	"--timeout <seconds>",
	"how long connecting, and every call, may take",
)
	.argParser(parseSeconds)
	.default(25);

dbus
	.command("call <address> <destination> <path> <method> [signature] [args...]")
	.summary("call a D-Bus method, and print what it returns")
	.description(
		"Calls INTERFACE.METHOD of the object PATH of DESTINATION on the bus at ADDRESS: session, system, or an address of D-Bus. " +
			"With - as the destination, ADDRESS is that of a peer. SIGNATURE tells the types of ARGS, which are JSON, a string, a " +
			"path and a signature also without quotes. Each value of the reply is printed as a line of JSON.",
	)
	.addOption(timeout)
	.addOption(bytesNotation("how to print values of bytes"))
	.option("--no-reply", "wait for no answer")
	.option("--no-auto-start", "do not let the bus start the service")
	.option(
		"--allow-interactive-authorization",
		"let the service ask the user, with a longer --timeout",
	)
	.addHelpText("after", dbusCallHelp)
	.action(
		async (
			address: string,
			destination: string,
			path: string,
			method: string,
			signature: string | undefined,
			args: string[],
			options: DBusCallOptions,
		) => {
			const { dbusCall } = await import("./dbus-call.ts");
			const typed = signature === undefined ? [] : [signature, ...args];
			await dbusCall(address, destination, path, method, typed, options);
		},
	);

dbus
	.command("monitor <address> [rules...]")
	.summary("show the messages on a bus")
	.description(
		"Shows the messages on the bus at ADDRESS (session, system, or an address of D-Bus) that any of the match rules holds for, or " +
			"all: as JSON, one a line, which encode --stack dbus-message takes, or as text on a terminal. SIGINT and SIGTERM end it. " +
			"Where no monitor is allowed, it shows the signals that are meant for everybody.",
	)
	.addOption(timeout)
	.addOption(bytesNotation("how to print values of bytes"))
	.option("--json", "write JSON on a terminal, too")
	.option("--no-json", "write text, terminal or not")
	.option("-n, --count <messages>", "end after so many", parseCount)
	.addHelpText("after", dbusMonitorHelp)
	.action(
		async (address: string, rules: string[], options: DBusMonitorOptions) => {
			const { dbusMonitor } = await import("./dbus-monitor.ts");
			await dbusMonitor(address, rules, options);
		},
	);

program
	.command("dbus-types [file]")
	.summary("write D-Bus interfaces as a TypeScript module")
	.description(
		"Reads introspection XML from a file, or stdin, or from an object, and prints a TypeScript module of the interfaces in it: " +
			"literals, from which dbus-connection types calls, signals and properties.",
	)
	.option(
		"--address <address>",
		"ask an object on the bus there: session, system, or an address of D-Bus",
	)
	.option("--destination <name>", "whose object; - for a peer without a bus")
	.option("--path <path>", "which object")
	.option(
		"--all",
		"also what every object has: Peer, Introspectable, Properties, ObjectManager",
	)
	.addOption(timeout)
	.addHelpText("after", dbusTypesHelp)
	.action(async (file: string | undefined, options: DBusTypesOptions) => {
		const { dbusTypes } = await import("./dbus-types.ts");
		await dbusTypes(file, options);
	});

function bytesNotation(what: string): Option {
	return new Option("--bytes <notation>", what)
		.choices(["auto", "text", "hex", "base64"])
		.default("auto");
}

function parseCount(text: string): number {
	if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
	throw new Exit("usage", `--count must be a number from 1 on, not "${text}"`);
}

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
