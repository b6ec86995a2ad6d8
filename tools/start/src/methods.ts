// What the daemon and the worker serve: each function that this module exports is a method.

import { ResponseError } from "@framewright/json-rpc-peer";

/** Answers with its arguments. */
export const echo = (params: unknown): unknown => params;

/** Answers with a + b. */
export const add = ([a, b]: [number, number]): number => a + b;

/** Answers with a / b, or with an error of its own. */
export function divide([a, b]: [number, number]): number {
	if (b === 0) throw new ResponseError(1, "Division by zero", { dividend: a });
	return a / b;
}

/** Fails as programs do; nobody but the daemon is to see why. */
export function fail(): never {
	throw new Error("The password is swordfish");
}

const notes: string[] = [];

/** Takes a note; for notifications. */
export const note = ([text]: [string]): void => {
	notes.push(text);
};

/** Answers with the number of notes taken. */
export const countNotes = (): number => notes.length;

const meetings = new Map<string, { arrived: number; begin: (() => void)[] }>();

/**
 * Answers nobody before `expected` calls have come to the same place. Called by many clients it proves that they were
 * there at the same time; called twice by one, that the calls in between overtook the first.
 */
export function meet([place, expected]: [string, number]): Promise<number> {
	const meeting = meetings.get(place) ?? { arrived: 0, begin: [] };
	meetings.set(place, meeting);
	meeting.arrived += 1;
	return new Promise((resolve) => {
		meeting.begin.push(() => resolve(expected));
		if (meeting.arrived === expected)
			for (const begin of meeting.begin) begin();
	});
}
