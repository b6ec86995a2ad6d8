/**
 * A schema of any library that follows https://standardschema.dev: Zod, Valibot, ArkType and others. Written out here, as
 * the specification suggests, so that nothing needs to be installed.
 */
export interface StandardSchemaV1<Input = unknown, Output = Input> {
	readonly "~standard": {
		readonly version: 1;
		readonly vendor: string;
		readonly validate: (
			value: unknown,
		) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
		readonly types?:
			| { readonly input: Input; readonly output: Output }
			| undefined;
	};
}

export type SchemaResult<Output> =
	| { readonly value: Output; readonly issues?: undefined }
	| { readonly issues: readonly SchemaIssue[] };

/** What a schema has to object to. */
export interface SchemaIssue {
	readonly message: string;
	readonly path?:
		| readonly (PropertyKey | { readonly key: PropertyKey })[]
		| undefined;
}

/** The type of what a schema accepts. */
export type InputOf<S extends StandardSchemaV1> = NonNullable<
	S["~standard"]["types"]
>["input"];

/** The type of what a schema makes of it. */
export type OutputOf<S extends StandardSchemaV1> = NonNullable<
	S["~standard"]["types"]
>["output"];

/** Makes plain data of the issues, for `error.data`: only their messages, and their paths as keys. */
export function issueData(issues: readonly SchemaIssue[]): unknown[] {
	return issues.map(({ message, path }) =>
		path === undefined
			? { message }
			: {
					message,
					path: path.map((part) => {
						const key = typeof part === "object" ? part.key : part;
						return typeof key === "symbol" ? String(key) : key;
					}),
				},
	);
}
