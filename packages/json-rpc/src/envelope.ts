import { ExactId, type Id } from "./id.ts";
import { invalidRequest, show } from "./invalid.ts";
import type {
	ErrorObject,
	InvalidMessage,
	Params,
	SingleMessage,
} from "./message.ts";
import type { Settings } from "./options.ts";
import { RawJson } from "./raw-json.ts";
import type { ObjectCursor } from "./scan.ts";

/** A bit for each member that has a meaning. */
const JSONRPC = 1;
const ID = 2;
const METHOD = 4;
const PARAMS = 8;
const RESULT = 16;
const ERROR = 32;

/**
 * Gathers the members of a message as they come, and judges them when all are there. Each is parsed at once: a message with a
 * member that is not JSON is no request at all, whatever else is wrong with it.
 */
export class Envelope {
	readonly #settings: Settings;
	/** The bits of the members that were there. */
	#there = 0;
	#twice: string | undefined;
	#jsonrpc: unknown;
	#id: unknown;
	#method: unknown;
	#params: unknown;
	/** What stands in the place of params, if that is neither array nor object. */
	#noParams: string | undefined;
	#result: unknown;
	#error: ErrorObject | string | undefined;

	constructor(settings: Settings) {
		this.#settings = settings;
	}

	/** Takes the current member. Throws what a parser throws. */
	take(member: ObjectCursor): void {
		const bit = bitOf(member);
		if ((this.#there & bit) !== 0) this.#twice = member.name();
		this.#there |= bit;
		switch (bit) {
			case JSONRPC:
				this.#jsonrpc = plain(member);
				break;
			case ID:
				this.#id = readId(member);
				break;
			case METHOD:
				this.#method = plain(member);
				break;
			case PARAMS:
				this.#params = userValue(member, this.#settings);
				if (!member.isContainer()) this.#noParams = show(member.parse());
				break;
			case RESULT:
				this.#result = userValue(member, this.#settings);
				break;
			case ERROR:
				this.#error = readError(member, this.#settings);
				break;
			default:
				member.parse();
		}
	}

	/** Makes a message of the members, or says what keeps them from being one. */
	message(): SingleMessage<Params | RawJson> {
		if (this.#twice !== undefined)
			return this.#refuse(`"${this.#twice}" must not be there twice`);
		if (this.#jsonrpc !== "2.0")
			return this.#refuse(
				`"jsonrpc" must be "2.0"; found ${show(this.#jsonrpc)}`,
			);
		const id = this.#id;
		if (id !== undefined && !isId(id))
			return this.#refuse(
				`"id" must be a string, a number or null; found ${show(id)}`,
			);
		return this.#there & METHOD ? this.#call(id) : this.#response(id);
	}

	#call(id: Id | undefined): SingleMessage<Params | RawJson> {
		const method = this.#method;
		if (typeof method !== "string")
			return this.#refuse(`"method" must be a string; found ${show(method)}`);
		if (this.#isResponse())
			return this.#refuse(
				'A message with "method" must not have "result" or "error"',
			);
		if (this.#noParams !== undefined)
			return this.#refuse(
				`"params" must be an array or an object; found ${this.#noParams}`,
			);
		if (!(this.#there & PARAMS))
			return id === undefined
				? { kind: "notification", method }
				: { kind: "request", id, method };
		const params = this.#params as Params | RawJson;
		return id === undefined
			? { kind: "notification", method, params }
			: { kind: "request", id, method, params };
	}

	#response(id: Id | undefined): SingleMessage {
		if (!this.#isResponse())
			return this.#refuse('A message must have "method", "result" or "error"');
		if (id === undefined) return this.#refuse('A response must have "id"');
		const error = this.#error;
		if (error === undefined)
			return { kind: "success", id, result: this.#result };
		if (this.#there & RESULT)
			return this.#refuse('A response must not have both "result" and "error"');
		return typeof error === "string"
			? this.#refuse(error)
			: { kind: "error", id, error };
	}

	#isResponse(): boolean {
		return (this.#there & (RESULT | ERROR)) !== 0;
	}

	#refuse(fault: string): InvalidMessage {
		const id = this.#id;
		// The id of a response is one of ours: sent back, it would settle the peer's request of that id.
		if (this.#isResponse())
			return { ...invalidRequest(fault), isResponse: true };
		const echoes = this.#settings.echoId && this.#twice !== "id";
		return invalidRequest(fault, echoes && isId(id) ? id : null);
	}
}

/** The bit of the member's name, or 0. */
function bitOf(member: ObjectCursor): number {
	// By its first letter, since no two begin with the same.
	switch (member.text.charCodeAt(member.nameStart + 1)) {
		case 0x6a:
			if (member.isNamed('"jsonrpc"')) return JSONRPC;
			break;
		case 0x69:
			if (member.isNamed('"id"')) return ID;
			break;
		case 0x6d:
			if (member.isNamed('"method"')) return METHOD;
			break;
		case 0x70:
			if (member.isNamed('"params"')) return PARAMS;
			break;
		case 0x72:
			if (member.isNamed('"result"')) return RESULT;
			break;
		case 0x65:
			if (member.isNamed('"error"')) return ERROR;
			break;
	}
	// Any name can be written with escapes; and what is no JSON string is no name.
	const at = ["jsonrpc", "id", "method", "params", "result", "error"].indexOf(
		member.name(),
	);
	return at === -1 ? 0 : 1 << at;
}

/** Reads an error object, or says what is wrong with it. */
function readError(
	member: ObjectCursor,
	settings: Settings,
): ErrorObject | string {
	const found = member.parse();
	if (typeof found !== "object" || found === null || Array.isArray(found))
		return `"error" must be an object; found ${show(found)}`;
	let code: unknown;
	let message: unknown;
	let data: { readonly data?: unknown } = {};
	const seen = new Set<string>();
	const members = member.inside();
	while (members.next() > 0) {
		const name = members.name();
		if (seen.has(name)) return `"error" must not have "${name}" twice`;
		seen.add(name);
		if (name === "code") code = members.parse();
		else if (name === "message") message = members.parse();
		else if (name === "data") data = { data: userValue(members, settings) };
	}
	if (typeof code !== "number" || !Number.isInteger(code))
		return `"error.code" must be an integer; found ${show(code)}`;
	if (typeof message !== "string")
		return `"error.message" must be a string; found ${show(message)}`;
	return { code, message, ...data };
}

/** Reads a value of the user's, as the options say. */
function userValue(member: ObjectCursor, { raw, json }: Settings): unknown {
	const text = member.value();
	if (!raw) return json.parse(text);
	JSON.parse(text);
	return new RawJson(text);
}

/** Reads a value of the envelope: nearly always a short string that needs no parser. */
function plain(member: ObjectCursor): unknown {
	return member.simpleString() ?? member.parse();
}

/** Reads an id, or a value that is none, to be refused. */
function readId(member: ObjectCursor): unknown {
	const simple = member.simpleString();
	if (simple !== undefined) return simple;
	const value = member.parse();
	const token = member.value();
	return isId(value) && JSON.stringify(value) !== token
		? new ExactId(token)
		: value;
}

function isId(value: unknown): value is Id {
	return (
		typeof value === "string" ||
		typeof value === "number" ||
		value === null ||
		value instanceof ExactId
	);
}
