import type { ByteWriter } from "./byte-writer.ts";

const encoder = new TextEncoder();

/** Appends `text` as UTF-8. A lone surrogate becomes U+FFFD, as everywhere on the Web platform. */
export function writeText(writer: ByteWriter, text: string): void {
	// One byte for each code unit is enough for ASCII; what other text leaves over goes round again with three.
	writer.ensure(text.length);
	let done = encodeInto(writer, text);
	while (done < text.length) {
		const rest = text.slice(done);
		writer.ensure(3 * rest.length);
		done += encodeInto(writer, rest);
	}
}

/** Appends as much of `text` as there is room for; returns how many code units that was. */
function encodeInto(writer: ByteWriter, text: string): number {
	const room = writer.bytes.subarray(writer.end);
	const { read, written } = encoder.encodeInto(text, room);
	writer.end += written;
	return read;
}
