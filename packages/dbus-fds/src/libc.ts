// The functions of C that pass descriptors, and the structures that they take: those of 64-bit Linux.

import type * as FFI from "node:ffi";

export type Ffi = typeof FFI;

/** AF_UNIX and its relatives, from Linux's headers. */
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MSG_CTRUNC = 0x8;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const MSG_CMSG_CLOEXEC = 0x4000_0000;
const F_DUPFD_CLOEXEC = 1030;
const SHUT_WR = 1;
const POLLIN = 1;
const POLLOUT = 4;

export const EINTR = 4;
export const EAGAIN = 11;

/** The most descriptors that the kernel passes at once: SCM_MAX_FD. */
export const MAX_FDS = 253;

//     msghdr   [name 8][namelen 4, pad 4][iov 8][iovlen 8][control 8][controllen 8][flags 4, pad 4]
//     iovec    [base 8][len 8]
//     cmsghdr  [len 8][level 4][type 4][descriptors, 4 each]
const MSGHDR = 56;
const IOV = 16;
const IOVLEN = 24;
const CONTROL = 32;
const CONTROLLEN = 40;
const FLAGS = 48;
const IOVEC = 16;
const CMSGHDR = 16;
const CMSG_SPACE = (CMSGHDR + MAX_FDS * 4 + 7) & ~7;

/** What a call has done: how many bytes, or the number of an error. */
export type Outcome = { readonly length: number } | { readonly errno: number };

export interface Received {
	readonly length: number;
	readonly fds: number[];
	/** Whether descriptors were lost, because there was no room for them. */
	readonly isCut: boolean;
}

/** Calls `sendmsg` and `recvmsg`, one at a time, through structures that it keeps. */
export class Libc {
	readonly #ffi: Ffi;
	readonly #functions: ReturnType<typeof load>;
	readonly #errno: bigint;
	// Backing stores of their own: small typed arrays would lie on V8's heap, and move.
	readonly #message: Buffer = Buffer.from(new ArrayBuffer(MSGHDR));
	readonly #iovec: Buffer = Buffer.from(new ArrayBuffer(IOVEC));
	readonly #control: Buffer = Buffer.from(new ArrayBuffer(CMSG_SPACE));
	readonly #pollfd: Buffer = Buffer.from(new ArrayBuffer(8));

	constructor(ffi: Ffi) {
		this.#ffi = ffi;
		this.#functions = load(ffi);
		this.#errno = this.#functions.__errno_location();
		this.#message.writeBigUInt64LE(ffi.getRawPointer(this.#iovec), IOV);
		this.#message.writeBigUInt64LE(1n, IOVLEN);
	}

	/** Receives what has arrived, and closes descriptors again if some were lost. */
	receive(fd: number, into: Uint8Array): Received | { readonly errno: number } {
		const control = this.#control;
		this.#point(into);
		this.#message.writeBigUInt64LE(this.#ffi.getRawPointer(control), CONTROL);
		this.#message.writeBigUInt64LE(BigInt(control.length), CONTROLLEN);
		this.#message.writeInt32LE(0, FLAGS);
		const length = Number(
			this.#functions.recvmsg(
				fd,
				this.#message,
				MSG_DONTWAIT | MSG_CMSG_CLOEXEC,
			),
		);
		if (length < 0) return this.#failure();
		return {
			length,
			fds: this.#descriptors(),
			isCut: (this.#message.readInt32LE(FLAGS) & MSG_CTRUNC) !== 0,
		};
	}

	/** Sends as much as there is room for; the descriptors go along with its first byte. */
	send(fd: number, bytes: Uint8Array, fds: readonly number[]): Outcome {
		const control = this.#control;
		this.#point(bytes);
		const length = CMSGHDR + fds.length * 4;
		this.#message.writeBigUInt64LE(
			fds.length === 0 ? 0n : this.#ffi.getRawPointer(control),
			CONTROL,
		);
		this.#message.writeBigUInt64LE(
			fds.length === 0 ? 0n : BigInt((length + 7) & ~7),
			CONTROLLEN,
		);
		this.#message.writeInt32LE(0, FLAGS);
		control.writeBigUInt64LE(BigInt(length), 0);
		control.writeInt32LE(SOL_SOCKET, 8);
		control.writeInt32LE(SCM_RIGHTS, 12);
		for (const [i, each] of fds.entries())
			control.writeInt32LE(each, CMSGHDR + i * 4);
		const sent = Number(
			this.#functions.sendmsg(fd, this.#message, MSG_DONTWAIT | MSG_NOSIGNAL),
		);
		return sent < 0 ? this.#failure() : { length: sent };
	}

	/** Tells whether there is something to read, or an end, or a fault; or room to write. */
	isReady(fd: number, what: "read" | "write"): boolean {
		this.#pollfd.writeInt32LE(fd, 0);
		this.#pollfd.writeInt16LE(what === "read" ? POLLIN : POLLOUT, 4);
		this.#pollfd.writeInt16LE(0, 6);
		return this.#functions.poll(this.#pollfd, 1n, 0) !== 0;
	}

	/** Makes another descriptor of the same thing, which programs that are started do not inherit. Returns -1 if it cannot. */
	duplicate(fd: number): number {
		return this.#functions.fcntl(fd, F_DUPFD_CLOEXEC, 0);
	}

	/** Ends our direction of a socket. */
	shutdown(fd: number): void {
		this.#functions.shutdown(fd, SHUT_WR);
	}

	#point(bytes: Uint8Array): void {
		// To ask for its buffer moves a small array off V8's heap, for good.
		void bytes.buffer;
		this.#iovec.writeBigUInt64LE(this.#ffi.getRawPointer(bytes), 0);
		this.#iovec.writeBigUInt64LE(BigInt(bytes.length), 8);
	}

	/** Reads the descriptors of all control messages. */
	#descriptors(): number[] {
		const control = this.#control;
		const end = Number(this.#message.readBigUInt64LE(CONTROLLEN));
		const fds: number[] = [];
		for (let at = 0; at + CMSGHDR <= end; ) {
			const length = Number(control.readBigUInt64LE(at));
			if (length < CMSGHDR || at + length > end) break;
			const isRights =
				control.readInt32LE(at + 8) === SOL_SOCKET &&
				control.readInt32LE(at + 12) === SCM_RIGHTS;
			if (isRights)
				for (let each = at + CMSGHDR; each + 4 <= at + length; each += 4)
					fds.push(control.readInt32LE(each));
			at += (length + 7) & ~7;
		}
		return fds;
	}

	#failure(): { readonly errno: number } {
		return { errno: this.#ffi.getInt32(this.#errno) };
	}
}

function load(ffi: Ffi) {
	return ffi.dlopen(null, {
		sendmsg: { arguments: ["int32", "buffer", "int32"], return: "int64" },
		recvmsg: { arguments: ["int32", "buffer", "int32"], return: "int64" },
		poll: { arguments: ["buffer", "uint64", "int32"], return: "int32" },
		fcntl: { arguments: ["int32", "int32", "int32"], return: "int32" },
		shutdown: { arguments: ["int32", "int32"], return: "int32" },
		__errno_location: { arguments: [], return: "pointer" },
	}).functions;
}
