import { busName, busPath } from "./bus-interface.ts";
import type { Calls } from "./calls.ts";
import type { MatchRule } from "./match-rule.ts";
import type { Listening, Signals } from "./signals.ts";

interface Followed {
	users: number;
	owner: string | undefined;
	readonly listening: Listening;
	/** Resolves when the owner is known. */
	readonly known: Promise<void>;
}

/**
 * Follows who owns well-known names: a signal has its sender's unique name, and which rule of ours it matched, the bus does
 * not say.
 */
export class Owners {
	readonly #calls: Calls;
	readonly #signals: Signals;
	readonly #followed: Map<string, Followed> = new Map();

	constructor(calls: Calls, signals: Signals) {
		this.#calls = calls;
		this.#signals = signals;
	}

	/** The owner of a name that is followed. */
	of(name: string): string | undefined {
		return this.#followed.get(name)?.owner;
	}

	/** Starts to follow a name, once more. Resolves when its owner is known. */
	follow(name: string): Promise<void> {
		const known = this.#followed.get(name);
		if (known !== undefined) {
			known.users += 1;
			return known.known;
		}
		const listening = this.#signals.listen({
			rule: ownerRule(name),
			signature: "sss",
			onSignal: ({ body }) => {
				followed.owner = (body[2] as string) || undefined;
				return false;
			},
			onEnd: () => {},
		});
		const asked = this.#calls
			.call(
				{
					destination: busName,
					path: busPath,
					interface: busName,
					member: "GetNameOwner",
					signature: "s",
					body: [name],
					reply: "s",
				},
				{},
				// Before any change that comes behind it.
				({ body }) => {
					followed.owner = body[0] as string;
				},
			)
			// Nobody owns it, or nothing can be asked any more, which the caller will hear of.
			.catch(() => {});
		const followed: Followed = {
			users: 1,
			owner: undefined,
			listening,
			known: listening.ready.then(() => asked).then(() => {}),
		};
		followed.known.catch(() => {});
		this.#followed.set(name, followed);
		return followed.known;
	}

	/** Stops following a name, if nobody else follows it. */
	leave(name: string): void {
		const followed = this.#followed.get(name);
		if (followed === undefined) return;
		followed.users -= 1;
		if (followed.users > 0) return;
		this.#followed.delete(name);
		followed.listening.stop();
	}
}

/** The rule for the signals that tell who owns a name. */
export function ownerRule(name: string): MatchRule {
	return {
		sender: busName,
		path: busPath,
		interface: busName,
		member: "NameOwnerChanged",
		args: { 0: name },
	};
}
