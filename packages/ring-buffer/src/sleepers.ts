import type { FanDirection } from "./layout.ts";
import { type Header, validate } from "./validate.ts";

/** The headers with the words that the sides of a ring sleep on. */
export interface Sleepers {
	readonly producer: Int32Array;
	readonly consumer: Int32Array;
}

/**
 * Finds what the sides of a ring sleep on: its own words, but for the side that has all rings of a fan, which sleeps on those of
 * the first one, `lead`.
 *
 * Throws a `TypeError` if `lead` is missing or another memory than that: whoever woke the wrong word would leave a side asleep.
 */
export function sleepersOf(
	memory: SharedArrayBuffer,
	header: Header,
	lead: SharedArrayBuffer = memory,
): Sleepers {
	const { words, fan, fanId, number } = header;
	const first = lead === memory ? header : validate(lead);
	if (first.fanId !== fanId || (lead !== memory && fan === undefined))
		throw new TypeError("The lead is the first ring of another fan");
	if (first.number !== 0)
		throw new TypeError(
			`This is ring ${number} of a fan, whose sides need the memory of ring 0, too, not that of ring ${first.number}`,
		);
	return {
		producer: fan === "out" ? first.words : words,
		consumer: fan === "in" ? first.words : words,
	};
}

/** Throws a `TypeError` unless all rings are of fans of one direction. */
export function assertFan(
	rings: readonly SharedArrayBuffer[],
	direction: FanDirection,
): void {
	for (const memory of rings)
		if (validate(memory).fan !== direction)
			throw new TypeError(
				`The rings of such a fan are made by createFan("${direction}", ...)`,
			);
}
