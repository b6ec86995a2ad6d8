import { closeSync } from "node:fs";
import util from "node:util";
import type { Packet, PacketTransport } from "@framewright/dbus-connection";
import type { Sink, Source } from "@framewright/streams";
import { EAGAIN, EINTR, type Libc, MAX_FDS } from "./libc.ts";
import type { Watch } from "./readiness.ts";

/** What is allocated to receive into, and the least that is worth receiving into. */
const SLAB = 65_536;
const LEAST = 4096;

/** A Unix socket, from and to which bytes come and go with descriptors beside them. Owns the descriptor that it is given. */
export class PacketSocket implements PacketTransport {
	readonly source: Source<Packet>;
	readonly sink: Sink<Packet>;
	readonly #fd: number;
	readonly #libc: Libc;
	readonly #watch: Watch;
	#slab: Uint8Array = new Uint8Array(0);
	/** Descriptors that were handed over; whoever takes one removes it. */
	#handed: number[][] = [];
	#isReading = true;
	#isWriting = true;

	constructor(fd: number, libc: Libc, watch: Watch) {
		this.#fd = fd;
		this.#libc = libc;
		this.#watch = watch;
		this.source = {
			read: () => this.#read(),
			cancel: () => this.#endReading(),
		};
		this.sink = {
			write: (packet) => this.#write(packet),
			end: async () => this.#endWriting(),
			abort: () => this.#endWriting(),
		};
	}

	async #read(): Promise<Packet | undefined> {
		while (this.#isReading) {
			if (this.#slab.length < LEAST) this.#slab = new Uint8Array(SLAB);
			const received = this.#libc.receive(this.#fd, this.#slab);
			if ("errno" in received) {
				if (this.#isFatal(received.errno, "read")) {
					this.#endReading();
					throw systemError("recvmsg", received.errno);
				}
				if (received.errno !== EINTR) await this.#watch.readable();
				continue;
			}
			const { length, fds, isCut } = received;
			this.#handed = this.#handed.filter((each) => each.length > 0);
			if (fds.length > 0) this.#handed.push(fds);
			if (isCut) {
				this.#endReading();
				throw new Error("Descriptors were lost: the process has too many open");
			}
			if (length === 0) {
				this.#endReading();
				return undefined;
			}
			const bytes = this.#slab.subarray(0, length);
			this.#slab = this.#slab.subarray(length);
			return { bytes, fds };
		}
		return undefined;
	}

	#write({ bytes, fds }: Packet): Promise<void> {
		if (fds.length > MAX_FDS)
			throw new RangeError(
				`${MAX_FDS} descriptors can be sent at once at most, not ${fds.length}`,
			);
		if (fds.length > 0 && bytes.length === 0)
			throw new RangeError(
				"Descriptors go with bytes, of which there are none",
			);
		// The first attempt is made at once: if the descriptors are at fault, nothing is on the wire.
		const sent = this.#send(bytes, fds);
		return this.#writeRest(bytes, fds, sent);
	}

	async #writeRest(
		bytes: Uint8Array,
		fds: readonly number[],
		already: number,
	): Promise<void> {
		for (let sent = already; sent < bytes.length; ) {
			await this.#watch.writable();
			sent += this.#send(bytes.subarray(sent), sent === 0 ? fds : []);
		}
	}

	/** Sends what there is room for: perhaps nothing. */
	#send(bytes: Uint8Array, fds: readonly number[]): number {
		if (!this.#isWriting) throw new Error("The socket is closed");
		let sent = 0;
		while (sent < bytes.length) {
			const outcome = this.#libc.send(
				this.#fd,
				bytes.subarray(sent),
				sent === 0 ? fds : [],
			);
			if ("length" in outcome) sent += outcome.length;
			else if (this.#isFatal(outcome.errno, "write"))
				throw systemError("sendmsg", outcome.errno);
			else if (outcome.errno !== EINTR) break;
		}
		return sent;
	}

	/**
	 * Whether a call that has failed will go on to fail. Between it and our look at `errno`, which is that of the thread,
	 * something else may have set it: what is not ready has only been told to wait.
	 */
	#isFatal(errno: number, what: "read" | "write"): boolean {
		return (
			errno !== EAGAIN && errno !== EINTR && this.#libc.isReady(this.#fd, what)
		);
	}

	#endReading(): void {
		for (const fds of this.#handed) for (const fd of fds.splice(0)) close(fd);
		this.#handed = [];
		this.#isReading = false;
		this.#closeIfOver();
	}

	#endWriting(): void {
		if (!this.#isWriting) return;
		this.#isWriting = false;
		this.#libc.shutdown(this.#fd);
		this.#closeIfOver();
	}

	#isClosed = false;

	#closeIfOver(): void {
		if (this.#isReading || this.#isWriting || this.#isClosed) return;
		this.#isClosed = true;
		this.#watch.close();
		close(this.#fd);
	}
}

/** Closes a descriptor. Never throws. */
export function close(fd: number): void {
	try {
		closeSync(fd);
	} catch {
		// It was closed already, or never was one.
	}
}

/** An error as Node makes them of system calls. */
export function systemError(syscall: string, errno: number): Error {
	const [code, reason] = util.getSystemErrorMap().get(-errno) ?? [
		`error ${errno}`,
		"not known",
	];
	const message = `${syscall} ${code}: ${reason}`;
	return Object.assign(new Error(message), { code, errno: -errno, syscall });
}
