import {
	type BusConnection,
	busInterface,
	busName,
	busPath,
	DBusError,
	type ReceivedMessage,
} from "@framewright/dbus-connection";
import type { Message } from "@framewright/dbus-message";
import { busAt, dbusExit } from "./dbus-connect.ts";
import { type BytesNotation, dbusMessageToJson } from "./json-items.ts";
import { print, say } from "./standard-streams.ts";
import { stopSignals } from "./stop-signals.ts";

export interface DBusMonitorOptions {
	readonly timeout: number;
	readonly bytes: BytesNotation;
	/** Whether to write JSON, or text for people. Default: JSON, unless stdout is a terminal. */
	readonly json?: boolean;
	/** How many messages to show. Default: all that come. */
	readonly count?: number;
}

/** Shows the messages on a bus that any of the rules holds for. */
export async function dbusMonitor(
	address: string,
	rules: readonly string[],
	{ timeout, bytes, count = Infinity, ...options }: DBusMonitorOptions,
): Promise<void> {
	const { json = !process.stdout.isTTY } = options;
	const stop = stopSignals();
	const signals = new Signals();
	const bus = await busAt(address, {
		timeout: timeout * 1000,
		handshakeTimeout: timeout * 1000,
		signal: stop.soon,
		trace: ({ direction, message }) => {
			if (direction === "received") signals.take(message as ReceivedMessage);
		},
	});
	stop.soon.addEventListener("abort", () => {
		signals.end();
		bus.abort();
	});
	try {
		const messages = await monitor(bus, rules, signals);
		say(`monitoring ${address}`);
		const start = performance.now();
		let shown = 0;
		for await (const message of messages) {
			// What tells us that a monitor has no name any more.
			if (message.destination === bus.uniqueName) continue;
			const seconds = (performance.now() - start) / 1000;
			await print(
				`${json ? dbusMessageToJson(message, bytes) : readable(message, seconds, bytes)}\n`,
			);
			shown++;
			if (shown >= count) break;
		}
	} catch (error) {
		if (!stop.soon.aborted) throw dbusExit(error);
	} finally {
		bus.abort();
		bus.closed.catch(() => {});
	}
}

/** Asks for all messages; where that is not allowed, for the signals that anybody may have. */
async function monitor(
	bus: BusConnection,
	rules: readonly string[],
	signals: Signals,
): Promise<AsyncIterable<ReceivedMessage>> {
	try {
		return await bus.becomeMonitor(rules);
	} catch (error) {
		if (!(error instanceof DBusError)) throw error;
		const proxy = bus.proxy(busInterface, {
			destination: busName,
			path: busPath,
		});
		for (const rule of rules.length > 0 ? rules : ["type='signal'"])
			await proxy.call("AddMatch", [rule]);
		say(`only broadcast signals are shown: ${error.message}`);
		return signals;
	}
}

/** How many signals may wait for a slow reader of ours; the bus does not wait for us. */
const MAX_WAITING = 10_000;

/** Gathers the signals that a connection receives, for whoever iterates. */
class Signals implements AsyncIterable<ReceivedMessage> {
	readonly #waiting: ReceivedMessage[] = [];
	#ended = false;
	#wake = (): void => {};

	take(message: ReceivedMessage): void {
		if (message.type !== "signal" || this.#ended) return;
		if (this.#waiting.push(message) > MAX_WAITING) this.end();
		this.#wake();
	}

	end(): void {
		this.#ended = true;
		this.#wake();
	}

	async *[Symbol.asyncIterator](): AsyncIterator<ReceivedMessage> {
		for (;;) {
			yield* this.#waiting.splice(0, MAX_WAITING);
			if (this.#waiting.length > 0) continue;
			if (this.#ended) return;
			await new Promise<void>((resolve) => {
				this.#wake = resolve;
			});
		}
	}
}

/**
 * Writes a message for people, on one line: what it is, who sends it to whom, and what is in it.
 *
 *     0.120 #5 method_call :1.7 -> com.example.Clock /clock com.example.Clock.SetAlarm(ts) ["1767225600","Happy"]
 *     0.121 #9 method_return to #5 :1.3 -> :1.7 (u) [7]
 */
function readable(
	message: Message,
	seconds: number,
	bytes: BytesNotation,
): string {
	const { type, serial, signature } = message;
	const { body } = JSON.parse(dbusMessageToJson(message, bytes));
	const member = [message.interface, message.member].filter(Boolean).join(".");
	return [
		seconds.toFixed(3),
		`#${serial}`,
		type,
		message.replySerial === undefined ? "" : `to #${message.replySerial}`,
		`${message.sender ?? "?"} -> ${message.destination ?? "all"}`,
		message.path ?? "",
		message.errorName ?? "",
		`${member}(${signature})`,
		signature === "" ? "" : JSON.stringify(body),
	]
		.filter((part) => part !== "" && part !== "()")
		.join(" ")
		.replace(/\p{Cc}+/gu, " ");
}
