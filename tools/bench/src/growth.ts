import { lengthPrefixed } from "@framewright/length-prefixed";
import { newline } from "@framewright/newline";
import { varintDecoders } from "./length-prefixed.ts";
import { textDecoders } from "./newline.ts";
import { type Contender, race, type Times } from "./race.ts";
import { digits, size, table } from "./report.ts";
import { payloads, workload } from "./workload.ts";

/** Decodes one frame of `small` bytes and one of twice as many, in chunks as TCP brings them: 2 is linear, 4 quadratic. */
export async function growth(small: number): Promise<void> {
	const framed = lengthPrefixed({ width: "varint", maxLength: 2 * small });
	await compare("One varint-prefixed frame", small, (bytes) =>
		varintDecoders(chunksOf(framed.encoder().encode(bytes))),
	);
	await compare("One line, to a string", small / 8, (bytes) =>
		textDecoders(chunksOf(newline().encoder().encode(bytes))),
	);
}

async function compare(
	title: string,
	small: number,
	contenders: (payload: Uint8Array) => Contender[],
): Promise<void> {
	const times: Times[] = [];
	for (const length of [small, 2 * small])
		times.push(await race(contenders(payloads(length, 0)[0] as Uint8Array), 7));
	const [once, twice] = times as [Times, Times];
	table(
		`${title} in chunks of 1,460 bytes`,
		["", `${size(small)}, ms`, `${size(2 * small)}, ms`, "ratio"],
		[...once].map(([name, ns]) => {
			const double = twice.get(name) as number;
			return [
				name,
				digits(ns / 1e6),
				digits(double / 1e6),
				digits(double / ns),
			];
		}),
	);
}

function chunksOf(encoded: Uint8Array): readonly Uint8Array[] {
	return workload([encoded], 1460).chunks;
}
