import { contentLength } from "@framewright/content-length";
import { fuzzLayer } from "@framewright/fuzz";
import fc from "fast-check";
import { decodePlainly } from "../../../packages/content-length/test/reference.ts";

/** The header framing of LSP and DAP, beside a second reading of its grammar. */
export const fuzz = fuzzLayer(contentLength(), {
	item: fc.uint8Array({ maxLength: 40, size: "max" }),
	dictionary: [
		...["Content-Length: ", "content-length:", "\r\n", "\r\n\r\n", "\t"],
		...["Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n", "utf8"],
		...["Content-Length: 2\r\n\r\n{}", 'charset="utf-8"'],
	],
	peer: {
		name: "the grammar, read plainly",
		*decode(data) {
			const text = String.fromCharCode(...data);
			const { bodies, code } = decodePlainly(text, 8 * 1024 * 1024, 4096);
			for (const body of bodies)
				yield Uint8Array.from(body, (letter) => letter.charCodeAt(0));
			if (code !== undefined) throw new Error(code);
		},
	},
});
