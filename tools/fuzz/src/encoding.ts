import { isFuelError, isMemoryError, probe, type Work } from "./probe.ts";
import type { Subject } from "./subject.ts";

/** Items that were encoded one after the other. */
export interface Encoded {
	/** What was handed to the encoder. */
	readonly sent: readonly unknown[];
	readonly bytes: Uint8Array;
	/** How many items there is no way to send. */
	readonly skipped: number;
	/** The item that the encoder refused, and why; nothing behind it was encoded. */
	readonly refusal:
		| { readonly item: unknown; readonly error: unknown }
		| undefined;
	readonly work: Work;
}

/** Taken before anyone wraps them, for what oracles do is nobody's work. */
const Bytes = Uint8Array;
const { set, slice } = Bytes.prototype;

/** Encodes items, up to one that the encoder refuses. */
export function encode(subject: Subject, items: readonly unknown[]): Encoded {
	const sent: unknown[] = [];
	const outputs: Uint8Array[] = [];
	let refusal: Encoded["refusal"];
	let skipped = 0;
	let work: Work = { fuel: 0, copied: 0, allocated: 0 };
	if (subject.encoder !== undefined && items.length > 0) {
		const encoder = subject.encoder();
		const chosen = items.map((item) => subject.sent(item));
		work = probe.measure(() => {
			for (const item of chosen) {
				if (item === undefined) {
					skipped += 1;
					continue;
				}
				try {
					const output = encoder.encode(item);
					sent[sent.length] = item;
					outputs[outputs.length] = slice.call(output);
				} catch (error) {
					if (isFuelError(error) || isMemoryError(error)) throw error;
					refusal = { item, error };
					return;
				}
			}
		});
	}
	return { sent, bytes: joined(outputs), skipped, refusal, work };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
	if (parts.length === 1) return parts[0] as Uint8Array;
	let length = 0;
	for (const part of parts) length += part.length;
	const whole = new Bytes(length);
	let at = 0;
	for (const part of parts) {
		set.call(whole, part, at);
		at += part.length;
	}
	return whole;
}
