import { connect, Socket } from "node:net";
import { endianness } from "node:os";
import { isMainThread } from "node:worker_threads";
import type { FdPassing, PacketTransport } from "@framewright/dbus-connection";
import { type Ffi, Libc } from "./libc.ts";
import { close, PacketSocket } from "./packet-socket.ts";
import { Readiness } from "./readiness.ts";

let tried:
	| { readonly passing: FdPassing; readonly reason?: undefined }
	| { readonly passing?: undefined; readonly reason: string }
	| undefined;

/**
 * Gives what passes descriptors, for the option `fds` of `@framewright/dbus-connection/node`; or `undefined` where that does not
 * work, so that none are offered either: `whyNoFdPassing()` says why.
 *
 *     const bus = await sessionBus({ fds: fdPassing() });
 *
 * The first call loads `node:ffi`, at which Node warns that it is experimental.
 */
export function fdPassing(): FdPassing | undefined {
	tried ??= load();
	return tried.passing;
}

/** Says why `fdPassing()` gives nothing here; `undefined` if it does. */
export function whyNoFdPassing(): string | undefined {
	tried ??= load();
	return tried.reason;
}

function load(): NonNullable<typeof tried> {
	const { platform, arch, versions } = process;
	// The layouts of libc.ts.
	if (platform !== "linux" || !/64$/.test(arch) || endianness() !== "LE")
		return {
			reason: `only 64-bit Linux is supported, not ${platform} ${arch}`,
		};
	// The loop of a worker must be empty at its end, or the process aborts.
	if (!isMainThread) return { reason: "only the main thread is supported" };
	try {
		const ffi = process.getBuiltinModule?.("node:ffi") as Ffi | undefined;
		if (ffi?.getCurrentEventLoop === undefined)
			return {
				reason: `Node ${versions.node} has no node:ffi with getCurrentEventLoop: Node 26.10 has`,
			};
		return { passing: new UnixSockets(new Libc(ffi), new Readiness(ffi)) };
	} catch (error) {
		return { reason: `node:ffi: ${(error as Error).message}` };
	}
}

class UnixSockets implements FdPassing {
	readonly #libc: Libc;
	readonly #readiness: Readiness;

	constructor(libc: Libc, readiness: Readiness) {
		this.#libc = libc;
		this.#readiness = readiness;
	}

	async connect(
		path: string,
		{ signal }: { readonly signal?: AbortSignal | undefined } = {},
	): Promise<PacketTransport> {
		signal?.throwIfAborted();
		const socket = connect(path);
		// Otherwise, Node would read it as soon as it is connected.
		socket.pause();
		await new Promise<void>((resolve, reject) => {
			const abort = (): void => {
				socket.destroy();
				reject(signal?.reason);
			};
			const settle = (): void => signal?.removeEventListener("abort", abort);
			signal?.addEventListener("abort", abort);
			socket.once("connect", () => {
				settle();
				resolve();
			});
			socket.once("error", (error) => {
				settle();
				reject(error);
			});
		});
		return this.accept(socket);
	}

	accept(socket: unknown): PacketTransport {
		const fd =
			socket instanceof Socket
				? (socket as unknown as { _handle?: { fd?: number } })._handle?.fd
				: undefined;
		if (fd === undefined || fd < 0)
			throw new TypeError("accept() needs a socket that is connected");
		const { bytesRead, bytesWritten } = socket as Socket;
		if (bytesRead > 0 || bytesWritten > 0 || (socket as Socket).remoteAddress)
			throw new TypeError(
				"accept() needs a Unix socket that nothing was read from, or written to",
			);
		const duplicate = this.#libc.duplicate(fd);
		if (duplicate < 0)
			throw new Error("The descriptor of the socket cannot be duplicated");
		// Closes Node's descriptor, and leaves the connection to ours.
		(socket as Socket).destroy();
		return new PacketSocket(
			duplicate,
			this.#libc,
			this.#readiness.watch(duplicate),
		);
	}

	close(fd: number): void {
		close(fd);
	}
}
