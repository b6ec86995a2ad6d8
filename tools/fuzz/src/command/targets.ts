import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { nameOf } from "../engine/name.ts";
import { Exit } from "./exit.ts";

/** Where targets are looked for by name, and listed: the first of these folders in each of which there are some. */
const FOLDERS = [
	"fuzz",
	"fuzz/targets",
	"targets",
	"tools/fuzz/targets",
	"tools/fuzz/examples",
];
const EXTENSIONS = [".ts", ".mts", ".js", ".mjs", ".cjs"];
const EXPORTS_FUZZ =
	/^\s*export\s+(const|let|function)\s+fuzz\b|^\s*export\s*\{[^}]*\bfuzz\b|\bexports\.fuzz\s*=/m;

/** Lists the target files of a folder, or of those that are usual. */
export function listTargets(folder?: string): string[] {
	return (folder === undefined ? FOLDERS : [folder]).flatMap((each) => {
		if (!existsSync(each)) return [];
		if (statSync(each).isFile()) return [resolve(each)];
		return readdirSync(each)
			.filter((file) => EXTENSIONS.includes(extname(file)))
			.map((file) => resolve(each, file))
			.filter((file) => EXPORTS_FUZZ.test(readFileSync(file, "utf8")))
			.sort();
	});
}

/** Finds a target by its file or its name. */
export function findTarget(name: string): string {
	if (existsSync(name) && statSync(name).isFile()) return resolve(name);
	const all = listTargets();
	const found = all.find((file) => targetName(file) === name);
	if (found !== undefined) return found;
	const known = all.map(targetName).join(", ");
	throw new Exit(
		"usage",
		`There is no target "${name}": no such file, ${known ? `and the names here are ${known}` : `and no target in ${FOLDERS.join(", ")}`}`,
	);
}

/** The name of a target: that of its file. */
export function targetName(file: string): string {
	return basename(file, extname(file));
}

/** A path as people write it: from where they are. */
export function shown(path: string): string {
	const short = relative(process.cwd(), path);
	return short.startsWith("..") ? path : short;
}

/** Where a target's inputs are kept: in the nearest folder `corpus` at or above the target's file, or one beside it. */
export function corpusFolder(target: string): string {
	const own = dirname(target);
	for (let folder = own; ; folder = dirname(folder)) {
		if (existsSync(join(folder, "corpus")))
			return join(folder, "corpus", targetName(target));
		// Not beyond the package.
		if (existsSync(join(folder, "package.json")) || dirname(folder) === folder)
			return join(own, "corpus", targetName(target));
	}
}

/** An input in a file. */
export interface Stored {
	readonly file: string;
	readonly data: Uint8Array;
}

/** Reads the files of a folder, in the order of their names; none where there is no folder. */
export function readInputs(folder: string): Stored[] {
	if (!existsSync(folder)) return [];
	return readdirSync(folder, { withFileTypes: true })
		.filter((entry) => entry.isFile() && !entry.name.startsWith("."))
		.map((entry) => join(folder, entry.name))
		.sort()
		.map((file) => ({ file, data: new Uint8Array(readFileSync(file)) }));
}

/** Writes an input under the name of its content, and returns the file. */
export function storeInput(folder: string, data: Uint8Array): string {
	mkdirSync(folder, { recursive: true });
	const file = join(folder, nameOf(data));
	writeFileSync(file, data);
	return file;
}

/** Reads an input that the command line names: a file, `-` for stdin, or `hex:` and digits. */
export function readInput(name: string): Uint8Array {
	const digits = /^hex:((?:[0-9a-f]{2}\s*)*)$/i.exec(name)?.[1];
	if (digits !== undefined)
		return new Uint8Array(Buffer.from(digits.replace(/\s/g, ""), "hex"));
	try {
		return new Uint8Array(readFileSync(name === "-" ? 0 : name));
	} catch (error) {
		throw new Exit("usage", `Cannot read ${name}: ${(error as Error).message}`);
	}
}

/** Reads a dictionary of AFL and libFuzzer: a quoted word a line, with `\\xNN` for any byte. */
export function readDictionary(file: string): Uint8Array[] {
	const text = Buffer.from(readInput(file)).toString("utf8");
	return text.split("\n").flatMap((line, at) => {
		if (/^\s*(#|$)/.test(line)) return [];
		const quoted = /"((?:[^"\\]|\\.)*)"\s*$/.exec(line)?.[1];
		if (quoted === undefined)
			throw new Exit(
				"usage",
				`${file}:${at + 1}: expected a word in quotes, found ${line}`,
			);
		return [unquoted(quoted)];
	});
}

function unquoted(word: string): Uint8Array {
	const bytes: number[] = [];
	for (const [, hex, escaped, plain] of word.matchAll(
		/\\x([0-9a-f]{2})|\\(.)|([^\\]+)/gi,
	)) {
		if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
		else bytes.push(...Buffer.from(escaped ?? plain ?? ""));
	}
	return Uint8Array.from(bytes);
}
