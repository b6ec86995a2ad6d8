import { type Dialect, lsp, mcp } from "@framewright/json-rpc-peer";

/** How calls are cancelled and tell their progress, by the names of `--dialect`. */
export const dialects = { lsp, mcp } as const satisfies Record<string, Dialect>;

export type DialectName = keyof typeof dialects;

/** The dialect of that name, as an option of a peer. */
export function dialectOption(name: DialectName | undefined): {
	readonly dialect?: Dialect;
} {
	return name === undefined ? {} : { dialect: dialects[name] };
}
