import { appendFileSync, openSync } from "node:fs";
import { Exit, reasonOf } from "./exit.ts";
import { say } from "./standard-streams.ts";

/** Where a trace is written. */
export interface TraceOutput {
	/** Whether that is a stderr which may not be read, so that a write must not block. */
	readonly isStderr: boolean;
	readonly colours: boolean;
	/** Writes a line, or returns false: it was dropped. Never throws. */
	write(line: string): boolean;
	/** Whether the traffic has to wait until `room` calls back. */
	readonly isFull: boolean;
	room(callback: () => void): void;
	/** Resolves when all is out. */
	flush(): Promise<void>;
}

/** What is gathered at the most: a write for each line of a chunk would cost more than the line. */
const WRITE_SIZE = 65_536;

interface Gathering {
	add(line: string): void;
	flush(): void;
}

/** Gathers the lines of one chunk, or of whatever else happens at once. */
function gathering(write: (lines: string) => void): Gathering {
	let lines = "";
	const flush = (): void => {
		const gathered = lines;
		lines = "";
		if (gathered !== "") write(gathered);
	};
	return {
		add(line) {
			if (lines === "") queueMicrotask(flush);
			lines += line;
			if (lines.length >= WRITE_SIZE) flush();
		},
		flush,
	};
}

/**
 * Appends to a file, at once and not when there is time for it: a client may kill its server, and us in its place. Throws an `Exit` (usage) if the file cannot be opened.
 */
export function fileOutput(file: string): TraceOutput {
	let fd: number | undefined;
	try {
		// Traffic is nobody else's business.
		fd = openSync(file, "a", 0o600);
	} catch (error) {
		throw new Exit("usage", `cannot write ${file}: ${reasonOf(error)}`);
	}
	const { add, flush } = gathering((lines) => {
		if (fd === undefined) return;
		try {
			appendFileSync(fd, lines);
		} catch (error) {
			// A full disk is no reason to cut a connection.
			fd = undefined;
			say(`the trace ends here: cannot write ${file}: ${reasonOf(error)}`);
		}
	});
	return {
		isStderr: false,
		colours: false,
		write(line) {
			add(line);
			return true;
		},
		isFull: false,
		room: (callback) => callback(),
		flush: async () => flush(),
	};
}

/**
 * Writes to stdout, which has a reader that wants the trace: while that is slow, the traffic waits. `onGone` is called when
 * there is no reader any more.
 */
export function stdoutOutput(onGone: () => void): TraceOutput {
	const { stdout } = process;
	let isGone = false;
	let waiting: (() => void)[] = [];
	const release = (): void => {
		const callbacks = waiting;
		waiting = [];
		for (const callback of callbacks) callback();
	};
	stdout.removeAllListeners("error");
	stdout.on("error", () => {
		if (isGone) return;
		isGone = true;
		release();
		onGone();
	});
	stdout.on("drain", release);
	const { add, flush } = gathering((lines) => {
		if (!isGone) stdout.write(lines);
	});
	return {
		isStderr: false,
		colours: hasColours(stdout),
		write(line) {
			add(line);
			return true;
		},
		get isFull() {
			return !isGone && stdout.writableNeedDrain;
		},
		room: (callback) => void waiting.push(callback),
		flush: () =>
			new Promise((resolve) => {
				flush();
				if (isGone) resolve();
				else stdout.write("", () => resolve());
			}),
	};
}

/** How long the last lines may take to reach somebody who may not read them. */
export const FLUSH_MS = 1000;

/**
 * Writes to stderr. Whoever started us in the place of a server need not read that, so that the traffic never waits for it:
 * lines that do not fit are dropped.
 */
export function stderrOutput(): TraceOutput {
	const { stderr } = process;
	stderr.on("error", () => {});
	const { add, flush } = gathering((lines) => void stderr.write(lines));
	return {
		isStderr: !stderr.isTTY,
		colours: hasColours(stderr),
		write(line) {
			if (stderr.writableNeedDrain) return false;
			add(line);
			return true;
		},
		isFull: false,
		room: (callback) => callback(),
		flush: () =>
			new Promise((resolve) => {
				flush();
				setTimeout(resolve, FLUSH_MS).unref();
				stderr.write("", () => resolve());
			}),
	};
}

/** Whether a terminal shows colours, and its user wants them: NO_COLOR and TERM say so. */
function hasColours(stream: NodeJS.WriteStream): boolean {
	return stream.isTTY === true && stream.hasColors();
}
