import type { Annotations } from "./description.ts";
import type { Draft } from "./draft.ts";
import type { ArgumentFields, WithArguments } from "./vocabulary.ts";

/** Describes arguments of one direction in a member's fields, one after the other. */
export class Arguments {
	readonly #member: Draft<WithArguments>;
	readonly #fields: ArgumentFields;
	#count = 0;
	#names: string[] | undefined;
	#annotations: Annotations[] | undefined;

	constructor(member: Draft<WithArguments>, fields: ArgumentFields) {
		this.#member = member;
		this.#fields = fields;
	}

	get signature(): string {
		return this.#member[this.#fields.signature] ?? "";
	}

	add(type: string, name = ""): number {
		this.#member[this.#fields.signature] = this.signature + type;
		if (name !== "" && this.#names === undefined) {
			this.#names = new Array<string>(this.#count).fill("");
			this.#member[this.#fields.names] = this.#names;
		}
		this.#names?.push(name);
		this.#annotations?.push({});
		return this.#count++;
	}

	annotations(position: number): Annotations {
		if (this.#annotations === undefined) {
			this.#annotations = Array.from({ length: this.#count }, () => ({}));
			this.#member[this.#fields.annotations] = this.#annotations;
		}
		return this.#annotations[position] ?? {};
	}
}
