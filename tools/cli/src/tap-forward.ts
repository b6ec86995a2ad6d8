import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import type { Socket } from "node:net";
import { devNull } from "node:os";
import type { Readable, Writable } from "node:stream";
import { Exit, reasonOf } from "./exit.ts";

/** One end of a connection, as the other end is to see it. */
export interface Side {
	readonly readable: Readable;
	readonly writable: Writable;
	/** Whether what it sends is still wanted when it takes no more. */
	readonly outlivesInput: boolean;
	/** Ends what is written to it; resolves when all of it is out, or lost. */
	end(): Promise<void>;
	/** Is told that what it should take no longer comes, in the middle. */
	cutOff(): void;
	/** Is told that what it sends is no longer taken. */
	refuse(): void;
	/** Lets go of it, when both directions are over. */
	close(): void;
	/** Ends it at once, because we are to end. */
	destroy(): void;
}

/** What is told of a direction while it is forwarded. */
export interface Observer {
	/** Is told of bytes, which it may look at until it returns, and of when they came. */
	chunk(chunk: Uint8Array, now: number): void;
	end(): void;
	/** The side that sends, or the side that takes, has failed; without an error, it was closed on this side. */
	broken(which: "source" | "sink", error: Error | undefined): void;
	/** Whether forwarding has to wait until `room` calls back, because nobody reads what is told. */
	readonly isFull: boolean;
	room(callback: () => void): void;
}

/**
 * Forwards one direction as it comes, byte for byte, its end and its failures too; resolves when it is over.
 *
 *     from.readable --+--> to.writable
 *                     +--> observer, a look at the same chunk
 *
 * While the sink or the observer is full, the source is not read.
 */
export function forward(
	from: Side,
	to: Side,
	observer: Observer,
): Promise<void> {
	const { readable: source } = from;
	const { writable: sink } = to;
	return new Promise((resolve) => {
		let isOver = false;
		let holds = 0;
		const hold = (): (() => void) => {
			holds += 1;
			source.pause();
			return () => {
				holds -= 1;
				if (holds === 0) source.resume();
			};
		};
		const failed = (which: "source" | "sink") => (error?: Error) => {
			if (isOver) return;
			isOver = true;
			observer.broken(which, error);
			if (which === "source") to.cutOff();
			else if (to.outlivesInput) source.resume();
			else from.refuse();
			resolve();
		};

		source.on("data", (chunk: Uint8Array) => {
			// What nobody takes any more is dropped.
			if (isOver) return;
			const now = performance.now();
			// Before anything is decoded, so that the traffic does not wait for that.
			const hasRoom = sink.write(chunk);
			observer.chunk(chunk, now);
			if (!hasRoom) sink.once("drain", hold());
			if (observer.isFull) observer.room(hold());
		});
		source.on("end", () => {
			if (isOver) return;
			observer.end();
			to.end().then(() => {
				isOver = true;
				resolve();
			});
		});
		source.on("error", failed("source"));
		source.on("close", () => {
			if (!source.readableEnded) failed("source")();
		});
		sink.on("error", failed("sink"));
		sink.on("close", () => {
			if (!sink.writableFinished) failed("sink")();
		});
	});
}

/** Makes a side of a socket, which must be allowed to be half-open. */
export function socketSide(socket: Socket): Side {
	socket.setNoDelay(true);
	const abort = (): void => {
		// TCP can say that something went wrong.
		if (socket.remoteFamily !== undefined) socket.resetAndDestroy();
		else socket.destroy();
	};
	return {
		readable: socket,
		writable: socket,
		outlivesInput: false,
		end: () => finished(socket),
		cutOff: abort,
		refuse: abort,
		close() {
			if (socket.destroyed) return;
			// Closing it with bytes unread would take back what the peer has not read yet.
			socket.resume();
			const timer = setTimeout(() => socket.destroy(), GRACE_MS).unref();
			socket.once("close", () => clearTimeout(timer));
		},
		destroy: () => void socket.destroy(),
	};
}

/** Makes a side of our own stdin and stdout. */
export function ownSide(): Side {
	const { stdin, stdout } = process;
	// It is the connection: that its reader has gone is for us to tell the other side, and no reason to exit.
	stdout.removeAllListeners("error");
	const end = async (): Promise<void> => {
		// Not an empty write where all is out: it would fail if the reader has gone meanwhile, which is its right.
		if (stdout.writableLength > 0)
			await new Promise((resolve) => stdout.write("", resolve));
		if (process.platform === "win32") return;
		// The only way to close a descriptor that Node keeps open to the end. The lowest free one is used next: the same.
		closeSync(1);
		openSync(devNull, "w");
	};
	return {
		readable: stdin,
		writable: stdout,
		outlivesInput: false,
		end,
		cutOff: () => void end(),
		// There is no way to tell who writes to stdin; so that it does not wait for us for ever, it is read on.
		refuse: () => void stdin.resume(),
		close() {},
		destroy() {},
	};
}

/** A server process, and how it ended. */
export interface ServerProcess extends Side {
	readonly exited: Promise<{
		readonly code: number | null;
		readonly signal: NodeJS.Signals | null;
	}>;
	/** Resolves when its stderr has ended, if that is ours to forward. */
	readonly stderrEnded: Promise<unknown>;
	kill(signal: NodeJS.Signals): void;
}

/** How long a process may take to end when it was asked to, before it is made to. */
export const GRACE_MS = 5000;

/**
 * Starts a command, to talk over its stdin and stdout. With `sharesStderr`, its stderr is forwarded to ours: if it had ours
 * itself, we could no longer write there without being blocked (to inherit a descriptor is to share its mode).
 * Throws an `Exit` (no answer).
 */
export async function start(
	command: readonly string[],
	sharesStderr: boolean,
): Promise<ServerProcess> {
	const [program = "", ...args] = command;
	const child = spawn(program, args, {
		stdio: ["pipe", "pipe", sharesStderr ? "pipe" : "inherit"],
	});
	const stderrEnded = new Promise<void>((resolve) => {
		if (child.stderr === null) resolve();
		else child.stderr.once("close", resolve);
	});
	child.stderr?.pipe(process.stderr, { end: false });
	const exited: ServerProcess["exited"] = new Promise((resolve) =>
		child.once("exit", (code, signal) => resolve({ code, signal })),
	);
	try {
		await once(child, "spawn");
	} catch (error) {
		throw new Exit("noAnswer", `cannot start ${program}: ${reasonOf(error)}`);
	}
	const { stdin, stdout } = child as ChildProcess & {
		readonly stdin: Writable;
		readonly stdout: Readable;
	};
	let timer: NodeJS.Timeout | undefined;
	const endWithin = (...signals: NodeJS.Signals[]): void => {
		const [signal, ...others] = signals;
		if (signal === undefined || timer !== undefined) return;
		timer = setTimeout(() => {
			timer = undefined;
			child.kill(signal);
			endWithin(...others);
		}, GRACE_MS);
	};
	exited.then(() => clearTimeout(timer));
	const kill = (signal: NodeJS.Signals): void => {
		child.kill(signal);
		endWithin("SIGKILL");
	};
	return {
		readable: stdout,
		writable: stdin,
		// Its last words are in a pipe of their own.
		outlivesInput: true,
		exited,
		stderrEnded,
		end: () => finished(stdin),
		cutOff: () => void stdin.destroy(),
		refuse: () => void stdout.destroy(),
		close() {
			if (child.exitCode === null && child.signalCode === null)
				endWithin("SIGTERM", "SIGKILL");
		},
		destroy: () => kill("SIGTERM"),
		kill,
	};
}

/** Ends a stream; resolves when all of it is out, or lost. */
function finished(stream: Writable): Promise<void> {
	return new Promise((resolve) => {
		stream.once("finish", resolve);
		stream.once("close", resolve);
		if (stream.closed) resolve();
		else stream.end();
	});
}
