import { AppendingEncoder, ByteWriter, writeText } from "@framewright/codec";
import { describe, expect, test } from "vitest";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe("take", () => {
	test("hands over what was written since the last one, many pieces of one slab", () => {
		const writer = new ByteWriter(16);
		writer.write(text("abc"));
		const first = writer.take();
		writer.write(text("d"));
		const second = writer.take();
		expect([first, second]).toEqual([text("abc"), text("d")]);
		expect(second.buffer).toBe(first.buffer);
		expect(writer.take()).toEqual(text(""));
	});

	test("what was taken is never written again, not even when the slab is full", () => {
		const writer = new ByteWriter(8);
		const taken: [Uint8Array, string][] = [];
		for (let i = 0; i < 200; i++) {
			const piece = String.fromCharCode(97 + (i % 26)).repeat(i % 13);
			writeText(writer, piece);
			taken.push([writer.take(), piece]);
		}
		for (const [bytes, piece] of taken) expect(bytes).toEqual(text(piece));
	});
});

describe("growing", () => {
	test("keeps what was written, and its positions", () => {
		const writer = new ByteWriter(4);
		writer.write(text("xx"));
		writer.take();
		const position = writer.reserve(2);
		writer.write(text("a long payload"));
		writer.bytes.set(text("->"), writer.start + position);
		expect(writer.take()).toEqual(text("->a long payload"));
	});

	test("gives a large item memory of its own, and no more than it needs", () => {
		const writer = new ByteWriter();
		writer.write(new Uint8Array(1_000_000));
		expect(writer.take().buffer.byteLength).toBe(1_000_000);
	});
});

describe("writeText", () => {
	test("writes UTF-8, however wide its characters and however small the slab", () => {
		for (const value of [
			"",
			"ascii",
			"é",
			"🎵",
			"é".repeat(50),
			"日本語",
			"🎵🎶",
			`${"a".repeat(100)}é🎵`,
		])
			for (const slab of [1, 4, 7, 64, 16_384]) {
				const writer = new ByteWriter(slab);
				writeText(writer, value);
				expect(writer.take()).toEqual(text(value));
			}
	});

	test("writes a lone surrogate as U+FFFD", () => {
		const writer = new ByteWriter();
		writeText(writer, "a\ud800b");
		expect(writer.take()).toEqual(text("a\ufffdb"));
	});
});

test("append takes back what an encoder wrote before it threw", () => {
	class Half extends AppendingEncoder<string> {
		encodeInto(item: string, writer: ByteWriter): void {
			writeText(writer, item);
			if (item === "bad") throw new RangeError("refused");
		}
	}
	const half = new Half();
	const writer = new ByteWriter(4);
	writer.append(half, "good");
	expect(() => writer.append(half, "bad")).toThrow("refused");
	writer.append(half, "!");
	expect(writer.take()).toEqual(text("good!"));
	expect(() => half.encode("bad")).toThrow("refused");
	expect(half.encode("fine")).toEqual(text("fine"));
});
