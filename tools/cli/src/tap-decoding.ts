import type { Item } from "@framewright/codec";
import type { BytesNotation } from "./json-items.ts";
import { type Kind, layers } from "./layers.ts";
import { type NamedStack, parseStack } from "./stack-expression.ts";

/** What was found in the bytes of one direction. */
export interface Found {
	readonly item: Item;
	readonly gives: Kind;
	/** Bytes on the wire, without the framing; of a JSON value, for one, that is not known. */
	readonly size: number | undefined;
	readonly offset: number;
}

/** Finds the items of one direction. `pull` throws as a decoder's does. */
export interface Finder {
	push(chunk: Uint8Array): void;
	end(): void;
	pull(): Found | undefined;
}

/** What a tap decodes with. */
export interface Decoding {
	readonly gives: Kind;
	readonly notation: BytesNotation;
	finder(): Finder;
}

/** Reads `... , json-rpc(option=value)`: the stack below the messages, and the options of the messages. */
const OVER_FRAMES = /^(.*),\s*json-rpc\s*(?:\(([^()]*)\)\s*)?$/s;

/** Prepares what decodes the items of a stack, and measures them. */
export function decodingOf(
	stack: NamedStack,
	notation: BytesNotation,
): Decoding {
	const { gives, layer, expression } = stack;
	const [, below, options = ""] = OVER_FRAMES.exec(expression) ?? [];
	const entry = layers.get("json-rpc");
	if (below === undefined || entry === undefined)
		return {
			gives,
			notation,
			finder() {
				const decoder = layer.decoder();
				return {
					push: (chunk) => decoder.push(chunk),
					end: () => decoder.end(),
					pull() {
						const item = decoder.pull();
						return item === undefined
							? undefined
							: {
									...{ item, gives, size: sizeOf(item, gives) },
									offset: decoder.itemOffset,
								};
					},
				};
			},
		};
	// Frame by frame, because a message does not tell its size; and with the values as they stand on the wire, in which every
	// digit of a number counts.
	const frames = parseStack(below).layer;
	const messages = entry.make({ ...valuesOf(options), raw: true });
	return {
		gives,
		notation,
		finder() {
			const lower = frames.decoder();
			const upper = messages.decoder();
			return {
				push: (chunk) => lower.push(chunk),
				end: () => lower.end(),
				pull() {
					const frame = lower.pull();
					if (frame === undefined) return undefined;
					const { itemOffset: offset } = lower;
					// What the framing skipped.
					if (!(frame instanceof Uint8Array))
						return { item: frame, gives: "bytes", size: undefined, offset };
					upper.push(frame);
					// Every frame is one message, if only an invalid one.
					const item = upper.pull() as Item;
					// The frame is on loan.
					upper.pull();
					return { item, gives, size: frame.length, offset };
				},
			};
		},
	};

	/** Reads options that the parser of stacks has found to be in order. */
	function valuesOf(text: string): Record<string, unknown> {
		return Object.fromEntries(
			[...text.matchAll(/(\w+)\s*=\s*([^\s=,]+)/g)].map(
				([, option = "", value = ""]) => [
					option,
					entry?.options[option]?.read(value),
				],
			),
		);
	}
}

function sizeOf(item: Item, kind: Kind): number | undefined {
	if (item instanceof Uint8Array) return item.length;
	return kind === "text" && typeof item === "string"
		? Buffer.byteLength(item)
		: undefined;
}
