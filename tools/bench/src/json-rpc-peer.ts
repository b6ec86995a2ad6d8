import { stack } from "@framewright/codec";
import { contentLength } from "@framewright/content-length";
import { jsonRpc, type Message } from "@framewright/json-rpc";
import { THOROUGH } from "./framing.ts";
import { PARAMS, type RoundTrip, roundTrips } from "./json-rpc-libraries.ts";
import { type Contender, race } from "./race.ts";
import { rounded, type Table } from "./results.ts";
import { MiB, workload } from "./workload.ts";

/** Calls in a pass. */
const CALLS = 2000;

export const ONE_BY_ONE = "JSON-RPC round trips, one at a time";
export const IN_FLIGHT = "JSON-RPC round trips, 100 in flight";
export const GROWTH = "a message of params in chunks of 4 KiB";

/** Calls over each library; and reads one large message in small chunks. */
export async function* jsonRpcPeers(): AsyncGenerator<Table[]> {
	yield [await calling(ONE_BY_ONE, 1)];
	yield [await calling(IN_FLIGHT, 100)];
	yield [await growing()];
}

async function calling(what: string, inFlight: number): Promise<Table> {
	const ends = new Map(
		Object.entries(roundTrips).map(([name, open]) => [name, open()]),
	);
	const times = await race(
		[...ends].map(
			([name, end]): Contender => ({
				name,
				pass: () => callAll(end, inFlight),
			}),
		),
		THOROUGH,
	);
	for (const { end } of ends.values()) end();
	return {
		what,
		rows: Object.fromEntries(
			[...times].map(([name, { ns, passes }]) => [
				name,
				{ "round trips/s": rounded((CALLS / ns) * 1e9), passes },
			]),
		),
	};
}

/** As many callers as are to be in flight, each of which calls again when it was answered. Returns the sum of the results. */
async function callAll({ call }: RoundTrip, callers: number): Promise<number> {
	let sum = 0;
	const calls = async (): Promise<void> => {
		for (let i = 0; i < CALLS / callers; i++) {
			const result = await call(PARAMS);
			sum += result;
		}
	};
	await Promise.all(Array.from({ length: callers }, calls));
	return sum;
}

/** Large messages in a pass. */
const MESSAGES = 8;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Reads messages with 1 and 2 MiB of params: a ratio of 2 is linear. Beside it, what parsing alone takes when all is there. */
async function growing(): Promise<Table> {
	const layer = stack(contentLength(), jsonRpc());
	const readers: Record<string, (bytes: number) => () => number> = {
		"framewright, in chunks"(bytes) {
			const { chunks } = workload([wireOf(bytes)], 4096);
			const decoder = layer.decoder();
			return () => {
				let count = 0;
				for (let i = 0; i < MESSAGES; i++)
					for (const chunk of chunks) {
						decoder.push(chunk);
						while (decoder.pull() !== undefined) count += 1;
					}
				return count;
			};
		},
		"bare JSON.parse, in one piece"(bytes) {
			const wire = wireOf(bytes);
			const body = wire.subarray(wire.indexOf("\r\n\r\n") + 4);
			return () => {
				let count = 0;
				for (let i = 0; i < MESSAGES; i++)
					if (JSON.parse(utf8.decode(body)) !== undefined) count += 1;
				return count;
			};
		},
	};
	const times = await race(
		Object.entries(readers).flatMap(([name, reader]) =>
			[MiB, 2 * MiB].map(
				(bytes): Contender => ({
					name: `${name} ${bytes}`,
					pass: reader(bytes),
				}),
			),
		),
		{ rounds: 21, seconds: 1.5 },
	);
	return {
		what: GROWTH,
		rows: Object.fromEntries(
			Object.keys(readers).map((name) => {
				const once = times.get(`${name} ${MiB}`)?.ns ?? Number.NaN;
				const twice = times.get(`${name} ${2 * MiB}`)?.ns ?? Number.NaN;
				return [
					name,
					{
						"1 MiB, ms": rounded(once / 1e6 / MESSAGES),
						"2 MiB, ms": rounded(twice / 1e6 / MESSAGES),
						ratio: rounded(twice / once),
					},
				];
			}),
		),
	};
}

/** A notification with so many bytes of params: what an editor sends of a large document, in lines. */
function wireOf(bytes: number): Buffer {
	const line = "const answer = the(question, of(everything));";
	const message: Message = {
		kind: "notification",
		method: "textDocument/didOpen",
		params: {
			lines: new Array(Math.floor(bytes / (line.length + 3))).fill(line),
		},
	};
	const encoded = stack(contentLength(), jsonRpc()).encoder().encode(message);
	return Buffer.from(encoded);
}
