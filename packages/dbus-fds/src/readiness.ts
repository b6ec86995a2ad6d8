import type { Ffi } from "./libc.ts";

const UV_POLL = 8;
const UV_READABLE = 1;
const UV_WRITABLE = 2;

/** Tells when sockets are ready, from the event loop that this thread runs already: libuv's `uv_poll`. */
export class Readiness {
	readonly #ffi: Ffi;
	readonly #library: ReturnType<typeof load>;
	readonly #loop: bigint;
	readonly #onEvent: bigint;
	readonly #onClose: bigint;
	/** By the address of the handle, whose memory must stay until libuv has closed it. */
	readonly #watches: Map<bigint, Watch> = new Map();

	constructor(ffi: Ffi) {
		this.#ffi = ffi;
		this.#library = load(ffi);
		this.#loop = ffi.getCurrentEventLoop();
		const { lib } = this.#library;
		this.#onEvent = lib.registerCallback(
			{ arguments: ["pointer", "int32", "int32"], return: "void" },
			(handle: unknown, status: number, events: number) => {
				// What has failed is ready: the next call says how.
				const both = UV_READABLE | UV_WRITABLE;
				this.#watches.get(handle as bigint)?.wake(status < 0 ? both : events);
			},
		);
		this.#onClose = lib.registerCallback(
			{ arguments: ["pointer"], return: "void" },
			(handle: unknown) => {
				this.#watches.delete(handle as bigint);
			},
		);
	}

	/** Begins to watch a socket; nothing is asked of it yet. */
	watch(fd: number): Watch {
		const { uv_handle_size, uv_poll_init, uv_poll_start, uv_poll_stop } =
			this.#library.functions;
		const memory = new ArrayBuffer(Number(uv_handle_size(UV_POLL)));
		const handle = this.#ffi.getRawPointer(memory);
		const code = uv_poll_init(this.#loop, handle, fd);
		if (code !== 0) throw new Error(`uv_poll_init: error ${code}`);
		const watch = new Watch(
			memory,
			(events) =>
				void (events === 0
					? uv_poll_stop(handle)
					: uv_poll_start(handle, events, this.#onEvent)),
			() => this.#library.functions.uv_close(handle, this.#onClose),
		);
		this.#watches.set(handle, watch);
		return watch;
	}
}

/** Watches one socket. */
export class Watch {
	/** The handle itself. */
	readonly memory: ArrayBuffer;
	readonly #ask: (events: number) => void;
	readonly #close: () => void;
	readonly #waiting: Map<number, () => void> = new Map();
	#isClosed = false;

	constructor(
		memory: ArrayBuffer,
		ask: (events: number) => void,
		close: () => void,
	) {
		this.memory = memory;
		this.#ask = ask;
		this.#close = close;
	}

	/** Resolves when the socket can be read, or its end or fault be seen. One at a time. Never, after `close`. */
	readable(): Promise<void> {
		return this.#ready(UV_READABLE);
	}

	/** Resolves when the socket can be written to, or its fault be seen. One at a time. Never, after `close`. */
	writable(): Promise<void> {
		return this.#ready(UV_WRITABLE);
	}

	/** Asks no more; the descriptor may be closed then. Idempotent. */
	close(): void {
		if (this.#isClosed) return;
		this.#isClosed = true;
		this.#waiting.clear();
		this.#close();
	}

	/** Is told of events by libuv, each of which is told once. */
	wake(events: number): void {
		const woken: (() => void)[] = [];
		for (const [event, resolve] of this.#waiting)
			if ((event & events) !== 0) {
				this.#waiting.delete(event);
				woken.push(resolve);
			}
		this.#askForAll();
		// Node runs no promise jobs when a callback of C returns, but behind an immediate, which comes next.
		setImmediate(() => {
			for (const resolve of woken) resolve();
		});
	}

	#ready(event: number): Promise<void> {
		return new Promise((resolve) => {
			if (this.#isClosed) return;
			this.#waiting.set(event, resolve);
			this.#askForAll();
		});
	}

	#askForAll(): void {
		if (this.#isClosed) return;
		this.#ask([...this.#waiting.keys()].reduce((all, each) => all | each, 0));
	}
}

function load(ffi: Ffi) {
	return ffi.dlopen(null, {
		uv_handle_size: { arguments: ["int32"], return: "uint64" },
		uv_poll_init: {
			arguments: ["pointer", "pointer", "int32"],
			return: "int32",
		},
		uv_poll_start: {
			arguments: ["pointer", "int32", "pointer"],
			return: "int32",
		},
		uv_poll_stop: { arguments: ["pointer"], return: "int32" },
		uv_close: { arguments: ["pointer", "pointer"], return: "void" },
	});
}
