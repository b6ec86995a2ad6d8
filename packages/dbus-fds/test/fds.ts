import { closeSync, fstatSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FdPassing, PacketTransport } from "@framewright/dbus-connection";
import { fdPassing, whyNoFdPassing } from "@framewright/dbus-fds/node";
import { onTestFinished } from "vitest";

/** What passes descriptors; `undefined` where this Node cannot, which no Node may in continuous integration. */
export const passing: FdPassing | undefined = fdPassing();
if (passing === undefined) {
	if (process.env.CI === "true") throw new Error(whyNoFdPassing());
	console.log(`Skipped without descriptors to pass: ${whyNoFdPassing()}`);
}

export function theFdPassing(): FdPassing {
	if (passing === undefined) throw new Error(whyNoFdPassing());
	return passing;
}

/** A server at a path of the test's own. */
export async function listen(
	onSocket: (socket: Socket) => void,
): Promise<{ path: string; server: Server }> {
	const folder = mkdtempSync(join(tmpdir(), "framewright-fds-"));
	const path = join(folder, "socket");
	const server = createServer(
		{ pauseOnConnect: true, allowHalfOpen: true },
		onSocket,
	);
	await new Promise<void>((resolve) => server.listen(path, resolve));
	onTestFinished(() => {
		server.close();
		rmSync(folder, { recursive: true });
	});
	return { path, server };
}

/** Two ends of a connection, both ours. */
export async function pair(): Promise<[PacketTransport, PacketTransport]> {
	let accept = (_: PacketTransport): void => {};
	const accepted = new Promise<PacketTransport>((resolve) => {
		accept = resolve;
	});
	const { path, server } = await listen((socket) =>
		accept(theFdPassing().accept(socket)),
	);
	const ends: [PacketTransport, PacketTransport] = [
		await theFdPassing().connect(path),
		await accepted,
	];
	server.close();
	onTestFinished(() => {
		for (const end of ends) {
			end.source.cancel(undefined);
			end.sink.abort(undefined);
		}
	});
	return ends;
}

export function isOpen(fd: number): boolean {
	try {
		fstatSync(fd);
		return true;
	} catch {
		return false;
	}
}

/** Closes descriptors with the test. */
export function closing(...fds: number[]): void {
	onTestFinished(() => {
		for (const fd of fds) if (isOpen(fd)) closeSync(fd);
	});
}
