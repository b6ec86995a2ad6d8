import type {
	NotificationMessage,
	Params,
	RawJson,
	RequestMessage,
} from "@framewright/json-rpc";
import type { Call } from "./call.ts";
import type { CallOptions } from "./calls.ts";

export type SentParams = Params | RawJson | undefined;
export type SentRequest = RequestMessage<Params | RawJson>;
export type SentNotification = NotificationMessage<Params | RawJson>;

/** What a call is made of, before it has a promise. */
export type Open = (
	method: string,
	params: SentParams,
	options: CallOptions | undefined,
	resolve: (result: unknown) => void,
	reject: (reason: unknown) => void,
) => { readonly call: Call; readonly message: SentRequest };

/** Collects a batch while it is being built. Each call has a promise of its own. */
export class Batching {
	readonly items: {
		readonly message: SentRequest | SentNotification;
		readonly call?: Call;
	}[] = [];
	readonly #open: Open;
	readonly #promises: Promise<unknown>[] = [];
	#isOver = false;

	constructor(open: Open) {
		this.#open = open;
	}

	request(
		method: string,
		params?: SentParams,
		options?: CallOptions,
	): Promise<unknown> {
		const promise = new Promise((resolve, reject) => {
			this.#check();
			this.items.push(this.#open(method, params, options, resolve, reject));
		});
		this.#promises.push(promise);
		return promise;
	}

	notify(method: string, params?: SentParams): void {
		this.#check();
		this.items.push({ message: notificationOf(method, params) });
	}

	/** Takes no more. */
	end(): void {
		this.#isOver = true;
	}

	/** Notes that nobody has got hold of the promises. */
	drop(): void {
		for (const promise of this.#promises) promise.catch(() => {});
	}

	#check(): void {
		if (this.#isOver)
			throw new Error(
				"batch(): the batch was sent when the function that builds it returned",
			);
	}
}

/** Makes a notification. */
export function notificationOf(
	method: string,
	params: SentParams,
): SentNotification {
	return params === undefined
		? { kind: "notification", method }
		: { kind: "notification", method, params };
}
