import { lines, newline } from "@framewright/newline";
import split2 from "split2";
import { bareLines } from "./bare-loops.ts";
import { type Contender, race } from "./race.ts";
import { size, standings } from "./report.ts";
import { drain, payloads, touch, workload } from "./workload.ts";

const bytesLayer = newline();
const textLayer = lines();

/** Decodes lines beside split2 and the loop that people write by hand, to bytes and to strings. */
export async function decoding(
	frame: number,
	chunk: number,
	total: number,
): Promise<void> {
	const encoder = bytesLayer.encoder();
	const work = workload(
		payloads(frame, total).map((item) => encoder.encode(item)),
		chunk,
	);
	const title = `${size(frame)} lines in chunks of ${size(chunk)}`;
	const decoder = bytesLayer.decoder();
	standings(
		`Lines to bytes: ${title}`,
		"framewright",
		work,
		await race([
			{
				name: "framewright",
				pass: () => drain(decoder, work.chunks, touch),
			},
			{
				name: "bare loop",
				pass: () =>
					bareLines(work.chunks, (bytes, start, end) =>
						touch(bytes.subarray(start, end)),
					),
			},
		]),
	);
	standings(
		`Lines to strings: ${title}`,
		"framewright",
		work,
		await race(textDecoders(work.chunks)),
	);
}

/** The decoders that make strings of lines, all over the same chunks. */
export function textDecoders(chunks: readonly Uint8Array[]): Contender[] {
	const decoder = textLayer.decoder();
	return [
		{ name: "framewright", pass: () => drain(decoder, chunks, touchText) },
		{ name: 'split2("\\n")', pass: () => split(chunks, "\n") },
		{ name: "split2()", pass: () => split(chunks) },
	];
}

function touchText(line: string): number {
	return line.charCodeAt(0) + line.charCodeAt(line.length - 1) + line.length;
}

function split(
	chunks: readonly Uint8Array[],
	matcher?: string,
): Promise<number> {
	return new Promise((resolve, reject) => {
		let sum = 0;
		const through = matcher === undefined ? split2() : split2(matcher);
		through.on("data", (line: string) => {
			sum += touchText(line);
		});
		through.on("end", () => resolve(sum));
		through.on("error", reject);
		for (const chunk of chunks) through.write(chunk);
		through.end();
	});
}
