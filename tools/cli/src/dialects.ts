import { type Dialect, lsp, mcp } from "@framewright/json-rpc-peer";

/** The names of `--dialect`. */
export type DialectName = "lsp" | "mcp";

/** How calls are cancelled and tell their progress, by name. */
export const dialects: Readonly<Record<DialectName, Dialect>> = { lsp, mcp };

/** The dialect of that name, as an option of a peer. */
export function dialectOption(name: DialectName | undefined): {
	readonly dialect?: Dialect;
} {
	return name === undefined ? {} : { dialect: dialects[name] };
}
