import type { DecodeErrorCode } from "@framewright/codec";

/** The bodies in an input, and what is wrong behind them. */
export interface Verdict {
	readonly bodies: string[];
	readonly code?: DecodeErrorCode;
	readonly offset?: number;
}

const TOKEN = /^[!#$%&'*+.^`|~\w-]+$/;
const PARAMETER = /^[!#$%&'*+.^`|~\w-]+=([!#$%&'*+.^`|~\w-]+|"([^"\\]|\\.)*")$/;

/** Decodes an input in one go, slowly and plainly: a second reading of the grammar, to compare the decoder with. */
export function decodePlainly(
	text: string,
	maxLength: number,
	maxHeaderLength: number,
): Verdict {
	const bodies: string[] = [];
	let at = 0;
	while (at < text.length) {
		const header = readHeader(text.slice(at, at + maxHeaderLength));
		if ("code" in header) {
			// What is missing may be beyond the limit, or not there.
			if (header.code !== "truncated")
				return { bodies, code: header.code, offset: at + header.at };
			return text.length - at >= maxHeaderLength
				? { bodies, code: "too-large", offset: at + maxHeaderLength }
				: { bodies, code: "truncated", offset: text.length };
		}
		if (header.length > maxLength)
			return { bodies, code: "too-large", offset: at + header.lengthAt };
		if (header.typeAt !== undefined)
			return { bodies, code: "invalid-value", offset: at + header.typeAt };
		at += header.size;
		if (text.length - at < header.length)
			return { bodies, code: "truncated", offset: text.length };
		bodies.push(text.slice(at, at + header.length));
		at += header.length;
	}
	return { bodies };
}

interface HeaderRead {
	readonly size: number;
	readonly length: number;
	readonly lengthAt: number;
	readonly typeAt: number | undefined;
}

function readHeader(
	text: string,
): HeaderRead | { code: DecodeErrorCode; at: number } {
	let line = 0;
	let length: number | undefined;
	let lengthAt = 0;
	let typeAt: number | undefined;
	for (;;) {
		const rest = text.slice(line);
		if (rest.startsWith("\r\n") && line > 0)
			return length === undefined
				? { code: "invalid-syntax", at: line }
				: { size: line + 2, length, lengthAt, typeAt };
		if (rest === "\r" && line > 0) return { code: "truncated", at: 0 };
		if (rest.startsWith("\r") && line > 0)
			return { code: "invalid-syntax", at: line };
		const name = /^[^:]*/.exec(rest)?.[0] ?? "";
		const bad = [...name].findIndex((letter) => !TOKEN.test(letter));
		if (bad !== -1) return { code: "invalid-syntax", at: line + bad };
		if (name.length === rest.length) return { code: "truncated", at: 0 };
		if (name === "") return { code: "invalid-syntax", at: line };
		const valueAt = line + name.length + 1;
		const value = /^[\t -~]*/.exec(text.slice(valueAt))?.[0] ?? "";
		const end = valueAt + value.length;
		const isLength = name.toLowerCase() === "content-length";
		if (isLength) {
			const wrong = value.search(/[^\t \d]/);
			if (wrong !== -1) return { code: "invalid-syntax", at: valueAt + wrong };
		}
		if (end === text.length) return { code: "truncated", at: 0 };
		if (text[end] !== "\r") return { code: "invalid-syntax", at: end };
		const blank = value.length - value.trimStart().length;
		if (isLength) {
			const digits = value.trim();
			const gap = /^\d+[\t ]+/.exec(digits)?.[0].length ?? 0;
			if (digits === "" || gap > 0)
				return { code: "invalid-syntax", at: valueAt + blank + gap };
			const found = Number(digits);
			if (found > Number.MAX_SAFE_INTEGER)
				return { code: "invalid-length", at: valueAt + blank };
			if (length !== undefined && length !== found)
				return { code: "invalid-length", at: valueAt + blank };
			length = found;
			lengthAt = valueAt + blank;
		}
		if (name.toLowerCase() === "content-type" && !isUtf8(value.trim()))
			typeAt ??= valueAt + blank;
		if (end + 1 === text.length) return { code: "truncated", at: 0 };
		if (text[end + 1] !== "\n") return { code: "invalid-syntax", at: end };
		line = end + 2;
	}
}

function isUtf8(type: string): boolean {
	// No generated parameter has a semicolon in quotes.
	const [media = "", ...parameters] = type.split(";").map((p) => p.trim());
	const [kind = "", subtype = "", ...more] = media.split("/");
	return (
		TOKEN.test(kind) &&
		TOKEN.test(subtype) &&
		more.length === 0 &&
		parameters.every(
			(parameter) =>
				parameter === "" ||
				(PARAMETER.test(parameter) &&
					(!/^charset=/i.test(parameter) ||
						/^charset=(utf-?8|"utf-?8")$/i.test(parameter))),
		)
	);
}
