import { type Decoder, type Layer, stack } from "@framewright/codec";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hexdump } from "../src/broken.ts";
import { type CodecLawsOptions, codecLaws } from "../src/index.ts";
import { FrameDecoder, frames } from "./planted/frames.ts";

const bytes = fc.uint8Array({ maxLength: 20 });

/** Checks the one law whose name begins with `name`; returns the report, or "" where it holds. */
function check<T extends object | string>(
	name: string,
	layer: Layer<T, Uint8Array>,
	options: CodecLawsOptions<T>,
	runs = {},
): string {
	const law = codecLaws(layer, options).find((law) =>
		law.name.startsWith(name),
	);
	if (law === undefined) throw new Error(`there is no law ${name}`);
	try {
		law.check({ seed: 1, ...runs });
		return "";
	} catch (error) {
		return (error as Error).message;
	}
}

/** A layer of values on top of frames. */
function values<T extends object | string>(
	encode: (value: T) => string,
	decode: (text: string) => T,
	makeDecoder?: new () => FrameDecoder,
): Layer<T, Uint8Array> {
	const framing = frames(makeDecoder);
	return {
		encoder: () => {
			const encoder = framing.encoder();
			return {
				encode: (value) =>
					encoder.encode(new TextEncoder().encode(encode(value))),
			};
		},
		decoder: () => {
			const decoder = framing.decoder();
			return {
				push: (chunk) => decoder.push(chunk),
				end: () => decoder.end(),
				pull: () => {
					const frame = decoder.pull();
					return frame && decode(new TextDecoder().decode(frame));
				},
			};
		},
	};
}

const json = values<object>(
	(value) => JSON.stringify(value),
	(text) => JSON.parse(text),
);

describe("other layers keep the laws too:", () => {
	const decoderOnly: Layer<Uint8Array, Uint8Array> = {
		encoder: () => frames().encoder(),
		decoder(): Decoder<Uint8Array, Uint8Array> {
			const decoder = frames().decoder();
			return {
				push: (chunk) => decoder.push(chunk),
				pull: () => decoder.pull(),
				end: () => decoder.end(),
			};
		},
	};

	test("a decoder without rest() has no law about it", () => {
		const names = (layer: Layer<Uint8Array, Uint8Array>) =>
			codecLaws(layer, { item: bytes }).map((law) => law.name);
		expect(names(frames())).toHaveLength(9);
		expect(names(decoderOnly)).toEqual(names(frames()).slice(0, 8));
	});

	for (const law of codecLaws(decoderOnly, { item: bytes }))
		test(`a decoder that can only push, pull and end: ${law.name}`, () =>
			law.check());

	for (const law of codecLaws(stack(frames(), frames()), { item: bytes }))
		test(`a stack: ${law.name}`, () => law.check());
});

describe("options:", () => {
	test("numRuns is the number of runs, unless check is given another", () => {
		let runs = 0;
		const item = bytes.map((item) => {
			runs += 1;
			return item;
		});
		const ones = fc.array(item, { minLength: 1, maxLength: 1 });
		const layer = values<Uint8Array[]>(
			() => "",
			() => [],
		);
		const options = { item: ones, numRuns: 7, equals: () => true };
		check("only DecodeError", layer, options);
		expect(runs).toBeLessThanOrEqual(7 * 5);
		expect(runs).toBeGreaterThan(0);
		runs = 0;
		check("only DecodeError", layer, options, { numRuns: 700 });
		expect(runs).toBeGreaterThan(700);
	});

	test("garbage finds what only hostile bytes of that kind show", () => {
		class ChokesOnMagic extends FrameDecoder {
			override pull(): Uint8Array | undefined {
				if (this.available > 6 && this.memory[this.start + 5] === 0xbe)
					if (this.memory[this.start + 4] === 0xca)
						throw new TypeError("magic");
				return super.pull();
			}
		}
		const layer = frames(ChokesOnMagic);
		const item = fc.constant(Uint8Array.of(1));
		expect(check("only DecodeError", layer, { item })).toBe("");
		const garbage = fc.constant(Uint8Array.of(0, 0, 0, 9, 0xca, 0xbe, 1, 2));
		expect(check("only DecodeError", layer, { item, garbage })).toContain(
			"pull() threw TypeError: magic",
		);
	});

	test("equals decides whether what was decoded is what was encoded", () => {
		const layer = values<string>((text) => text.toUpperCase(), String);
		const item = fc.constantFrom("a", "b");
		expect(check("what was encoded", layer, { item })).toContain(
			'encoded:\n  item 0  "a"\n\ndecoded:\n  item 0  "A"',
		);
		const equals = (a: string, b: string) => a.toUpperCase() === b;
		expect(check("what was encoded", layer, { item, equals })).toBe("");
	});

	test("by default, the order of keys does not matter, and all else does", () => {
		const turned = values<object>(
			(value) =>
				JSON.stringify(Object.fromEntries(Object.entries(value).reverse())),
			(text) => JSON.parse(text),
		);
		const item = fc.record({ a: fc.nat(), b: fc.array(fc.json()) });
		expect(check("what was encoded", turned, { item })).toBe("");
		expect(
			check("what was encoded", json, {
				item: fc.constant({ a: [undefined] }),
			}),
		).toContain("item 0 was decoded to another item");
		expect(
			check("what was encoded", json, { item: fc.constant({ a: -0 }) }),
		).toContain("item 0 was decoded to another item");
	});

	test("show writes the items of the report", () => {
		const layer = values<string>((text) => `${text}!`, String);
		const show = (text: string) => `<${text}>`;
		const item = fc.constant("a");
		expect(check("what was encoded", layer, { item, show })).toContain(
			"encoded:\n  item 0  <a>\n\ndecoded:\n  item 0  <a!>",
		);
	});

	test("maxHeld sets the bound on what a decoder holds", () => {
		class Roomy extends FrameDecoder {
			override get bytesHeld(): number {
				return 4096 + super.bytesHeld;
			}
			protected override clear(): void {
				super.clear();
				if (this.fault === undefined) return;
				Object.defineProperty(this, "bytesHeld", { value: 0 });
			}
		}
		expect(check("bytes held", frames(Roomy), { item: bytes })).toMatch(
			/holds \d+ bytes; \d+ were received since the last item, so \d+ would be allowed/,
		);
		const maxHeld = (unread: number) => 4 * unread + 8192;
		expect(check("bytes held", frames(Roomy), { item: bytes, maxHeld })).toBe(
			"",
		);
	});

	test("grow makes the big item that shows quadratic work", () => {
		class Joins extends FrameDecoder {
			protected override append(chunk: Uint8Array): void {
				this.move(this.available + chunk.length);
				super.append(chunk);
			}
		}
		const layer = values<object>(
			(value) => JSON.stringify(value),
			(text) => JSON.parse(text),
			Joins,
		);
		const item = fc.constant({ a: 1 });
		const grow = (n: number) => ({ a: "x".repeat(n) });
		expect(check("work is linear", layer, { item, grow })).toContain(
			"one big item, decoded byte by byte: the more bytes, the more bytes moved, scanned or allocated",
		);
		expect(check("work is linear", json, { item, grow })).toBe("");
	});

	test("a grow that the encoder refuses is a mistake", () => {
		const grow = (n: number) => new Uint8Array(100_000 * n);
		expect(check("work is linear", frames(), { item: bytes, grow })).toBe(
			"The encoder refuses what grow(128) returns",
		);
	});

	test("truncation: item lets an unterminated end be an item", () => {
		class TakesWhatIsThere extends FrameDecoder {
			override pull(): Uint8Array | undefined {
				const frame = super.pull();
				if (frame !== undefined || !this.ended || this.available === 0)
					return frame;
				return this.rest();
			}
			protected override starve(): undefined {
				if (!this.ended) super.starve();
			}
		}
		const layer = frames(TakesWhatIsThere);
		const truncation = "item";
		expect(check("truncation", layer, { item: bytes })).toContain(
			"then the error truncated",
		);
		expect(check("truncation", layer, { item: bytes, truncation })).toBe("");
		expect(check("truncation", frames(), { item: bytes, truncation })).toBe("");
	});

	test("steps: false leaves JavaScript uncounted", () => {
		class SumsUp extends FrameDecoder {
			sum = 0;
			protected override append(chunk: Uint8Array): void {
				super.append(chunk);
				for (let i = this.start; i < this.end_; i++)
					this.sum ^= this.memory[i] as number;
			}
		}
		const layer = frames(SumsUp);
		expect(check("work is linear", layer, { item: bytes, steps: false })).toBe(
			"",
		);
		expect(check("work is linear", layer, { item: bytes })).toContain(
			"steps of JavaScript",
		);
	});

	test("an encoder that refuses all items leaves nothing to check", () => {
		const layer = values<string>(() => {
			throw new RangeError("never");
		}, String);
		expect(check("any cut", layer, { item: fc.string() })).toMatch(
			/^Nothing was checked: the encoder refused all \d+ items/,
		);
	});
});

describe("a check", () => {
	test("comes to an end where a decoder does not", () => {
		class NeverEnds extends FrameDecoder {
			override pull(): Uint8Array {
				return new Uint8Array(0);
			}
		}
		const ended = codecLaws(frames(NeverEnds), { item: bytes }).map((law) => {
			try {
				law.check({ numRuns: 10 });
				return "held";
			} catch {
				return "broken";
			}
		});
		expect(ended).toHaveLength(9);
		expect(ended[0]).toBe("broken");
	});

	class Throws extends FrameDecoder {
		override pull(): Uint8Array | undefined {
			if (this.available > 5) throw new RangeError("Invalid array length");
			return super.pull();
		}
	}

	test("says how to reproduce its failure", () => {
		const report = check(
			"any cut",
			frames(Throws),
			{ item: bytes },
			{ seed: 3 },
		);
		const [, seed, path] = /check\(\{ seed: (-?\d+), path: "(\d+)" \}\)/.exec(
			report,
		) as RegExpExecArray;
		const again = { seed: Number(seed), path: String(path) };
		expect(check("any cut", frames(Throws), { item: bytes }, again)).toBe(
			report,
		);
	});

	test("puts back all natives that it wrapped, whether the law holds or not", () => {
		const before = natives();
		for (const layer of [frames(), frames(Throws)])
			for (const law of codecLaws(layer, { item: bytes }))
				try {
					law.check();
				} catch {
					// Expected of one of them.
				}
		expect(natives()).toEqual(before);
	});
});

/** All that a check might have replaced, and what stands there. */
function natives(): Map<string, PropertyDescriptor> {
	const owners = {
		globalThis,
		TypedArray: Object.getPrototypeOf(Uint8Array.prototype),
		ArrayBuffer: ArrayBuffer.prototype,
		Array: Array.prototype,
		ArrayStatic: Array,
		String: String.prototype,
		StringStatic: String,
		RegExp: RegExp.prototype,
		TextDecoder: TextDecoder.prototype,
		TextEncoder: TextEncoder.prototype,
		JSON,
		Buffer: Buffer.prototype,
		BufferStatic: Buffer,
	};
	const found = new Map<string, PropertyDescriptor>();
	for (const [name, owner] of Object.entries(owners))
		for (const [key, descriptor] of Object.entries(
			Object.getOwnPropertyDescriptors(owner),
		))
			if (typeof descriptor.value === "function")
				found.set(`${name}.${key}`, descriptor.value);
	return found;
}

describe("a hexdump", () => {
	const drained = (...cuts: number[]) =>
		cuts.map((at) => ({ at, drain: true }));

	test("marks the cuts between the bytes, and what was not drained", () => {
		const cuts = [...drained(2, 4), { at: 5, drain: false }];
		expect(hexdump(Uint8Array.of(0, 0, 0, 2, 97, 98), cuts)[0]).toBe(
			"0000  00 00|00 02|61:62",
		);
	});

	test("marks empty chunks, at the start and the end too", () => {
		expect(hexdump(Uint8Array.of(1, 2), drained(0, 1, 1, 2))[0]).toBe(
			"0000  |01||02|",
		);
		expect(hexdump(new Uint8Array(0), drained(0))).toEqual([
			"0000  |",
			"(0 bytes, in 2 chunks; | a cut, drained there; : a cut, not drained)",
		]);
	});

	test("marks each cut once where lines break", () => {
		const lines = hexdump(new Uint8Array(32), drained(16, 32));
		expect(lines.slice(0, 2)).toEqual([
			`0000  ${"00 ".repeat(16).trim()}`,
			`0010  |${"00 ".repeat(16).trim()}|`,
		]);
	});

	test("leaves out the middle of many bytes", () => {
		const lines = hexdump(new Uint8Array(65_536), []);
		expect(lines).toHaveLength(26);
		expect(lines[12]).toBe("... 4072 lines left out ...");
		expect(lines.at(-1)).toBe("(65536 bytes, in one chunk)");
	});
});
