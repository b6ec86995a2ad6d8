/** What a run leaves as the exit code of the process: libFuzzer's and sysexits' numbers, where they have one. */
export const exitCodes = {
	clean: 0,
	/** The command line or the target file is at fault. */
	usage: 2,
	/** The code under test took more fuel than an input may cost: it hangs, or nearly. */
	fuel: 70,
	/** It took more memory than there is. */
	memory: 71,
	/** An oracle found a fault. */
	finding: 77,
	/** The engine itself is at fault. */
	engine: 78,
} as const;

/** Ends the command with one line on stderr and an exit code. */
export class Exit extends Error {
	readonly code: number;

	constructor(reason: keyof typeof exitCodes, message: string) {
		super(message);
		this.code = exitCodes[reason];
	}
}

/** The exit code for what was found: where several kinds were, that of a finding. */
export function exitCodeOf(faults: readonly { oracle: string }[]): number {
	const codes = new Set(
		faults.map(({ oracle }) => {
			if (oracle === "fuel") return exitCodes.fuel;
			if (oracle === "memory") return exitCodes.memory;
			return exitCodes.finding;
		}),
	);
	if (codes.size === 0) return exitCodes.clean;
	const [only] = codes;
	return codes.size === 1 && only !== undefined ? only : exitCodes.finding;
}
