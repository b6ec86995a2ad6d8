import {
	type InterfaceDescription,
	type NodeDescription,
	parseIntrospection,
} from "@framewright/dbus-introspection";
import {
	type CallFields,
	type CallOptions,
	Calls,
	type Reply,
} from "./calls.ts";
import type { DBusConnection } from "./dbus-connection.ts";
import { type Deferred, deferred } from "./deferred.ts";
import { toDescriptors } from "./descriptors.ts";
import { ConnectionError } from "./errors.ts";
import type { Exported } from "./exported.ts";
import {
	FollowedObjects,
	type ManagedObjects,
	type ManagedObjectsOptions,
} from "./managed-objects.ts";
import type { MatchRule } from "./match-rule.ts";
import { Objects } from "./objects.ts";
import {
	type ConnectionOptions,
	checkCount,
	type Settings,
	settingsOf,
} from "./options.ts";
import { type ObjectReference, UntypedProxy } from "./proxy.ts";
import { Requests } from "./requests.ts";
import { type SignalMessage, Signals } from "./signals.ts";
import { introspectableInterface } from "./standard-interfaces.ts";
import { QueuedSubscription, type SubscribeOptions } from "./subscription.ts";
import type { DBusChannel, ReceivedMessage } from "./transport.ts";

interface AnySignalOptions extends SubscribeOptions {
	readonly signature?: string | undefined;
	readonly fds?: boolean | undefined;
}

/** A connection without its types: reads the channel, hands each message to whom it concerns, and ends in good order. */
export class Connection {
	readonly closed: Promise<void>;
	readonly signals: Signals;
	readonly #channel: DBusChannel;
	readonly #settings: Settings;
	readonly #calls: Calls;
	readonly #objects: Objects;
	readonly #requests: Requests;
	/** Whether we shall end when nothing is under way: we were told to, or the remote has ended. */
	#isEnding = false;
	/** Whether our direction is over, or about to be. */
	#isOver = false;
	#isAborted = false;
	/** Why nothing new can begin. */
	#refusal: { readonly reason: unknown } | undefined;
	/** Settles when our direction is over. */
	readonly #ended: Deferred = deferred();
	/** Who gets all messages, once there is nothing else to be done with them. */
	#monitor: QueuedSubscription<ReceivedMessage> | undefined;

	constructor(
		channel: DBusChannel,
		options: ConnectionOptions,
		isOnBus: boolean,
	) {
		const settings = settingsOf(options);
		this.#channel = channel;
		this.#settings = settings;
		this.#calls = new Calls(channel, settings, isOnBus);
		const { line } = this.#calls;
		this.signals = new Signals(this.#calls, settings);
		this.#objects = new Objects(settings, (signal) =>
			this.#isOver ? this.#refuse() : line.send(signal),
		);
		this.#requests = new Requests(
			this as unknown as DBusConnection,
			line,
			this.#objects,
			settings,
			() => this.#goOn(),
		);
		this.closed = channel.closed;
		this.closed.catch(() => {});
		options.setup?.(this as unknown as DBusConnection);
		this.#read();
	}

	get isOnBus(): boolean {
		return this.#calls.isOnBus;
	}

	/** Calls a method; `onReply` is handed the reply in the order of the wire. */
	start(
		call: CallFields,
		options?: CallOptions,
		onReply?: (reply: Reply) => void,
	): Promise<Reply> {
		return this.#calls.call(call, options, onReply);
	}

	call(call: CallFields, options?: CallOptions): Promise<Reply> {
		return this.#calls.call(call, options);
	}

	callWithoutReply(call: CallFields, options?: CallOptions): Promise<void> {
		return this.#calls.post(call, options);
	}

	emit(signal: {
		readonly path: string;
		readonly interface: string;
		readonly member: string;
		readonly destination?: string | undefined;
		readonly signature?: string | undefined;
		readonly body?: readonly unknown[] | undefined;
	}): Promise<void> {
		if (this.#isOver) return this.#refuse();
		const {
			path,
			interface: of,
			member,
			destination,
			signature,
			body,
		} = signal;
		return this.#calls.line.send({
			type: "signal",
			path,
			interface: of,
			member,
			signature: signature ?? "",
			body: body ?? [],
			...(destination === undefined ? {} : { destination }),
		});
	}

	subscribe(
		rule: MatchRule,
		options: AnySignalOptions = {},
	): Promise<QueuedSubscription<SignalMessage>> {
		return this.subscribeAs(rule, options, (message) => message);
	}

	/** Subscribes to what `read` makes of signals. */
	async subscribeAs<T>(
		rule: MatchRule,
		options: AnySignalOptions,
		read: (message: SignalMessage) => T,
	): Promise<QueuedSubscription<T>> {
		if (this.#refusal !== undefined) throw this.#refusal.reason;
		const { signature, fds = false } = options;
		const queue = this.queue<T>(
			options,
			() => listening.stop(),
			(item) => this.#closeFds((item as Partial<SignalMessage>).fds),
		);
		const listening = this.signals.listen({
			rule,
			signature,
			takesFds: fds,
			onSignal: (message) => queue.push(read(message)),
			onEnd: (failure) => {
				if (failure === undefined) queue.finish();
				else queue.fail(failure.reason);
			},
		});
		await listening.ready;
		return queue;
	}

	/** Makes a queue for a subscriber. */
	queue<T>(
		{ maxQueued = this.#settings.maxQueued, signal }: SubscribeOptions,
		onEnd: () => void,
		drop?: (item: T) => void,
	): QueuedSubscription<T> {
		checkCount("subscribe()", "maxQueued", maxQueued);
		signal?.throwIfAborted();
		const onAbort = (): void => queue.close();
		const queue = new QueuedSubscription<T>(
			maxQueued,
			() => {
				signal?.removeEventListener("abort", onAbort);
				onEnd();
			},
			drop,
		);
		signal?.addEventListener("abort", onAbort);
		return queue;
	}

	proxy(
		description: InterfaceDescription,
		object: ObjectReference,
	): UntypedProxy {
		return new UntypedProxy(this, description, object);
	}

	async introspect(
		{ destination, path }: ObjectReference,
		options?: CallOptions,
	): Promise<NodeDescription> {
		const { body } = await this.#calls.call(
			{
				destination,
				path,
				interface: introspectableInterface.name,
				member: "Introspect",
				reply: "s",
			},
			options,
		);
		return parseIntrospection(body[0] as string);
	}

	managedObjects(
		object: ObjectReference,
		options?: ManagedObjectsOptions,
	): Promise<ManagedObjects> {
		return FollowedObjects.open(this, object, options);
	}

	export(
		path: string,
		description: InterfaceDescription,
		implementation: object,
	): Exported {
		return this.#objects.export(path, description, implementation);
	}

	exportObjectManager(path: string): () => void {
		return this.#objects.exportManager(path);
	}

	/** Hands all messages from now on to whoever watches; nothing is answered any more. */
	monitor(): QueuedSubscription<ReceivedMessage> {
		this.#monitor = this.queue<ReceivedMessage>(
			{ maxQueued: 64 },
			() => void this.close().catch(() => {}),
			({ fds }) => this.#closeFds(fds),
		);
		return this.#monitor;
	}

	/** Tells of what has gone wrong and concerns no caller. */
	fault(error: unknown): void {
		this.#settings.onFault({ kind: "failed", call: undefined, error });
	}

	close(): Promise<void> {
		const reason = new ConnectionError("closed", "The connection was closed");
		this.#refuseNew(reason, undefined);
		this.#requests.refuseNew();
		this.#monitor?.finish();
		this.#isEnding = true;
		this.#goOn();
		return this.#ended.promise;
	}

	abort(
		reason: unknown = new DOMException(
			"The connection was aborted",
			"AbortError",
		),
	): void {
		if (this.#isAborted) return;
		this.#isAborted = true;
		this.#isOver = true;
		this.#refuseNew(reason, { reason });
		this.#requests.abort(reason);
		this.#monitor?.fail(reason);
		this.#ended.reject(reason);
		this.#channel.abort(reason);
	}

	/** Reads messages while there is room for them, until the remote ends or something fails. */
	async #read(): Promise<void> {
		try {
			for await (const message of this.#channel) {
				const refused = this.#receive(message);
				if (refused !== undefined) await refused;
			}
		} catch (error) {
			this.abort(error);
			return;
		}
		const reason = new ConnectionError(
			"closed",
			"The remote has ended the connection",
		);
		this.#refuseNew(reason, { reason });
		this.#monitor?.fail(reason);
		this.#isEnding = true;
		this.#goOn();
	}

	/** Ends, when it is time and nothing is under way. */
	#goOn(): void {
		if (!this.#isEnding || this.#isOver || !this.#requests.isIdle) return;
		this.#isOver = true;
		this.#channel.close().then(this.#ended.resolve, this.#ended.reject);
	}

	/** Takes in what has come. Where it returns a promise, nothing more should be read before that has settled. */
	#receive(received: ReceivedMessage): Promise<void> | undefined {
		this.#calls.line.received(received);
		if (this.#monitor !== undefined) {
			if (!this.#monitor.push(received)) this.#closeFds(received.fds);
			return this.#monitor.room;
		}
		if (received.type === "signal") {
			this.signals.receive(received);
			return undefined;
		}
		const { fds = [] } = received;
		const message =
			fds.length === 0
				? received
				: {
						...received,
						body: toDescriptors(received.signature, received.body, fds),
					};
		switch (message.type) {
			case "method_return":
			case "error":
				if (!this.#calls.receive(message)) this.#closeFds(fds);
				return undefined;
			case "method_call":
				return this.#requests.receive(message);
			default:
				// "Message Format": types that are not known are ignored.
				this.#closeFds(fds);
				return undefined;
		}
	}

	#closeFds(fds: readonly number[] = []): void {
		for (const fd of fds) this.#settings.closeFd(fd);
	}

	/** Ends what waits, and refuses what would begin, with the first reason given. */
	#refuseNew(
		reason: unknown,
		failure: { readonly reason: unknown } | undefined,
	): void {
		this.#refusal ??= { reason };
		this.#calls.refuse(reason);
		this.signals.end(failure);
	}

	#refuse(): Promise<never> {
		return Promise.reject(this.#refusal?.reason);
	}
}
