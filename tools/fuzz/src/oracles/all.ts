import type { Oracle } from "../oracle.ts";
import { aliasing } from "./aliasing.ts";
import { allocation } from "./allocation.ts";
import { anyCut } from "./any-cut.ts";
import { boundedMemory } from "./bounded-memory.ts";
import { canonical } from "./canonical.ts";
import { composition } from "./composition.ts";
import { deadAfterError } from "./dead-after-error.ts";
import { declaredErrors } from "./declared-errors.ts";
import { differential } from "./differential.ts";
import { linearWork } from "./linear-work.ts";
import { prototype } from "./prototype.ts";
import { roundTrip } from "./round-trip.ts";
import { window } from "./window.ts";

/** All oracles, in the order in which they are asked: what explains a difference comes before the difference. */
export const ORACLES: readonly Oracle[] = [
	allocation,
	declaredErrors,
	linearWork,
	boundedMemory,
	deadAfterError,
	// What every object has got makes runs differ; and in the end, what to encode has done shows as well.
	prototype,
	anyCut,
	window,
	aliasing,
	roundTrip,
	canonical,
	composition,
	differential,
	prototype,
];
