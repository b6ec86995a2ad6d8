import { Exit } from "./exit.ts";

/** Where a peer is. */
export type Address =
	| { readonly kind: "unix"; readonly path: string }
	| { readonly kind: "tcp"; readonly host: string; readonly port: number }
	| { readonly kind: "stdio" };

/** Reads `unix:/path`, `tcp:host:port`, `tcp:[::1]:port` or `stdio`. Throws an `Exit` (usage). */
export function parseAddress(text: string): Address {
	if (text === "stdio") return { kind: "stdio" };
	const [, path] = /^unix:(.+)$/.exec(text) ?? [];
	if (path !== undefined) return { kind: "unix", path };
	const [, bracketed, plain, digits] =
		/^tcp:(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
	const host = bracketed ?? plain;
	if (host !== undefined && Number(digits) <= 65_535)
		return { kind: "tcp", host, port: Number(digits) };
	throw new Exit(
		"usage",
		`expected an address unix:PATH, tcp:HOST:PORT or stdio, not "${text}"`,
	);
}

/** Writes an address as `parseAddress` reads it. */
export function formatAddress(address: Address): string {
	switch (address.kind) {
		case "unix":
			return `unix:${address.path}`;
		case "tcp":
			return `tcp:${address.host.includes(":") ? `[${address.host}]` : address.host}:${address.port}`;
		case "stdio":
			return "stdio";
	}
}
