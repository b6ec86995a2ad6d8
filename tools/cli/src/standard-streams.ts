import { once } from "node:events";

/**
 * Writes to stdout and waits until it takes more, so that a slow reader holds up the input instead of filling memory.
 * A reader that has gone (`| head`) ends the process quietly.
 */
export async function print(output: string | Uint8Array): Promise<void> {
	if (!process.stdout.write(output)) await once(process.stdout, "drain");
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
	if (error.code === "EPIPE") process.exit(0);
	throw error;
});

/** Writes one line to stderr: what a peer or a file put into the message cannot break it, nor command the terminal. */
export function say(message: string): void {
	process.stderr.write(`framewright: ${message.replace(/\p{Cc}+/gu, " ")}\n`);
}
