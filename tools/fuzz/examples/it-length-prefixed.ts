import { fuzzDecoder } from "@framewright/fuzz";
import { lengthPrefixed } from "@framewright/length-prefixed";
import { decode } from "it-length-prefixed";

const ours = lengthPrefixed({ width: "varint", maxLength: 4_194_304 });

/** Gets its chunks when they are all there, and is compared with our framing. */
export const fuzz = fuzzDecoder(
	(emit) => {
		const chunks: Uint8Array[] = [];
		return {
			// Not slice(): of a Buffer it is a view.
			push: (chunk) => void chunks.push(Uint8Array.from(chunk)),
			end: () => {
				for (const frame of decode(chunks)) emit(frame.subarray());
			},
		};
	},
	{
		declared: (error) => (error instanceof Error ? error.name : false),
		peer: {
			name: "lengthPrefixed()",
			*decode(data) {
				const decoder = ours.decoder();
				decoder.push(data);
				decoder.end();
				for (let item = decoder.pull(); item; item = decoder.pull()) yield item;
			},
			allowed: [
				{
					reason: "it reads varints that are longer than they need be",
					matches: ({ theirError }) =>
						(theirError as { code?: string } | undefined)?.code === "overlong",
				},
			],
		},
		except: {
			"bounded-memory": "the target keeps the chunks until the end",
			"linear-work": "its list of chunks is searched from the start",
		},
	},
);
