import { styleText } from "node:util";
import { ExactId, type Id } from "@framewright/json-rpc";

/** Who sends: the client -->, or the server <--. */
export type Party = "client" | "server";

/** One line of a trace. */
export interface TraceEvent {
	readonly kind:
		| "open"
		| "request"
		| "notification"
		| "success"
		| "error"
		| "invalid"
		| "item"
		| "skipped"
		| "fault"
		| "end"
		| "broken"
		| "exit"
		| "unanswered"
		| "lost";
	/** When it happened, as `performance.now()` tells. */
	readonly now: number;
	/** The number of the connection, if there can be several. */
	readonly client?: number | undefined;
	readonly from?: Party;
	/** Milliseconds since the request. */
	readonly latency?: number | undefined;
	readonly method?: string | undefined;
	readonly id?: Id;
	/** Bytes on the wire, without the framing; a message of a batch has none of its own. */
	readonly size?: number | undefined;
	readonly batch?: {
		readonly item: number;
		readonly of: number;
		readonly size: number | undefined;
	};
	readonly offset?: number;
	/** What else there is to say: to people, and to programs. */
	readonly remark?: string | undefined;
	readonly details?: Readonly<Record<string, unknown>>;
	readonly body?: Body | undefined;
}

/** What a message or an item contains. */
export interface Body {
	readonly name: "params" | "result" | "error" | "item";
	/** Gives JSON text, which is whole if it has no more than `limit` characters. Beyond that, its beginning will do. */
	json(limit: number): string;
}

export interface LineOptions {
	/** Whether to write JSON, for programs, rather than columns, for people. */
	readonly json: boolean;
	/** The most characters of a body that are shown. */
	readonly maxBody: number;
	/** Whether to write dates rather than seconds since the start. */
	readonly absolute: boolean;
	readonly colours: boolean;
}

/** What writes an event as one line, with the line feed. Seconds are counted from now. */
export function lineWriter(
	options: LineOptions,
): (event: TraceEvent) => string {
	const start = performance.now();
	const date = ({ now }: TraceEvent): string =>
		new Date(performance.timeOrigin + now).toISOString();
	const seconds = ({ now }: TraceEvent): string =>
		((now - start) / 1000).toFixed(options.json ? 6 : 3);
	return options.json
		? (event) =>
				jsonLine(
					event,
					options.absolute ? `"${date(event)}"` : seconds(event),
					options.maxBody,
				)
		: (event) =>
				columns(
					event,
					options.absolute ? date(event) : seconds(event).padStart(9),
					options,
				);
}

type Style = Parameters<typeof styleText>[0];

const ARROWS = { client: "-->", server: "<--" } as const;
const BAD: ReadonlySet<TraceEvent["kind"]> = new Set([
	"error",
	"invalid",
	"fault",
	"broken",
	"unanswered",
] as const);

/** `    0.131 <--   131ms success      initialize id=1 1924B {"capabilities":...` */
function columns(
	event: TraceEvent,
	time: string,
	{ maxBody, colours }: LineOptions,
): string {
	const paint = (style: Style, text: string): string =>
		// Whether there are to be colours was decided by the stream that they are for, which need not be stdout.
		colours ? styleText(style, text, { validateStream: false }) : text;
	const { kind, client, from, latency, method, id, size, batch, remark } =
		event;
	const style =
		kind === "skipped" ? "yellow" : from === "client" ? "cyan" : "green";
	const json = maxBody === 0 ? undefined : event.body?.json(maxBody);
	const words = [
		paint("dim", time),
		client === undefined ? undefined : `#${client}`.padEnd(3),
		paint(style, from === undefined ? "   " : ARROWS[from]),
		(latency === undefined ? "" : duration(latency)).padStart(7),
		paint(BAD.has(kind) ? "red" : style, kind.padEnd(12)),
		method === undefined ? undefined : paint("bold", name(method)),
		id === undefined ? undefined : `id=${escaped(cut(idToken(id), MAX_ID))}`,
		batch && `batch=${batch.item}/${batch.of} of ${batch.size}B`,
		size === undefined ? undefined : `${size}B`,
		remark === undefined ? undefined : escaped(cut(remark, MAX_REMARK)),
		json === undefined ? undefined : escaped(beginning(json, maxBody)),
	];
	return `${words.filter((word) => word !== undefined).join(" ")}\n`;
}

const MAX_ID = 40;
const MAX_METHOD = 100;
const MAX_REMARK = 500;

function jsonLine(event: TraceEvent, time: string, maxBody: number): string {
	const { kind, client, from, latency, method, id, batch, size, offset } =
		event;
	const members = Object.entries({
		client,
		from,
		kind,
		method,
		id,
		latency: latency && Number((latency / 1000).toFixed(6)),
		batch,
		size,
		offset,
		...event.details,
	})
		.filter(([, value]) => value !== undefined)
		.map(
			([key, value]) =>
				`"${key}":${key === "id" ? idToken(value as Id) : JSON.stringify(value)}`,
		);
	const json = event.body?.json(maxBody);
	if (json !== undefined)
		members.push(
			json.length > maxBody
				? `"omitted":"${event.body?.name}"`
				: `"${event.body?.name}":${oneLine(json)}`,
		);
	return `${escaped(`{"time":${[time, ...members].join(",")}}`)}\n`;
}

function idToken(id: Id): string {
	return id instanceof ExactId ? id.token : JSON.stringify(id);
}

/** Methods are words, as a rule; any other is quoted. */
function name(method: string): string {
	return /^[\w$/.:-]{1,100}$/.test(method)
		? method
		: escaped(cut(JSON.stringify(method), MAX_METHOD));
}

function duration(ms: number): string {
	if (ms < 1) return `${ms.toFixed(2)}ms`;
	if (ms < 10) return `${ms.toFixed(1)}ms`;
	if (ms < 1000) return `${ms.toFixed(0)}ms`;
	return `${(ms / 1000).toFixed(ms < 100_000 ? 1 : 0)}s`;
}

// What breaks a line, commands a terminal, or turns the order of what is shown. Once its line breaks are out, JSON has such
// characters only in strings, where the escape means the same.
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

function escaped(text: string): string {
	return text.replace(
		UNSAFE,
		(character) =>
			`\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
	);
}

/** Takes the line breaks and the indentation out of JSON text. */
function oneLine(json: string): string {
	return json.replace(/[\n\r\t][\n\r\t ]*/g, "");
}

function beginning(json: string, limit: number): string {
	// What is cut off anyway need not be read. What is shown may have been mostly indentation.
	const piece = json.slice(0, 8 * limit);
	const line = cut(oneLine(piece), limit);
	return piece === json || line.endsWith("…") ? line : `${line}…`;
}

function cut(text: string, limit: number): string {
	if (text.length <= limit) return text;
	// Not between the halves of a character.
	const end = /[\ud800-\udbff]/.test(text[limit - 1] ?? "") ? limit - 1 : limit;
	return `${text.slice(0, end)}…`;
}
