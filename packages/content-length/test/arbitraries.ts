import fc, { type Arbitrary } from "fast-check";

/** Pieces of headers and of what is nearly one. */
const PIECES: readonly string[] = [
	"Content-Length",
	"content-length",
	"Content-Type",
	"X-Other",
	":",
	": ",
	" ",
	"\t",
	"\r\n",
	"\r\n\r\n",
	"\r",
	"\n",
	"0",
	"1",
	"7",
	"12",
	"99",
	"007",
	"99999999999999999",
	"-1",
	"7abc",
	"application/vscode-jsonrpc; charset=utf-8",
	"text/plain; charset=latin1",
	"é",
	"\0",
	"{}",
	"foo",
	"Content-Length: 2\r\n\r\n{}",
	"Content-Length: 3\r\n",
	"Content-Type: a/b; charset=utf8\r\n",
];

/** Bytes that come close to being messages. */
export function wire(maxLength: number): Arbitrary<Uint8Array> {
	return fc
		.array(fc.constantFrom(...PIECES), { maxLength: 14, size: "max" })
		.map((pieces) =>
			new TextEncoder().encode(pieces.join("")).subarray(0, maxLength).slice(),
		);
}
