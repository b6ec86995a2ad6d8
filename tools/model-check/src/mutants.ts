import type { Mutant } from "./load-source.ts";

/** A fault of the protocol, and the scenario that shows it. */
export interface ScenarioMutant extends Mutant {
	readonly scenario: string;
}

const mutant = (
	name: string,
	file: string,
	text: string,
	replacement: string,
	scenario = "messages, blocking",
): ScenarioMutant => ({ name, file, text, replacement, scenario });

/** Faults of the protocol. The exploration must find each of them. */
export const mutants: readonly ScenarioMutant[] = [
	mutant(
		"who wakes does not set the word back",
		"wake.ts",
		"Atomics.store(words, word, 0);",
		"",
	),
	mutant(
		"who wakes notifies first and sets the word back then",
		"wake.ts",
		"Atomics.store(words, word, 0);\n\tAtomics.notify(words, word);",
		"Atomics.notify(words, word);\n\tAtomics.store(words, word, 0);",
	),
	mutant("nobody is notified", "wake.ts", "Atomics.notify(words, word);", ""),
	mutant(
		"a side sleeps without a last look",
		"wait.ts",
		"Atomics.store(side.words, side.wakeWord, 1);\n\treturn side.poll(amount);",
		"Atomics.store(side.words, side.wakeWord, 1);\n\treturn undefined;",
	),
	mutant(
		"a side announces its sleep after its last look",
		"wait.ts",
		"Atomics.store(side.words, side.wakeWord, 1);\n\treturn side.poll(amount);",
		"const state = side.poll(amount);\n\tAtomics.store(side.words, side.wakeWord, 1);\n\treturn state;",
	),
	mutant(
		"a side sleeps whether or not it was woken before",
		"wait.ts",
		"Atomics.wait(side.words, side.wakeWord, 1, left);",
		"Atomics.wait(side.words, side.wakeWord, Atomics.load(side.words, side.wakeWord), left);",
	),
	mutant(
		"an asynchronous wait does not look again",
		"wait.ts",
		"woken(side, left).then(attempt).catch(giveUp);",
		"woken(side, Number.POSITIVE_INFINITY).then(() => {}).catch(giveUp);",
		"messages, an asynchronous reader",
	),
	mutant(
		"the write position is stored plainly",
		"producer.ts",
		"Atomics.store(this.words, WRITE, this.position);",
		"this.words[WRITE] = this.position;",
	),
	mutant(
		"the read position is stored plainly",
		"consumer.ts",
		"Atomics.store(this.words, READ, this.position);",
		"this.words[READ] = this.position;",
	),
	mutant(
		"a producer wakes before it publishes",
		"producer.ts",
		"Atomics.store(this.words, WRITE, this.position);\n\t\tthis.wakeOther();",
		"this.wakeOther();\n\t\tAtomics.store(this.words, WRITE, this.position);",
	),
	mutant(
		"a consumer releases and does not wake",
		"consumer.ts",
		"this.wakeOther();",
		"",
	),
	mutant(
		"a consumer keeps what it has read while it waits",
		"wait.ts",
		"side.flush();\n\tfor (;;) {",
		"for (;;) {",
		"messages, published in pairs, released together",
	),
	mutant(
		"a producer takes one record more than there is room for",
		"producer.ts",
		"const vacant = this.capacity - fill;",
		"const vacant = this.capacity + 8 - fill;",
	),
	mutant(
		"a message is published before it is copied",
		"message-producer.ts",
		"this.bytes.set(message, this.offset);\n\t\tthis.commit();",
		"this.commit();\n\t\tthis.publish();\n\t\tthis.bytes.set(message, this.offset);",
	),
	mutant(
		"a message is released before it is copied",
		"message-consumer.ts",
		"const copy = this.bytes.slice(this.offset, this.offset + this.length);\n\t\tthis.release();",
		"this.release();\n\t\tconst copy = this.bytes.slice(this.offset, this.offset + this.length);",
		"copies",
	),
	mutant(
		"nothing marks padding",
		"message-producer.ts",
		"if (this.#padding > 0)",
		"if (this.#padding < 0)",
	),
	mutant(
		"the end comes before what was published",
		"side.ts",
		"if (this.fault === undefined) this.flush();",
		"",
		"messages, published in pairs, released together",
	),
	mutant("a close does not wake", "side.ts", "this.wakeOther();", ""),
	mutant(
		"a consumer does not look for more when it sees the end",
		"consumer.ts",
		"if (this.available <= 0 && !this.closed) this.refresh();\n\t\treturn this.available > 0 ? OPEN : end;",
		"return this.available > 0 ? OPEN : end;",
	),
	mutant(
		"a role is taken without a comparison",
		"side.ts",
		"Atomics.compareExchange(words, this.#own.role, 0, 1) !== 0",
		"Atomics.load(words, this.#own.role) !== 0 || Atomics.store(words, this.#own.role, 1) === 0",
		"two that want one role",
	),
	mutant(
		"the survivor is woken only if it seems to sleep, though the dead may have set its word back",
		"create.ts",
		"Atomics.store(sleeping, survivor, 0);\n\tAtomics.notify(sleeping, survivor);",
		"if (Atomics.load(sleeping, survivor) !== 0) Atomics.notify(sleeping, survivor);",
		"a producer that dies, blocking reader",
	),
	mutant(
		"the survivor is woken before the end is marked",
		"create.ts",
		'const producer = role === "producer";',
		'const producer = role === "producer";\n\tAtomics.store(words, producer ? CONSUMER_WAKE : PRODUCER_WAKE, 0);\n\tAtomics.notify(words, producer ? CONSUMER_WAKE : PRODUCER_WAKE);\n\tAtomics.compareExchange(words, producer ? PRODUCER_END : CONSUMER_END, OPEN, DIED);\n\treturn;',
		"a producer that dies, async reader",
	),
	mutant(
		"a producer of many rings wakes the reader of its own ring alone",
		"side.ts",
		"wake(this.#lead, this.#other.wake);",
		"wake(this.words, this.#other.wake);",
		"two producers, one blocking reader that sleeps on one word",
	),
	mutant(
		"a consumer of many rings wakes the writer of its own ring alone",
		"side.ts",
		"wake(this.#lead, this.#other.wake);",
		"wake(this.words, this.#other.wake);",
		"two rings written by one, of which one is read",
	),
	mutant(
		"who reads many rings looks at the first alone before it sleeps",
		"fan-in.ts",
		'if (state === "ready") return state;',
		"return state;",
		"two producers, one async reader that sleeps on one word",
	),
];
