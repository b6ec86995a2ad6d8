import { DecodeError } from "@framewright/codec";
import type { Parameter } from "./address.ts";

/** The parameters of one address, to be taken out by whoever knows their keys. */
export class Parameters {
	readonly transport: string;
	readonly #offset: number;
	readonly #left = new Map<string, { value: string; offset: number }>();

	constructor(transport: string, offset: number) {
		this.transport = transport;
		this.#offset = offset;
	}

	add(key: string, value: string, offset: number): void {
		// libdbus takes the first one, others the last one.
		if (this.#left.has(key))
			throw new DecodeError(
				"invalid-syntax",
				`${key} must not be there twice`,
				offset,
			);
		this.#left.set(key, { value, offset });
	}

	has(key: string): boolean {
		return this.#left.has(key);
	}

	/** Takes a value out, if it is there: as `{ [key]: value }`, or as nothing. */
	optional<K extends string>(
		key: K,
		valid?: RegExp,
		expected = "",
	): { readonly [P in K]?: string } {
		const found = this.#left.get(key);
		if (found === undefined) return {};
		const { value, offset } = found;
		this.#left.delete(key);
		if (valid !== undefined && !valid.test(value))
			throw new DecodeError(
				"invalid-value",
				`${key} must be ${expected}, not ${JSON.stringify(value)}`,
				offset,
			);
		// Where C reads it, it would end there.
		if (value.includes("\0"))
			throw new DecodeError(
				"invalid-value",
				`There must be no NUL in ${key}`,
				offset,
			);
		return { [key]: value } as { readonly [P in K]?: string };
	}

	/** Takes a value out that must be there. */
	required(key: string): string {
		const value = this.optional(key)[key];
		return value ?? this.fail(`${this.transport}: needs ${key}`);
	}

	/** What is left, in order. */
	rest(): Parameter[] {
		return Array.from(this.#left, ([key, { value }]) => [key, value]);
	}

	/** Throws a fault of the address as a whole. */
	fail(message: string): never {
		throw new DecodeError("invalid-value", message, this.#offset);
	}
}
