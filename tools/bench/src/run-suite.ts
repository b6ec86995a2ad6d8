// Runs one suite in a process of its own, so that what one suite teaches the compilers is not held against the next:
// node run-suite.ts <suite>; sends the tables to its parent.

import { suites } from "./suites.ts";

const suite = suites[process.argv[2] as string];
if (suite === undefined)
	throw new Error(`No suite is called ${process.argv[2]}`);
for await (const tables of suite()) process.send?.(tables);
process.disconnect?.();
