// Peers in other languages: programs that are given messages, and then work on them in a loop of their own.
//
//     load NAME HEX        ->  0
//     encode NAME TIMES    ->  the bytes that were written
//     decode NAME TIMES    ->  the bytes that were read
//
// One line each way for each pass, so that they take turns with the others, and their start is not measured.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";

/** A program that is ready to work. */
export class Program {
	readonly name: string;
	readonly #child: ChildProcess;
	readonly #answers: AsyncIterator<string>;
	readonly #lines: Interface;

	constructor(name: string, command: readonly string[]) {
		this.name = name;
		const [file, ...parameters] = command as [string, ...string[]];
		const child = spawn(file, parameters, {
			stdio: ["pipe", "pipe", "inherit"],
		});
		this.#child = child;
		this.#lines = createInterface({ input: child.stdout });
		this.#answers = this.#lines[Symbol.asyncIterator]();
	}

	/** Sends a line; returns the number in the answer. */
	async ask(
		verb: "load" | "encode" | "decode",
		name: string,
		rest: string | number,
	): Promise<number> {
		this.#child.stdin?.write(`${verb} ${name} ${rest}\n`);
		const { value, done } = await this.#answers.next();
		if (done) throw new Error(`${this.name} ended`);
		return Number(value);
	}

	async close(): Promise<void> {
		const exit = once(this.#child, "exit");
		this.#child.stdin?.end();
		await exit;
		this.#lines.close();
	}
}

/** Starts the programs that can be had here; of others, says how to get them. */
export function startPrograms(): Program[] {
	return [
		compiled("libdbus", "dbus-libdbus.c", "dbus-1", "libdbus-1-dev"),
		compiled("GLib", "dbus-glib.c", "gio-2.0", "libglib2.0-dev"),
		dbusFast(),
	].filter((program) => program !== undefined);
}

const here = import.meta.dirname;

function compiled(
	name: string,
	source: string,
	library: string,
	debian: string,
): Program | undefined {
	const flags = spawnSync("pkg-config", ["--cflags", "--libs", library], {
		encoding: "utf8",
	});
	const directory = mkdtempSync(join(tmpdir(), "framewright-bench-"));
	const program = join(directory, "program");
	try {
		const compiler = spawnSync(
			"gcc",
			[
				...["-O2", "-o", program, join(here, source)],
				...(flags.stdout ?? "").trim().split(/\s+/),
			],
			{ encoding: "utf8" },
		);
		if (flags.status === 0 && compiler.status === 0)
			return new Program(name, [program]);
	} finally {
		// A program that runs needs its file no more; it may not have begun to, yet.
		setTimeout(() => rmSync(directory, { recursive: true }), 1000);
	}
	console.warn(`${name} is left out: apt-get install gcc pkg-config ${debian}`);
	return undefined;
}

function dbusFast(): Program | undefined {
	for (const python of ["python3", "/usr/bin/python3"])
		if (spawnSync(python, ["-c", "import dbus_fast"]).status === 0)
			return new Program("dbus-fast", [python, join(here, "dbus-fast.py")]);
	console.warn("dbus-fast is left out: apt-get install python3-dbus-fast");
	return undefined;
}
