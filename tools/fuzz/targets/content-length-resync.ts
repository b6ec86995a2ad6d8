import { contentLength } from "@framewright/content-length";
import { fuzzLayer } from "@framewright/fuzz";
import fc from "fast-check";

/** Headers among what servers print to their stdout. */
export const fuzz = fuzzLayer(
	{
		resync: contentLength({ resync: true }),
		narrow: contentLength({ resync: true, maxLength: 99, maxHeaderLength: 24 }),
		limits: contentLength({ maxLength: 100, maxHeaderLength: 60, copy: true }),
	},
	{
		item: fc.uint8Array({ maxLength: 40, size: "max" }),
		dictionary: [
			...["Content-Length: ", "\r\n", "\r\n\r\n", "Content-Length: 1\r\n\r\n1"],
			...["Content-Type: a/b\r\n", "warning: \n"],
		],
	},
);
