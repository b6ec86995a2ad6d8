import { deepEqual, equal, ok } from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	type Appointment,
	channelClient,
	commandClient,
	hostileClient,
	pythonClient,
} from "./clients.ts";
import { sum, type Tally } from "./conversation.ts";
import { startDaemon } from "./daemon.ts";
import type { Python } from "./python.ts";
import { tap } from "./wiretap.ts";

/** Clients at once, one of them in Python. */
export const CLIENTS = 20;
const FAULT = /^framewright: client \d+ was cut off: too-large at byte (\d+): /;
const HIDDEN =
	/^framewright: client \d+: fail failed: The password is swordfish$/;

/** What check-capture.py prints. */
interface Capture {
	readonly connections: number;
	readonly requests: number;
	readonly errors: number;
	readonly notifications: number;
	readonly frames: number;
	readonly bytes: number;
	readonly smallest: number;
	readonly largest: number;
	readonly refused: readonly [
		{
			readonly offset: number;
			readonly announced: number;
			readonly left: number;
		},
	];
}

/** Lets 20 clients and a hostile one loose on a daemon, and has Python read every byte of it. */
export async function unixSocket(
	python: Python | undefined,
	signal: AbortSignal,
): Promise<readonly string[]> {
	const directory = await mkdtemp(join(tmpdir(), "framewright-"));
	try {
		const socket = join(directory, "daemon.sock");
		const tapped = join(directory, "clients.sock");
		await using daemon = await startDaemon(socket, signal);
		await using wiretap = await tap(tapped, socket);

		const clients = python ? CLIENTS : CLIENTS - 1;
		const channels = CLIENTS - 2;
		const tally = await meet(python, channels, {
			socket: tapped,
			clients,
			expected: clients + 1,
			signal,
		});
		const said = await daemon.stop();
		const [fault = "", ...more] = said.filter((line) => !HIDDEN.test(line));
		const [, offset] = FAULT.exec(fault) ?? [];
		ok(offset, `the daemon should have cut off a client, but said: ${fault}`);
		deepEqual(more, []);
		// All but the command called what fails.
		equal(said.length - 1, clients - 1);
		ok(!existsSync(socket), "the daemon left its socket behind");

		const account = [
			python
				? `${channels} channels in this process, the command \`framewright call\` and a Python program made ${tally.calls} calls`
				: `${channels} channels in this process and the command \`framewright call\` made ${tally.calls} calls`,
			`and sent ${tally.notifications} notifications. ${tally.errors} calls had to get an error, and got it; quick calls overtook slow ones.`,
			"In between, one more client announced a message of 4 GiB. The daemon cut it off, and nobody else:",
			`  ${fault}`,
		];
		const captures = join(directory, "captures");
		await mkdir(captures);
		const saved = await wiretap.save(captures);
		if (python === undefined) return account;

		const capture = (await python.run(
			"check-capture.py",
			[captures],
			signal,
		)) as Capture;
		const { connections, requests, errors, notifications, refused } = capture;
		deepEqual(
			{ connections, calls: requests, errors, notifications, refused },
			{
				connections: clients + 1,
				...tally,
				refused: [{ offset: Number(offset), announced: 2 ** 32 - 1, left: 7 }],
			},
		);
		equal(capture.bytes + refused[0].left, saved);
		return [
			...account,
			`Python's struct and json read all ${connections} connections, both ways, and wrote the very same bytes again:`,
			`  ${count(capture.frames)} messages of ${capture.smallest} to ${count(capture.largest)} bytes, ${count(capture.bytes)} bytes in all`,
		];
	} finally {
		await rm(directory, { recursive: true, force: true });
	}
}

/** Has all clients come, talk and leave; resolves with what they did, when all have left. */
async function meet(
	python: Python | undefined,
	channels: number,
	appointment: Appointment,
): Promise<Tally> {
	const failed = new AbortController();
	const signal = AbortSignal.any([appointment.signal, failed.signal]);
	const together = { ...appointment, signal };
	const attack = hostileClient(together);
	const all = [
		attack,
		commandClient(together),
		...Array.from({ length: channels }, (_, i) =>
			channelClient(`channel ${i + 1}`, together, attack),
		),
	];
	if (python) all.push(pythonClient(python, together));
	try {
		return sum(await Promise.all(all));
	} finally {
		// Nobody is to wait for one who does not come any more.
		failed.abort();
		await Promise.allSettled(all);
	}
}

function count(value: number): string {
	return value.toLocaleString("en");
}
