import { codecLayer, DecodeError, stack } from "@framewright/codec";
import { newline } from "@framewright/newline";
import { describe, expect, test } from "vitest";
import { Apart } from "../src/apart.ts";
import {
	type Finding,
	fuzzCodec,
	fuzzDecoder,
	fuzzLayer,
} from "../src/index.ts";
import { probe } from "../src/probe.ts";
import { retainedBy } from "../src/retained.ts";
import {
	hasStrangePrototype,
	writeDown,
	writeDownJson,
} from "../src/write-down.ts";
import { FrameDecoder, frames } from "./mutants/frames.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function thrownBy(call: () => void): Finding {
	try {
		call();
	} catch (error) {
		return error as Finding;
	}
	throw new Error("Nothing was thrown");
}

class Forgetful extends FrameDecoder {
	protected override starve(): undefined {
		super.starve();
		if (this.available === 2) this.clear();
	}
}

describe("a finding", () => {
	test("has both lists of events up to the difference, and the cuts", () => {
		const fuzz = fuzzLayer(frames(Forgetful));
		expect(thrownBy(() => fuzz(Uint8Array.of(0xf7, 0, 1, 7)))).toMatchObject({
			name: "Finding",
			oracle: "any-cut",
			events: {
				expected: ["item 0 at 3  <07>"],
				actual: [expect.stringContaining("error invalid-syntax at 0")],
			},
			cuts: [1, 2, 3],
		});
	});

	test("names the variant", () => {
		const fuzz = fuzzLayer({ good: frames(), bad: frames(Forgetful) });
		fuzz(Uint8Array.of(0, 0xf7, 0, 1, 7));
		const found = thrownBy(() => fuzz(Uint8Array.of(1, 0xf7, 0, 1, 7)));
		expect(found.message).toMatch(/^bad: /);
	});
});

describe("an oracle is not asked", () => {
	const input = Uint8Array.of(0xf7, 0, 1, 7);

	test("where a target leaves it out, with a reason", () => {
		const except = { "any-cut": "a test" };
		fuzzLayer(frames(Forgetful), { except })(input);
	});

	test("when others are asked for", () => {
		probe.only = new Set(["prototype"]);
		try {
			fuzzLayer(frames(Forgetful))(input);
		} finally {
			probe.only = undefined;
		}
	});
});

test("An input that is to be skipped is not tried", () => {
	const skip = { reason: "a test", matches: () => true };
	fuzzLayer(frames(Forgetful), { skip })(Uint8Array.of(0xf7, 0, 1, 7));
});

test("Quick executions do less than thorough ones", () => {
	const fuzz = fuzzLayer(frames());
	const runsOf = (thorough: boolean): number => {
		const before = probe.runs;
		probe.thorough = thorough;
		try {
			fuzz(Uint8Array.of(0xf7, 0, 4, 1, 2, 3, 4));
		} finally {
			probe.thorough = true;
		}
		return probe.runs - before;
	};
	expect(runsOf(false)).toBeLessThan(10);
	expect(runsOf(true)).toBeGreaterThan(25);
});

test("What comes back has to be equal, be its keys in another order", () => {
	const decode = (data: Uint8Array): object =>
		data[0] === 1 ? { b: data[1], a: 0 } : { a: 0, b: data[1] };
	const codec = (wrong: number) => ({
		decode,
		encode: ({ b }: { b?: number }) => Uint8Array.of(0, (b ?? 0) + wrong),
	});
	const asked = { except: { canonical: "a test" } };
	fuzzCodec(codec(0), asked)(Uint8Array.of(1, 7));
	const found = thrownBy(() => fuzzCodec(codec(1), asked)(Uint8Array.of(1, 7)));
	expect(found.oracle).toBe("round-trip");
});

test("Cuts near items and errors are tried of every input", () => {
	// Forgets a byte when its chunk ends right behind the third one of a frame, and only then.
	class Late extends FrameDecoder {
		protected override starve(): undefined {
			super.starve();
			if (this.available === 3) this.clear();
		}
	}
	const input = new Uint8Array(3 + 200).fill(7);
	input.set([0xf7, 0, 200]);
	probe.thorough = false;
	try {
		let found = 0;
		for (let last = 0; last < 64; last++) {
			input[202] = last;
			try {
				fuzzLayer(frames(Late))(input);
			} catch {
				found += 1;
			}
		}
		// One of 204 places would be found in four of these.
		expect(found).toBeGreaterThan(12);
	} finally {
		probe.thorough = true;
	}
});

describe("a peer", () => {
	const doubling = {
		decode(data: Uint8Array): string {
			if (data.length > 3) throw new DecodeError("too-large", "Long", 3);
			return String.fromCharCode(...data, ...data);
		},
	};
	const peer = {
		name: "a peer",
		*decode(data: Uint8Array) {
			if (data[0] === 0x78) throw new Error("x");
			yield String.fromCharCode(...data, ...data);
		},
	};

	test("may not take what is refused here, nor refuse what is taken here", () => {
		const fuzz = fuzzCodec(doubling, { peer });
		fuzz(bytes("ab"));
		expect(thrownBy(() => fuzz(bytes("abcd"))).message).toBe(
			"a peer takes what is refused here",
		);
		expect(thrownBy(() => fuzz(bytes("x"))).message).toBe(
			"a peer refuses what is taken here",
		);
	});

	test("may do so for a reason that was written down", () => {
		const reason = "it has no limit";
		const fuzz = fuzzCodec(doubling, {
			peer: {
				...peer,
				allowed: [{ reason, matches: ({ data }) => data.length > 3 }],
			},
		});
		fuzz(bytes("abcd"));
	});
});

test("Somebody else's decoder may throw what it promises, and nothing else", () => {
	const start = (emit: (item: unknown) => void) => ({
		push: (chunk: Uint8Array) => {
			if (chunk.includes(1)) throw new RangeError("one");
			for (const byte of chunk) emit(byte);
		},
	});
	const except = { "any-cut": "items before the error are lost" };
	fuzzDecoder(start, { declared: (e) => e instanceof RangeError, except })(
		Uint8Array.of(2, 1),
	);
	expect(
		thrownBy(() => fuzzDecoder(start, { except })(Uint8Array.of(2, 1))).oracle,
	).toBe("declared-errors");
});

test("Layers one by one do what their stack does", () => {
	const reversed = codecLayer<string, Uint8Array>({
		decode: (line) => String.fromCharCode(...line.toReversed()),
		encode: (text) => bytes(text).reverse(),
	});
	const all = [
		stack(newline(), reversed).decoder(),
		new Apart([newline().decoder(), reversed.decoder() as never]),
	].map((decoder) => {
		const items: unknown[] = [];
		for (const chunk of ["ab", "c\n\nd\n"]) {
			decoder.push(bytes(chunk));
			for (let item = decoder.pull(); item !== undefined; item = decoder.pull())
				items.push(item);
		}
		decoder.end();
		return [...items, decoder.pull()];
	});
	expect(all[0]).toEqual(["cba", "", "d", undefined]);
	expect(all[1]).toEqual(all[0]);
});

test("What private fields keep alive is seen, with whole backing buffers", () => {
	class Base {
		readonly #chunks = [new Uint8Array(5000).subarray(1, 2)];
		readonly #text: string;
		constructor(text: string) {
			this.#text = text;
		}
		get size(): number {
			return this.#chunks.length + this.#text.length;
		}
	}
	const shared = new Uint8Array(99_999);
	class Holder extends Base {
		readonly options = { shared };
		readonly #map = new Map([["a", { bytes: new Uint8Array(7) }]]);
		get entries(): number {
			return this.#map.size;
		}
	}
	const { bytes: held, pieces } = retainedBy(new Holder("abc"), {
		options: { shared },
	});
	// The chunk's buffer, the bytes in the map, the text and the key.
	expect(held).toBe(5000 + 7 + 2 * 3 + 2);
	expect(pieces).toBe(4);
});

test("Items are written down so that what differs reads differently", () => {
	class Point {
		x = 1;
	}
	const texts = [
		...[0, -0, 1n, 1, "1", null, true, Number.NaN, [], [[]], {}, new Point()],
		...[new Uint8Array(0), Uint8Array.of(1), new Map([[1, 2]]), { x: 1 }],
		...[{ x: undefined }, Object.create(null)],
	].map(writeDown);
	expect(new Set(texts).size).toBe(texts.length);
	expect(writeDownJson([-0])).toBe(writeDownJson([0]));
	const polluted: object = Object.setPrototypeOf({}, { a: 1 });
	expect(hasStrangePrototype(writeDown([polluted]))).toBe(true);
	expect(hasStrangePrototype(writeDown([new Point(), {}]))).toBe(false);
});
