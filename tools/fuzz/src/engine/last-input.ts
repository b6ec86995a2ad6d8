import { existsSync, openSync, readFileSync, writeSync } from "node:fs";

/**
 * Leaves each input in a file before it runs, so that it outlives the process: [u32 LE length][input].
 *
 * What is written is with the system at once, and costs about as much as a call of it does.
 */
export function lastInputWriter(file: string): (input: Uint8Array) => void {
	const fd = openSync(file, "w");
	let record = Buffer.alloc(4096);
	return (input) => {
		if (record.length < input.length + 4)
			record = Buffer.alloc(2 * input.length + 4);
		record[0] = input.length;
		record[1] = input.length >>> 8;
		record[2] = input.length >>> 16;
		record[3] = input.length >>> 24;
		record.set(input, 4);
		writeSync(fd, record, 0, input.length + 4, 0);
	};
}

/** Reads the last input, or `undefined` when there is none. */
export function readLastInput(file: string): Uint8Array | undefined {
	// A process may end before it has run anything, even before it made the file.
	if (!existsSync(file)) return undefined;
	const record = readFileSync(file);
	if (record.length < 4) return undefined;
	const length = record.readUInt32LE(0);
	return new Uint8Array(record.subarray(4, 4 + length));
}
