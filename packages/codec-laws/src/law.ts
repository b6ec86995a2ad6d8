import type { Input } from "./input.ts";
import type { Subject } from "./options.ts";

/** A law as a property of one input. Throws `Broken` where it does not hold. */
export interface Law {
	readonly name: string;
	/** Whether it holds for every input, or only for encodings as they were made. */
	readonly damage: boolean;
	check<T>(subject: Subject<T>, input: Input<T>): void;
}
