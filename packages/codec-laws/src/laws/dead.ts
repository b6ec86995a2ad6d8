import type { DecodeError } from "@framewright/codec";
import { Broken } from "../broken.ts";
import { chunksOf, drain, type Event, end, pull, push } from "../delivery.ts";
import type { Law } from "../law.ts";

/** Three pulls, then three pushes of what was valid, each pulled twice, and the end of input. */
export const dead: Law = {
	name: "after an error the decoder stays dead",
	damage: true,
	check(subject, { bytes, cuts, encoded }) {
		const decoder = subject.decoder();
		const events: Event[] = [];
		const chunks = chunksOf(bytes, { cuts, around: 0xff });
		let alive = true;
		let received = 0;
		for (const chunk of chunks) {
			if (!push(decoder, chunk.bytes, events)) return;
			received += chunk.bytes.length;
			if (chunk.drain) alive = drain(subject, decoder, received, events);
			if (!alive) break;
		}
		let ended = false;
		if (alive) {
			ended = true;
			if (!end(decoder, events)) return;
			alive = drain(subject, decoder, received, events);
		}
		const death = events.at(-1);
		if (alive || death?.kind !== "error") return;

		const demandDead = (when: string): void => {
			const now = pull(subject, decoder);
			if (now?.kind !== "error" || !sameError(death.error, now.error))
				broken(`${when} pull() gave something else than its error`, now);
			const held = decoder.bytesHeld ?? 0;
			if (held !== 0)
				broken(`${when} the dead decoder holds ${held} bytes`, now);
		};
		const broken = (what: string, now: Event | undefined): never => {
			throw new Broken(what, [
				{ title: "up to its death", events },
				{ title: "then", events: now === undefined ? [] : [now] },
				{ title: "the input", bytes, cuts },
			]);
		};
		for (let i = 0; i < 3; i++) demandDead("after the error");
		// To push after end() is a mistake of the caller, whether the decoder is dead or not.
		if (ended) return;
		for (const more of [encoded, Uint8Array.of(0), new Uint8Array(64)]) {
			const thrown: Event[] = [];
			if (!push(decoder, more, thrown))
				broken("after the error push() threw", thrown[0]);
			demandDead("after the error and a push");
			demandDead("after the error and a push");
		}
		if (!end(decoder, events))
			broken("after the error end() threw", events.pop());
		demandDead("after the error and end()");
	},
};

function sameError(a: DecodeError, b: DecodeError): boolean {
	return a.code === b.code && a.offset === b.offset && a.message === b.message;
}
