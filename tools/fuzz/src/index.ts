export { Finding, type FindingDetails } from "./finding.ts";
export {
	FuelError,
	isFuelError,
	isMemoryError,
	MemoryError,
	type Probe,
	probe,
	type Work,
} from "./probe.ts";
export type { Target } from "./target.ts";
