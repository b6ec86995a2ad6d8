import type { Input } from "./input.ts";
import type { Meter } from "./native-work.ts";
import type { Subject } from "./options.ts";

/** A law as a property of one input. Throws `Broken` where it does not hold. */
export interface Law {
	readonly name: string;
	/** Whether it holds for every input, or only for encodings as they were made. */
	readonly damage: boolean;
	/** Whether it needs the meter. Wrapping native functions slows everything down, so without need they are let be. */
	readonly metered?: true;
	check<T>(subject: Subject<T>, input: Input<T>, meter: Meter): void;
	/** What to check once, before any run. It chooses nothing, so it always ends the same way. */
	checkOnce?<T>(subject: Subject<T>, meter: Meter): void;
}
