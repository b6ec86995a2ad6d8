// Loops written for one signature each, as well as they can be: the measure of what a codec for any signature costs. They
// check ASCII and nothing else.

const characters = new TextDecoder("latin1");

/** The text of bytes that must be ASCII. */
class Texts {
	readonly #bytes: Uint8Array;
	#text = "";
	#start = 0;
	#end = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}

	slice(start: number, end: number): string {
		for (let at = start; at < end; at++) {
			const code = this.#bytes[at] as number;
			if (code === 0 || code > 0x7f) throw new Error("not ASCII");
		}
		if (end > this.#end) {
			this.#start = start;
			this.#end = Math.min(start + 8192, this.#bytes.length);
			this.#text = characters.decode(this.#bytes.subarray(start, this.#end));
		}
		return this.#text.substring(start - this.#start, end - this.#start);
	}
}

/** Reads a little-endian a(isd). */
export function bareRecords(bytes: Uint8Array): unknown[] {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const texts = new Texts(bytes);
	const end = 8 + view.getUint32(0, true);
	const records: unknown[] = [];
	for (let at = 8; at < end; ) {
		at = (at + 7) & ~7;
		const i = view.getInt32(at, true);
		const textEnd = at + 8 + view.getUint32(at + 4, true);
		const s = texts.slice(at + 8, textEnd);
		at = (textEnd + 8) & ~7;
		records.push([i, s, view.getFloat64(at, true)]);
		at += 8;
	}
	return records;
}

/** Reads a little-endian a{sv} with the variants that the benchmark has. */
export function bareDict(
	bytes: Uint8Array,
	Variant: new (signature: string, value: unknown) => object,
): Map<string, object> {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const texts = new Texts(bytes);
	const end = 8 + view.getUint32(0, true);
	let at = 8;
	const text = (): string => {
		at = (at + 3) & ~3;
		const start = at + 4;
		at = start + view.getUint32(at, true);
		const found = texts.slice(start, at);
		at += 1;
		return found;
	};
	const u32 = (): number => {
		at = (at + 7) & ~3;
		return view.getUint32(at - 4, true);
	};
	const dict = new Map<string, object>();
	while (at < end) {
		at = (at + 7) & ~7;
		const key = text();
		const code = bytes[at + 1];
		at += (bytes[at] as number) + 2;
		if (code === 0x73) dict.set(key, new Variant("s", text()));
		else if (code === 0x75) dict.set(key, new Variant("u", u32()));
		else if (code === 0x62) dict.set(key, new Variant("b", u32() === 1));
		else {
			const length = u32();
			const list: string[] = [];
			for (const listEnd = at + length; at < listEnd; ) list.push(text());
			dict.set(key, new Variant("as", list));
		}
	}
	return dict;
}
