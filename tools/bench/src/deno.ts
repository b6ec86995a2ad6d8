// Deno's standard library is on JSR; on npm there is a copy, deno-std. Without it, these two do not run.

type Transform<In, Out> = {
	readable: ReadableStream<Out>;
	writable: WritableStream<In>;
};

interface DenoStreams {
	DelimiterStream: new (
		delimiter: Uint8Array,
	) => Transform<Uint8Array, Uint8Array>;
	TextLineStream: new () => Transform<string, string>;
}

const load = async (path: string): Promise<Partial<DenoStreams>> => {
	try {
		return await import(path);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND")
			throw error;
		return {};
	}
};

export const { DelimiterStream: delimiterStream } = await load(
	"deno-std/streams/delimiter_stream.js",
);
export const { TextLineStream: textLineStream } = await load(
	"deno-std/streams/text_line_stream.js",
);
