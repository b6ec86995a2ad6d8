export type { SlipOptions } from "./options.ts";
export { type ResyncingSlip, type Slip, slip } from "./slip.ts";
