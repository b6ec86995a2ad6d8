import { fuzzDecoder } from "@framewright/fuzz";
import split2 from "split2";

/** Lines of at most 8 characters. The stream is driven by hand: what is written comes out before the next write. */
export const fuzz = fuzzDecoder(
	(emit) => {
		const stream = split2({ maxLength: 8 });
		stream.push = (line: unknown) => {
			if (line !== null) emit(line);
			return true;
		};
		const failed = (error?: Error | null): void => {
			if (error) throw error;
		};
		return {
			push: (chunk) =>
				stream._transform(Buffer.from(chunk), "buffer" as "utf8", failed),
			end: () => stream._flush(failed),
		};
	},
	{
		declared: (error) => (error as Error).message === "maximum buffer reached",
	},
);
