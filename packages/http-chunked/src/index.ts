export { type HttpChunked, httpChunked } from "./http-chunked.ts";
export type { HttpChunkedOptions } from "./options.ts";
export type { BodyEnd, Trailer } from "./trailers.ts";
