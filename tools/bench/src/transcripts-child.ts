// Runs transcripts over one library, in a process that the library may crash or block:
// node transcripts-child.ts <module of servers> <library>; is told the number of a transcript, and tells what is wrong.

import { setTimeout as delay } from "node:timers/promises";
import {
	readTranscripts,
	runTranscript,
	type Transcript,
} from "../../../packages/json-rpc-peer/test/transcript.ts";
import type { Servers } from "./transcripts-servers.ts";

/** Milliseconds for a transcript: the longest takes a quarter of it. */
const LIMIT = 1000;

const [module = "", library = ""] = process.argv.slice(2);
const { servers } = (await import(module)) as { servers: Servers };
const start = servers[library];
if (start === undefined) throw new Error(`No library is called ${library}`);
const transcripts = readTranscripts();

process.on("message", async (index: number) => {
	const server = await start();
	const transcript = transcripts[index] as Transcript;
	const wrong = await Promise.race([
		runTranscript(transcript, server.exchange).catch(String),
		delay(LIMIT, "is not done in a second"),
	]);
	server.end();
	process.send?.({ wrong });
});
process.on("disconnect", () => process.exit());
process.send?.({ wrong: undefined });
