import { DecodeError, Skipped } from "@framewright/codec";

/** What a failed run leaves as the exit code of the process; 0 is success. */
export const exitCodes: Readonly<
	Record<"input" | "usage" | "errorResponse" | "noAnswer", number>
> = {
	/** The bytes or items to read cannot be read, decoded or encoded. */
	input: 1,
	/** The command line, the stack or the methods file is at fault. */
	usage: 2,
	/** The peer answered a call with an error. */
	errorResponse: 3,
	/** There was no answer: no connection, a connection that ended or broke, a timeout. */
	noAnswer: 4,
};

/** Ends the command with one line on stderr and an exit code. */
export class Exit extends Error {
	readonly code: number;

	constructor(
		reason: keyof typeof exitCodes,
		message: string,
		options?: ErrorOptions,
	) {
		super(message, options);
		this.code = exitCodes[reason];
	}
}

/** Says in one line what went wrong, and for input at which byte. */
export function reasonOf(error: unknown): string {
	if (error instanceof DecodeError || error instanceof Skipped)
		return `${error.code} at byte ${error.offset}: ${error.message}`;
	if (!(error instanceof Error)) return String(error);
	// Where every address of a host was tried, Node's message is empty.
	return error.message || (error as NodeJS.ErrnoException).code || error.name;
}
