import type { Fault } from "./fault.ts";
import type { FoundFault } from "./fuzzer.ts";

/** What a child process is told to do with a target. */
export type Task = {
	/** The target's file. */
	readonly target: string;
	/** Parts of the paths to instrument. Default: what the target says, or see `Target.modules`. */
	readonly modules?: readonly string[];
	/** The oracles to ask. Default: all. */
	readonly oracles?: readonly string[];
	/** Where to leave inputs before they run. */
	readonly lastInputs?: string;
} & (
	| {
			readonly kind: "fuzz";
			readonly seed: number;
			/** Executions, at most. */
			readonly runs: number;
			readonly maxLength?: number;
			readonly seeds: readonly Uint8Array[];
			readonly dictionary: readonly Uint8Array[];
			/** Whether to go on after a fault. */
			readonly keepGoing: boolean;
			/** Executions between two exchanges with the other jobs; 0 where there are none. */
			readonly round: number;
	  }
	/** Runs inputs, and says what faults they show. */
	| { readonly kind: "replay"; readonly inputs: readonly Uint8Array[] }
	| { readonly kind: "minimise"; readonly input: Uint8Array }
	/** Runs inputs, and says what each does, and what of the code they reach together. */
	| { readonly kind: "cover"; readonly inputs: readonly Uint8Array[] }
	| { readonly kind: "format"; readonly input: Uint8Array }
);

/** How far a fuzzer has come. */
export interface Progress {
	readonly executions: number;
	/** Runs of decoders, in all executions, those of minimising included. */
	readonly runs: number;
	/** Edges taken, of how many. */
	readonly edges: number;
	readonly edgesKnown: number;
	readonly features: number;
	readonly corpus: number;
	readonly lastNew: number;
	readonly mostFuelPerByte: number;
	readonly mostHeld: number;
	/** How long it took, in seconds, and in seconds of the processor. */
	readonly seconds: number;
	readonly cpuSeconds: number;
	/** How long ago something new was found, in seconds. */
	readonly sinceNew: number;
}

/** Code that no input reached: lines of a file, from 1. */
export interface Unreached {
	readonly file: string;
	readonly line: number;
	readonly column: number;
	readonly kind: string;
	readonly text: string;
}

export interface Reached {
	readonly file: string;
	readonly edges: number;
	readonly reached: number;
}

/** What a child process says. */
export type Report =
	/** It has to be started again, and to instrument this. */
	| { readonly kind: "modules"; readonly modules: readonly string[] }
	| { readonly kind: "ready"; readonly edgesKnown: number }
	| ({ readonly kind: "progress" } & Progress)
	| { readonly kind: "fault"; readonly fault: FoundFault }
	| { readonly kind: "round"; readonly inputs: readonly Uint8Array[] }
	| {
			readonly kind: "fuzzed";
			readonly progress: Progress;
			readonly corpus: readonly Uint8Array[];
	  }
	| {
			readonly kind: "replayed";
			readonly index: number;
			readonly fault: Fault | undefined;
	  }
	| {
			readonly kind: "minimised";
			readonly input: Uint8Array;
			readonly runs: number;
			readonly fault: Fault | undefined;
	  }
	| {
			readonly kind: "covered";
			readonly features: readonly (readonly number[])[];
			readonly files: readonly Reached[];
			readonly unreached: readonly Unreached[];
	  }
	| { readonly kind: "formatted"; readonly text: string | undefined }
	| { readonly kind: "done" }
	/** Nothing more will be said. */
	| { readonly kind: "over" }
	/** The target, or what it was told, is at fault. */
	| { readonly kind: "unusable"; readonly message: string };

/** What a child process is told while it fuzzes. */
export type Order =
	| { readonly kind: "inputs"; readonly inputs: readonly Uint8Array[] }
	| { readonly kind: "stop" };
