import type { ByteReader } from "@framewright/codec";

/** U+FEFF in UTF-8. */
export const BYTE_ORDER_MARK: readonly number[] = [0xef, 0xbb, 0xbf];

/** Counts the bytes of a byte order mark at the head of the input: 3 or 0, or -1 while too few have arrived to tell. */
export function byteOrderMark(input: ByteReader, ended: boolean): number {
	for (const [i, byte] of BYTE_ORDER_MARK.entries()) {
		if (!input.ensure(i + 1)) return ended ? 0 : -1;
		if (input.bytes[input.start + i] !== byte) return 0;
	}
	return 3;
}
