import {
	type ByteLayer,
	type Item,
	type Skipped,
	stack,
} from "@framewright/codec";
import type { Message } from "@framewright/json-rpc";
import { Exit } from "./exit.ts";
import { type Kind, type LayerEntry, layers } from "./layers.ts";

/** The stack that a user wrote. */
export interface NamedStack {
	readonly layer: ByteLayer<Item>;
	/** What the top layer hands over. */
	readonly gives: Kind;
	/** The layers as they were written, for messages. */
	readonly expression: string;
}

// One layer with its comma:  name  or  name(option=value,option=value)
const LAYER = /\s*([\w-]+)\s*(?:\(([^()]*)\)\s*)?(,(?=.)|$)/y;
const OPTION = /^\s*(\w+)\s*=\s*([^\s=]+)\s*$/;

/**
 * Reads a stack in wire order, the outermost framing first:
 *
 *     length-prefixed(width=2,endian=le),json-rpc
 *
 * Throws an `Exit` (usage) that names what is known in the place of what is not.
 */
export function parseStack(expression: string): NamedStack {
	const stacked = [];
	let below: Kind = "a byte stream";
	let belowName = "the connection";
	LAYER.lastIndex = 0;
	do {
		const at = LAYER.lastIndex;
		const [, name, options] = LAYER.exec(expression) ?? [];
		if (name === undefined)
			fail(
				`expected name or name(option=value,...) at "${expression.slice(at)}"`,
			);
		const entry = layers.get(name);
		if (entry === undefined)
			fail(
				`there is no layer "${name}"; known: ${[...layers.keys()].join(", ")}`,
			);
		if (!entry.takes.includes(below))
			fail(
				below === "a byte stream"
					? `${name} needs a framing below it, as in length-prefixed,${name}`
					: `${name} reads ${entry.takes.at(-1)}, but ${belowName} before it gives ${below}; a stack is written in wire order, the framing first`,
			);
		const read = readOptions(name, entry, options);
		stacked.push(make(entry, read));
		below = entry.givesWith?.(read) ?? entry.gives;
		belowName = name;
	} while (LAYER.lastIndex < expression.length);
	return {
		layer: stack(...(stacked as [ByteLayer<Item>])),
		gives: below,
		expression,
	};
}

function readOptions(
	name: string,
	entry: LayerEntry,
	text = "",
): Record<string, unknown> {
	const known = Object.keys(entry.options);
	const options: Record<string, unknown> = {};
	for (const part of text.trim() === "" ? [] : text.split(",")) {
		const [, option, written] = OPTION.exec(part) ?? [];
		if (option === undefined || written === undefined)
			fail(`${name}: expected option=value, not "${part.trim()}"`);
		const type = Object.hasOwn(entry.options, option)
			? entry.options[option]
			: undefined;
		if (type === undefined)
			fail(
				`${name} has no option "${option}"; ${known.length === 0 ? "it has none" : `known: ${known.join(", ")}`}`,
			);
		if (Object.hasOwn(options, option))
			fail(`${name}: ${option} is given twice`);
		const value = type.read(written);
		if (value === undefined)
			fail(`${name}: ${option} must be ${type.expects}, not "${written}"`);
		options[option] = value;
	}
	return options;
}

function make(
	entry: LayerEntry,
	options: Record<string, unknown>,
): ReturnType<LayerEntry["make"]> {
	try {
		return entry.make(options);
	} catch (error) {
		// Options that contradict each other: the layer says which.
		fail((error as Error).message);
	}
}

function fail(complaint: string): never {
	throw new Exit("usage", `--stack: ${complaint}`);
}

/** The layer of a stack that hands over messages. Throws an `Exit` (usage) for any other. */
export function ofMessages(
	{ layer, gives, expression }: NamedStack,
	command: string,
): ByteLayer<Message | Skipped, Message> {
	if (gives !== "messages")
		fail(
			`${command} needs messages, and ${expression} gives ${gives}; end it with json-rpc`,
		);
	return layer as ByteLayer<Message | Skipped, Message>;
}
