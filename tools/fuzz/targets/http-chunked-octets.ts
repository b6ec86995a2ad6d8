import { fuzzLayer } from "@framewright/fuzz";
import { octets } from "../../../packages/http-chunked/test/adapters.ts";

/** The bytes of bodies one by one, so that each one's offset is compared, and all of them before a fault. */
export const fuzz = fuzzLayer(
	{
		chunked: { decoder: () => octets().decoder() },
		narrow: {
			decoder: () =>
				octets({ maxLength: 250, maxExtensionLength: 12 }).decoder(),
		},
	},
	{ dictionary: ["0\r\n\r\n", "5\r\nhello\r\n", "\r\n", ";a=b", '"'] },
);
