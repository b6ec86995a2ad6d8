export {
	type ContentLength,
	contentLength,
	type ResyncingContentLength,
} from "./content-length.ts";
export type { ContentLengthOptions } from "./options.ts";
