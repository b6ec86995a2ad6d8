export { fdPassing, whyNoFdPassing } from "./fd-passing.ts";
