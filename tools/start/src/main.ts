// `npm start`: real programs talk through the layers of this repository, and every difference is a failure.

import { mcp } from "./mcp.ts";
import { messagePort } from "./message-port.ts";
import { findPython } from "./python.ts";
import { CLIENTS, unixSocket } from "./unix-socket.ts";

/** Milliseconds that everything together may take. */
const DEADLINE = 50_000;

const started = performance.now();
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const)
	process.once(signal, () =>
		interrupted.abort(new Error(`Interrupted by ${signal}`)),
	);
const signal = AbortSignal.any([
	AbortSignal.timeout(DEADLINE),
	interrupted.signal,
]);

const python = await findPython(signal);
console.log(
	`Framewright on Node ${process.versions.node}${python ? `, with Python ${python.version}` : ""}\n`,
);
if (python === undefined)
	console.log(
		"There is no Python 3 on the PATH: its client, and the comparison with its struct and json, are left out.\n",
	);

const acts: readonly [title: string, act: () => Promise<readonly string[]>][] =
	[
		[
			`Length-prefixed JSON-RPC over a Unix socket: a daemon with ${python ? CLIENTS : CLIENTS - 1} clients at once`,
			() => unixSocket(python, signal),
		],
		[
			"Newline-delimited JSON-RPC over stdio: a Model Context Protocol server from npm",
			() => mcp(signal),
		],
		["JSON-RPC over a MessagePort: a worker", () => messagePort(signal)],
	];
try {
	for (const [index, [title, act]] of acts.entries()) {
		console.log(`${index + 1}  ${title}`);
		for (const line of await act()) console.log(`   ${line}`);
		console.log();
	}
	const seconds = (performance.now() - started) / 1000;
	console.log(`All as it should be, in ${seconds.toFixed(1)} s.`);
} catch (error) {
	// What was cut short by the signal fails with all sorts of errors.
	console.error(signal.aborted ? `   ${signal.reason.message}` : error);
	console.log("\nThis is not as it should be.");
	process.exitCode = 1;
}
