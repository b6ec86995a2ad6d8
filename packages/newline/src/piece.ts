/**
 * A part of a line that is longer than `maxLength`, as an item: `newline({ oversize: "pieces" })` makes these.
 *
 *     maxLength 4    61 62 63 64 65 66 0a    -> Piece("abcd"), Piece("ef", last)
 *
 * Every piece but the last has exactly `maxLength` bytes, so that pieces do not depend on how the input was cut; the last
 * has one at the least.
 */
export class Piece {
	readonly kind = "piece";
	/** A view of the chunk or, with `copy`, memory of its own, as any other line. */
	readonly bytes: Uint8Array;
	/** Whether the line ends with it. Only then may it have a delimiter, if the delimiter is kept. */
	readonly last: boolean;

	constructor(bytes: Uint8Array, last: boolean) {
		this.bytes = bytes;
		this.last = last;
	}
}
