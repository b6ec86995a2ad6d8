import type { CallFields, Reply } from "./calls.ts";
import type { Connection } from "./connection.ts";
import { type Deferred, deferred } from "./deferred.ts";
import type { MatchRule } from "./match-rule.ts";
import { ownerRule } from "./owners.ts";
import { isWellKnown, type Listening, type SignalMessage } from "./signals.ts";
import type { QueuedSubscription, SubscribeOptions } from "./subscription.ts";

/** How a state of somebody else's is followed: asked for once, and changed by signals. Each may tell of a change. */
export interface Following<Change> {
	readonly rules: readonly MatchRule[];
	readonly call: CallFields;
	onReply(reply: Reply): Change | undefined;
	onSignal(message: SignalMessage): Change | undefined;
	/** The owner is gone, and its state with it. */
	onLost(): Change | undefined;
}

/**
 * Follows a state of somebody else's.
 *
 *     1. signals are asked for    2. the state is asked for    3. it comes    4. changes come
 *
 * Replies and signals of one sender come in the order in which it sent them, and are taken in that order here, too: what comes
 * before the state is in it already, what comes behind it is news. When another owner takes over, the state is asked for
 * again.
 */
export class Follower<Change> {
	readonly changes: QueuedSubscription<Change>;
	/** Resolves when the state is known. */
	readonly ready: Promise<void>;
	readonly #connection: Connection;
	readonly #following: Following<Change>;
	readonly #listenings: Listening[] = [];
	readonly #first: Deferred = deferred();
	/** Counts the times that the state was asked for: an answer from before the last change of owners is not one. */
	#asked = 0;
	#isKnown = false;

	constructor(
		connection: Connection,
		destination: string | undefined,
		options: SubscribeOptions = {},
		following: Following<Change>,
	) {
		this.#connection = connection;
		this.#following = following;
		this.changes = connection.queue<Change>(options, () => this.#stop());
		try {
			const ready = following.rules.map((rule) =>
				this.#listen(rule, (message) => {
					// What comes before the state, the state has in it.
					if (this.#isKnown) this.#tell(following.onSignal(message));
				}),
			);
			if (
				connection.isOnBus &&
				destination !== undefined &&
				isWellKnown(destination)
			)
				ready.push(
					this.#listen(
						ownerRule(destination),
						({ body }) => this.#changeOwner(body[2] as string),
						"sss",
					),
				);
			this.#ask();
			this.ready = Promise.all([...ready, this.#first.promise]).then(() => {});
		} catch (error) {
			this.ready = Promise.reject(error);
		}
		this.ready.catch(() => this.close());
	}

	close(): void {
		this.changes.close();
	}

	#listen(
		rule: MatchRule,
		onSignal: (message: SignalMessage) => void,
		signature?: string,
	): Promise<void> {
		const listening = this.#connection.signals.listen({
			rule,
			signature,
			onSignal: (message) => {
				onSignal(message);
				return false;
			},
			onEnd: (failure) => {
				if (failure === undefined) this.changes.finish();
				else this.changes.fail(failure.reason);
			},
		});
		this.#listenings.push(listening);
		return listening.ready;
	}

	#ask(): void {
		this.#asked += 1;
		const asked = this.#asked;
		const onReply = (reply: Reply): void => {
			if (asked !== this.#asked) return;
			this.#isKnown = true;
			const change = this.#following.onReply(reply);
			// Whoever opened it sees the first state without being told.
			if (asked > 1) this.#tell(change);
		};
		this.#connection.start(this.#following.call, {}, onReply).then(
			() => {
				if (this.#isKnown) this.#first.resolve();
			},
			(error: unknown) => {
				if (asked !== this.#asked) return;
				this.#first.reject(error);
				// Without its state there is nothing to follow, but there may be with the next owner.
				this.#connection.fault(error);
			},
		);
	}

	#changeOwner(owner: string): void {
		if (this.#isKnown) this.#tell(this.#following.onLost());
		this.#isKnown = false;
		// Who is gone does not answer any more, and the bus tells the caller so.
		if (owner !== "") this.#ask();
	}

	#tell(change: Change | undefined): void {
		if (change !== undefined) this.changes.push(change);
	}

	#stop(): void {
		for (const listening of this.#listenings) listening.stop();
	}
}
