// COBS as a state machine that takes one byte after the other, and nothing but that: what the decoder is compared with.

/** A frame, or the fault in its place: its bytes or its code, the offset of its first byte, and that of the fault. */
export type Outcome = readonly [
	frame: string,
	start: number,
	fault: number | undefined,
];

/** Decodes `wire`, whose faults are stepped over, up to its end. */
export function reference(wire: Uint8Array, maxLength: number): Outcome[] {
	const outcomes: Outcome[] = [];
	let frame: number[] = [];
	let start = 0;
	let block = 0;
	let code = 0;
	let left = 0;
	let inside = false;
	let skipping = false;
	for (const [at, byte] of wire.entries()) {
		if (byte === 0) {
			if (inside && !skipping)
				outcomes.push(
					left > 0
						? ["invalid-length", start, block]
						: [Buffer.from(frame).toString("hex"), start + 1, undefined],
				);
			inside = skipping = false;
		} else if (!skipping) {
			if (!inside) {
				inside = true;
				frame = [];
				start = at;
				code = 255;
				left = 0;
			}
			if (left > 0) {
				frame.push(byte);
				left -= 1;
			} else {
				if (code < 255) frame.push(0);
				code = byte;
				left = code - 1;
				block = at;
				if (frame.length + left > maxLength) {
					outcomes.push(["too-large", start, at]);
					skipping = true;
				}
			}
		}
	}
	if (inside) outcomes.push(["truncated", start, wire.length]);
	return outcomes;
}

/** Encodes `frame` as the listing of Cheshire and Baker does, which writes a last block even if it is empty behind a full one. */
export function stuffedAsInThePaper(frame: Uint8Array): number[] {
	const encoding = [0];
	let code = 0;
	const finish = (): void => {
		encoding[code] = encoding.length - code;
		code = encoding.length;
		encoding.push(0);
	};
	for (const byte of frame) {
		if (byte === 0) finish();
		else {
			encoding.push(byte);
			if (encoding.length - code === 255) finish();
		}
	}
	encoding[code] = encoding.length - code;
	return encoding;
}
