import { Readable, Writable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { contentLength } from "@framewright/content-length";
import {
	type Message,
	StreamMessageReader,
	StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { bareContentLength } from "./bare-loops.ts";
import { decoding, type Framing, THOROUGH } from "./framing.ts";
import {
	copyingDecoder,
	each,
	encoded,
	ourEncoders,
} from "./length-prefixed.ts";
import { type Contender, race } from "./race.ts";
import { rates, type Table } from "./results.ts";
import { drain, drainAt, FRAMES, MiB, touch, touchAt } from "./workload.ts";

/** A message that is as small as JSON lets it be, and has a length to be told by. */
interface Sample {
	readonly a: string;
}
const OVERHEAD = '{"a":""}'.length;

const text = new TextEncoder();
const utf8 = new TextDecoder("utf-8", { fatal: true });

function samples(size: number, total: number): Sample[] {
	return Array.from(
		{ length: Math.max(1, Math.floor(total / size)) },
		(_, i) => ({
			a: String.fromCharCode(97 + (i % 26)).repeat(size - OVERHEAD),
		}),
	);
}

/** What `touch` makes of the bytes of a message. */
function touchSample({ a }: Sample): number {
	return 0x7b + 0x7d + OVERHEAD + a.length;
}

/** Messages of LSP, as bytes; some contenders parse them as well. */
export const contentLengthFraming: Framing<Uint8Array> = {
	name: "content-length",
	payloads: (size, total) =>
		samples(size, total).map((sample) => text.encode(JSON.stringify(sample))),
	encode: encoded(contentLength()),
	seam: (message) => message.indexOf(10) + 1,
	sink: touch,
	decoders(chunks, _frames, sink) {
		const layer = contentLength();
		const [decoder, cursor, parsing] = [
			layer.decoder(),
			layer.decoder(),
			layer.decoder(),
		];
		return [
			{ name: "framewright pull()", pass: () => drain(decoder, chunks, sink) },
			{
				name: "framewright next(), no view",
				pass: () => drainAt(cursor, chunks, touchAt),
			},
			{
				name: "bare loop",
				quadratic: true,
				pass: () =>
					bareContentLength(chunks, (bytes, start, end) =>
						sink(bytes.subarray(start, end)),
					),
			},
			{
				name: "bare loop, no view",
				quadratic: true,
				pass: () => bareContentLength(chunks, touchAt),
			},
			{
				name: "vscode-jsonrpc, JSON left out",
				pass: () => readMessages(chunks, sink, asItIs),
			},
			{
				name: "framewright, JSON.parse",
				pass: () =>
					drain(parsing, chunks, (body) =>
						touchSample(JSON.parse(utf8.decode(body))),
					),
			},
			{
				name: "vscode-jsonrpc",
				pass: () => readMessages(chunks, touchSample),
			},
		];
	},
	copying: copyingDecoder(contentLength({ copy: true })),
};

/** Decodes and encodes messages behind a Content-Length beside vscode-jsonrpc, with JSON and without. */
export async function* contentLengthFrames(): AsyncGenerator<Table[]> {
	yield* decoding(contentLengthFraming);
	const tables: Table[] = [];
	for (const frame of FRAMES) {
		const messages = samples(frame, 4 * MiB);
		tables.push(
			rates(
				{ what: "encode content-length", frame },
				{ frames: messages.length, bytes: messages.length * frame },
				await race(encoders(messages), THOROUGH),
			),
		);
	}
	yield tables;
}

function encoders(messages: readonly Sample[]): Contender[] {
	const bodies = messages.map((message) =>
		text.encode(JSON.stringify(message)),
	);
	const encoder = contentLength().encoder();
	return [
		...ourEncoders(contentLength(), bodies),
		each("bare: a new buffer for each", bodies, (body) =>
			Buffer.concat([
				Buffer.from(`Content-Length: ${body.length}\r\n\r\n`, "latin1"),
				body,
			]),
		),
		each("framewright, JSON.stringify", messages, (message) =>
			encoder.encode(text.encode(JSON.stringify(message))),
		),
		{
			name: "vscode-jsonrpc",
			async pass() {
				let sum = 0;
				const writer = new StreamMessageWriter(
					new Writable({
						write(chunk: Uint8Array, _encoding, done) {
							sum += chunk.length;
							done();
						},
					}),
				);
				for (const message of messages) await writer.write(asMessage(message));
				return sum;
			},
		},
	];
}

// What a message holds besides is up to the protocol above: neither reader nor writer looks.
function asMessage(value: Sample | Uint8Array): Message {
	return value as unknown as Message;
}

/** Takes the place of JSON. */
const asItIs = {
	name: "application/json",
	decode: (body: Uint8Array): Promise<Message> =>
		Promise.resolve(asMessage(body)),
};

/** What a socket hands over at once; then a reader gets the time to deal with it. */
const TURN = 65_536;

// The reader takes one turn of the event loop for each message. What comes meanwhile has to queue, and it shifts that queue:
// with megabytes at once, that would be quadratic.
async function readMessages<T extends Sample | Uint8Array>(
	chunks: Iterable<Uint8Array>,
	sink: (message: T) => number,
	contentTypeDecoder?: typeof asItIs,
): Promise<number> {
	let [sum, count] = [0, 0];
	const source = new Readable({ read() {} });
	const reader = new StreamMessageReader(
		source,
		contentTypeDecoder === undefined ? undefined : { contentTypeDecoder },
	);
	reader.onError((error) => source.destroy(error));
	reader.listen((message) => {
		sum += sink(message as unknown as T);
		count += 1;
	});
	const settled = async (): Promise<void> => {
		for (let [before, quiet] = [count, 0]; quiet < 2; before = count) {
			await setImmediate();
			quiet = before === count ? quiet + 1 : 0;
		}
	};
	// The source begins to flow.
	await setImmediate();
	let turn = 0;
	for (const chunk of chunks) {
		source.push(chunk);
		turn += chunk.length;
		if (turn < TURN) continue;
		turn = 0;
		await settled();
	}
	await settled();
	reader.dispose();
	if (source.errored) throw source.errored;
	return sum;
}
