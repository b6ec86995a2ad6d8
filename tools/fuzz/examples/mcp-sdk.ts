import { fuzzDecoder } from "@framewright/fuzz";
import { ReadBuffer } from "@modelcontextprotocol/sdk/shared/stdio.js";

/** The reader of stdio transports, whose limit is small here, so that inputs need not be large. */
export const fuzz = fuzzDecoder(
	(emit) => {
		const buffer = new ReadBuffer({ maxBufferSize: 64 });
		return {
			push(chunk) {
				buffer.append(Buffer.from(chunk));
				for (let item = buffer.readMessage(); item; item = buffer.readMessage())
					emit(item);
			},
		};
	},
	{
		declared: (error) => (error instanceof Error ? error.message : false),
		dictionary: ['{"jsonrpc":"2.0","method":"a"}\n'],
		except: {
			"dead-after-error": "a transport reports the error, and reads on",
			"linear-work": "it joins its chunks at each one",
		},
	},
);
