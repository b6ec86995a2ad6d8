import { fuzzLayer } from "@framewright/fuzz";
import {
	joined,
	messages,
} from "../../../packages/http-chunked/test/adapters.ts";

/** Whole bodies of the chunked transfer coding, RFC 9112: where data is cut has no meaning. */
export const fuzz = fuzzLayer(
	{
		chunked: messages(),
		narrow: messages({
			maxLength: 250,
			maxExtensionLength: 12,
			maxTrailerLength: 40,
			badWhitespace: true,
			forbiddenTrailers: "keep",
			copy: true,
		}),
	},
	{
		dictionary: [
			...["0\r\n\r\n", "5\r\nhello\r\n", "\r\n", ";", "=", '"', "\\", "\t"],
			...["a: b\r\n", "Content-Length: 1\r\n", "Host: x\r\n", "ffffffff"],
		],
		equals: (sent, received) =>
			joined(sent.chunks).toString() === joined(received.chunks).toString(),
		except: {
			"bounded-memory": "bodies are gathered here; see http-chunked-octets",
			"linear-work": "what is gathered is counted whenever somebody asks",
		},
	},
);
