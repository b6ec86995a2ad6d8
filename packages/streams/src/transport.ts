/**
 * The receiving half of a transport.
 *
 * A source that can read ahead must bound what it reads: whatever it holds back is the backpressure that the peer feels.
 */
export interface Source<Chunk> {
	/**
	 * Takes what has arrived, waiting for it if nothing has; `undefined` is the peer's end. Called only while somebody waits
	 * for an item, and never before the last call has settled. The chunk is given away: items may be views of it.
	 */
	read(): Promise<Chunk | undefined>;
	/**
	 * Takes what has arrived, without a promise; `undefined` if that is nothing, or if it is time for the event loop to turn,
	 * or if there is an end or an error, which is for `read` to tell. Never throws. Called under the rules of `read`.
	 */
	take?(): Chunk | undefined;
	/** Stops receiving at once and lets go of everything. A `read` under way need not settle. Not called after the end. */
	cancel(reason: unknown): void;
	/** Rejects when this half breaks, so that it is known while nobody reads; what it resolves with is ignored. */
	readonly closed?: Promise<unknown>;
}

/** The sending half of a transport. */
export interface Sink<Chunk> {
	/**
	 * Sends a chunk, and resolves when there is room for another. Never called before the last call has settled. The chunk
	 * is lent until it is sent: it is a piece of a buffer shared with its neighbours, which must not be transferred.
	 *
	 * Rejects when the connection is broken. Throws at once, instead, when it is this chunk that cannot be sent; then
	 * nothing of it may be on the wire.
	 */
	write(chunk: Chunk): Promise<void>;
	/**
	 * Sends a chunk if nothing needs to be waited for. Returns false if it does, or if there is an error for `write` to tell;
	 * then nothing of the chunk is on the wire. Never throws. Called under the rules of `write`.
	 */
	tryWrite?(chunk: Chunk): boolean;
	/**
	 * Sends chunks as one, and resolves when all are sent and nobody looks at them any more. Called under the rules of
	 * `write`, for payloads so large that they are not copied. A sink without it gets them copied into one chunk.
	 */
	writev?(chunks: readonly Chunk[]): Promise<void>;
	/** Ends this direction, and resolves when everything is sent. */
	end(): Promise<void>;
	/** Stops sending at once and lets go of everything. A `write` or `end` under way need not settle. */
	abort(reason: unknown): void;
	/** Rejects when this half breaks, and resolves when it ends by itself, so that it is known while nobody sends. */
	readonly closed?: Promise<unknown>;
}

/** A connection that carries chunks both ways, usually of bytes: all that a channel needs to know of a transport. */
export interface Transport<Chunk> {
	readonly source: Source<Chunk>;
	readonly sink: Sink<Chunk>;
}
