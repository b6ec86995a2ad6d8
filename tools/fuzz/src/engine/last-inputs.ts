import { existsSync, openSync, readFileSync, writeSync } from "node:fs";

/**
 * Leaves inputs in a file before they run, so that they outlive the process:
 *
 *     [u32 LE count] then for each one [u32 LE length][input]
 *
 * What is written is with the system at once. A call of it can cost as much as an execution: several inputs share one.
 */
export function lastInputsWriter(
	file: string,
): (inputs: readonly Uint8Array[]) => void {
	const fd = openSync(file, "w");
	let record = Buffer.alloc(4096);
	return (inputs) => {
		let length = 4;
		for (const input of inputs) length += 4 + input.length;
		if (record.length < length) record = Buffer.alloc(2 * length);
		putNumber(record, 0, inputs.length);
		let at = 4;
		for (const input of inputs) {
			putNumber(record, at, input.length);
			record.set(input, at + 4);
			at += 4 + input.length;
		}
		writeSync(fd, record, 0, length, 0);
	};
}

// Not by a method of Buffer, which is wrapped while fuzzing.
function putNumber(record: Uint8Array, at: number, value: number): void {
	for (let i = 0; i < 4; i++) record[at + i] = value >>> (8 * i);
}

/** Reads the inputs that were left last, in the order in which they were to run. */
export function readLastInputs(file: string): Uint8Array[] {
	// A process may end before it has run anything, even before it made the file.
	if (!existsSync(file)) return [];
	const record = readFileSync(file);
	const inputs: Uint8Array[] = [];
	const count = record.length < 4 ? 0 : record.readUInt32LE(0);
	let at = 4;
	while (inputs.length < count) {
		const length = record.readUInt32LE(at);
		inputs.push(new Uint8Array(record.subarray(at + 4, at + 4 + length)));
		at += 4 + length;
	}
	return inputs;
}
