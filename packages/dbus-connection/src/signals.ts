import type { Signal } from "@framewright/dbus-message";
import { busName, busPath } from "./bus-interface.ts";
import type { Calls } from "./calls.ts";
import { toDescriptors } from "./descriptors.ts";
import { formatMatchRule, type MatchRule, matches } from "./match-rule.ts";
import type { Settings } from "./options.ts";
import { Owners } from "./owners.ts";

/** A signal, with the descriptors that came along. */
export type SignalMessage = Signal & { readonly fds?: readonly number[] };

/** Whoever wants signals. */
export interface Listener {
	readonly rule: MatchRule;
	/** The signature that they must have, if it matters. */
	readonly signature: string | undefined;
	/** Whether it wants descriptors that come along. */
	readonly takesFds?: boolean;
	/** Is told at once, in the order of the wire. Returns whether it keeps the signal, descriptors and all. */
	onSignal(message: SignalMessage): boolean;
	/** Is told that no more signals will come, and why, if that is an error. */
	onEnd(failure: { readonly reason: unknown } | undefined): void;
}

export interface Listening {
	/** Resolves when the bus will send what the rule says; rejects if it will not. */
	readonly ready: Promise<void>;
	stop(): void;
}

/** A rule on the bus. */
interface Rule {
	/** Who need it. */
	users: number;
	readonly added: Promise<void>;
	isAdded: boolean;
}

/** Hands signals to those who want them, and keeps the rules on the bus that bring them. */
export class Signals {
	readonly #calls: Calls;
	readonly #settings: Settings;
	readonly #owners: Owners;
	readonly #listeners: Set<Listener> = new Set();
	/** The rules on the bus, and who needs them. */
	readonly #rules: Map<string, Rule> = new Map();

	constructor(calls: Calls, settings: Settings) {
		this.#calls = calls;
		this.#settings = settings;
		this.#owners = new Owners(calls, this);
	}

	/** The unique name behind a name, as far as we follow it. */
	ownerOf(name: string): string | undefined {
		return isWellKnown(name) ? this.#owners.of(name) : name;
	}

	/** Starts to listen. Throws a `RangeError` for a bad rule. */
	listen(listener: Listener): Listening {
		const rule = formatMatchRule({ type: "signal", ...listener.rule });
		const { sender } = listener.rule;
		const follows =
			this.#calls.isOnBus && sender !== undefined && isWellKnown(sender)
				? sender
				: undefined;
		this.#listeners.add(listener);
		// All is sent at once, in this order: when the signals come, the owner is known.
		const followed = follows && this.#owners.follow(follows);
		const added = this.#calls.isOnBus ? this.#add(rule) : undefined;
		let stopped = false;
		const stop = (): void => {
			if (stopped) return;
			stopped = true;
			this.#listeners.delete(listener);
			if (added !== undefined) this.#remove(rule);
			if (follows !== undefined) this.#owners.leave(follows);
		};
		const ready = Promise.all([followed, added]).then(() => {});
		ready.catch(stop);
		return { ready, stop };
	}

	/** Hands a signal to those who want it. */
	receive(message: SignalMessage): void {
		// Those who begin to listen now want what comes later.
		const wanting = [...this.#listeners].filter((each) =>
			this.#wants(each, message),
		);
		const { fds = [] } = message;
		if (fds.length === 0) {
			for (const listener of wanting) this.#hand(listener, message);
			return;
		}
		// Descriptors have one owner: the first who asks for them.
		const taker = wanting.find(({ takesFds }) => takesFds);
		const none = withFds(message, []);
		for (const listener of wanting)
			if (listener !== taker) this.#hand(listener, none);
		const isTaken =
			taker !== undefined && this.#hand(taker, withFds(message, fds));
		if (!isTaken) for (const fd of fds) this.#settings.closeFd(fd);
	}

	#wants({ rule, signature }: Listener, message: SignalMessage): boolean {
		if (!this.#isFrom(rule.sender, message) || !matches(rule, message))
			return false;
		if (signature === undefined || signature === message.signature) return true;
		this.#settings.onFault({
			kind: "unexpected-signature",
			message,
			expected: signature,
		});
		return false;
	}

	/** Hands a signal over, unless one who was told before has stopped this one. */
	#hand(listener: Listener, message: SignalMessage): boolean {
		return this.#listeners.has(listener) && listener.onSignal(message);
	}

	/** Tells everybody that no more signals will come. */
	end(failure: { readonly reason: unknown } | undefined): void {
		const listeners = [...this.#listeners];
		this.#listeners.clear();
		this.#rules.clear();
		for (const listener of listeners) listener.onEnd(failure);
	}

	/** Only on a bus is there a sender, and nobody can forge it. */
	#isFrom(sender: string | undefined, message: SignalMessage): boolean {
		if (sender === undefined || !this.#calls.isOnBus) return true;
		return this.ownerOf(sender) === message.sender;
	}

	#add(rule: string): Promise<void> {
		const known = this.#rules.get(rule);
		if (known !== undefined) {
			known.users += 1;
			return known.added;
		}
		const added = this.#calls.call(busCall("AddMatch", rule)).then(() => {
			mine.isAdded = true;
		});
		// Those who wait for it take it back one by one.
		added.catch(() => {});
		const mine: Rule = { users: 1, added, isAdded: false };
		this.#rules.set(rule, mine);
		return added;
	}

	#remove(rule: string): void {
		const known = this.#rules.get(rule);
		if (known === undefined) return;
		known.users -= 1;
		if (known.users > 0) return;
		this.#rules.delete(rule);
		const remove = (): void => {
			this.#calls.post(busCall("RemoveMatch", rule)).catch(() => {});
		};
		// Not if there is no such rule, because it was refused: the bus would answer with an error that nobody waits for.
		if (known.isAdded) remove();
		else known.added.then(remove, () => {});
	}
}

function busCall(member: string, rule: string) {
	return {
		destination: busName,
		path: busPath,
		interface: busName,
		member,
		signature: "s",
		body: [rule],
	};
}

/** Whether a name is one that owners come and go of. The bus's own name is always its own. */
export function isWellKnown(name: string): boolean {
	return !name.startsWith(":") && name !== busName;
}

/** The message with its descriptors in the place of their indexes. */
function withFds(
	{ fds: _, ...message }: SignalMessage,
	fds: readonly number[],
): SignalMessage {
	const body = toDescriptors(message.signature, message.body, fds);
	return fds.length === 0 ? { ...message, body } : { ...message, body, fds };
}
