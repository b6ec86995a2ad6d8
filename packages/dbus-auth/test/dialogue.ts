import type { AuthClient, AuthServer } from "@framewright/dbus-auth";

export type Side = AuthClient | AuthServer;

/** What came of an exchange: the bytes that it sent, as text, and how it ended or what it asked, in words. */
export interface Outcome {
	readonly sent: string;
	readonly events: readonly string[];
}

/** Answers a question of either side. */
export type Answerer = (side: Side, question: object) => void;

export const latin1 = (text: string): Uint8Array =>
	Uint8Array.from(text, (character) => character.charCodeAt(0));

/** Feeds `text` to one side, `size` bytes at a time, and scrubs each chunk once it was drained. */
export function feed(
	side: Side,
	text: string,
	size: number,
	answer?: Answerer,
): Outcome {
	const events: string[] = [];
	let sent = "";
	const drain = (): void => {
		try {
			for (let step = side.pull(); step !== undefined; step = side.pull())
				if (step.type === "send") sent += String.fromCharCode(...step.bytes);
				else {
					events.push(JSON.stringify(step));
					if (step.type === "find-cookie" || step.type === "issue-cookie")
						answer?.(side, step);
				}
		} catch (error) {
			const { name, code, message, offset } = error as Error & {
				code?: string;
				offset?: number;
			};
			events.push(`${name} ${code} at ${offset}: ${message}`);
		}
	};
	const bytes = latin1(text);
	drain();
	for (let at = 0; at < bytes.length; at += size) {
		const chunk = bytes.slice(at, at + size);
		side.push(chunk);
		drain();
		chunk.fill(0x21);
	}
	// A dead exchange tells its fault at each call.
	return { sent, events: events.filter((each, i) => each !== events[i - 1]) };
}

/** The lines of a dialogue: who sends what. A line that ends in `..` stands for all that begin so. */
export type Dialogue = readonly (`C: ${string}` | `S: ${string}`)[];

/**
 * Plays the part of the other side, a line at a time, each cut into chunks of `size` bytes, and checks what comes back.
 * Returns the events.
 */
export function play(
	side: Side,
	own: "C" | "S",
	dialogue: Dialogue,
	size: number,
	answer?: Answerer,
): string[] {
	const events: string[] = [];
	let sent = own === "C" ? feed(side, "", size).sent : "";
	if (own === "C") {
		if (sent[0] !== "\0") throw new Error("The client must send NUL first");
		sent = sent.slice(1);
	}
	let before = own === "C" ? "" : "\0";
	for (const line of dialogue) {
		const text = line.slice(3);
		if (line[0] === own) {
			const end = sent.indexOf("\r\n");
			const said = sent.slice(0, end);
			const wanted = text.endsWith("..") ? text.slice(0, -2) : text;
			if (
				end === -1 ||
				(wanted === text ? said !== text : !said.startsWith(wanted))
			)
				throw new Error(`Expected ${line}, not ${JSON.stringify(sent)}`);
			sent = sent.slice(end + 2);
		} else {
			if (sent !== "") throw new Error(`Unexpected ${JSON.stringify(sent)}`);
			const outcome = feed(side, `${before}${text}\r\n`, size, answer);
			before = "";
			sent = outcome.sent;
			events.push(...outcome.events);
		}
	}
	if (sent !== "") throw new Error(`Unexpected ${JSON.stringify(sent)}`);
	return events;
}
