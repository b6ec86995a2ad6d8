import { type Marshaller, marshalBody } from "@framewright/dbus-marshal";
import type { Settings } from "./options.ts";

/** How many signatures are kept compiled: what a peer may make us hold. */
const KNOWN = 256;

/** The codecs of bodies, by their signatures. */
export class Bodies {
	readonly #options: Pick<Settings, "dict" | "bytes">;
	readonly #known = new Map<
		string,
		Marshaller<unknown[], readonly unknown[]>
	>();

	constructor({ dict, bytes }: Settings) {
		this.#options = { dict, bytes };
		// Bad options throw when the layer is made.
		this.of("");
	}

	/** Throws a `SignatureError` for a bad signature. */
	of(signature: string): Marshaller<unknown[], readonly unknown[]> {
		let body = this.#known.get(signature);
		if (body === undefined) {
			body = marshalBody(signature, this.#options);
			if (this.#known.size === KNOWN) this.#known.clear();
			this.#known.set(signature, body);
		}
		return body;
	}
}
