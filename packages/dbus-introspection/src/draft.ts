/** A description in the making. */
export type Draft<T> = { -readonly [Field in keyof T]: T[Field] };

/** Defines what is a key like others even where its name is `__proto__`. */
export function put<T>(
	target: { readonly [name: string]: T },
	name: string,
	value: T,
): void {
	Object.defineProperty(target, name, {
		value,
		enumerable: true,
		configurable: true,
		writable: true,
	});
}
