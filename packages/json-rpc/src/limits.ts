/** Whether `text` has more than `maxLength` bytes as UTF-8. */
export function isLonger(text: string, maxLength: number): boolean {
	if (text.length > maxLength) return true;
	// No UTF-16 code unit takes more than three bytes, so that hardly any message needs to be counted.
	return (
		3 * text.length > maxLength &&
		new TextEncoder().encode(text).length > maxLength
	);
}

/**
 * Whether arrays and objects are nested more than `maxDepth` deep in `text`, by looking at its `value`: level by level,
 * because recursion would overflow the stack. An object of which `isOpaque` holds counts as too deep.
 */
export function isDeeper(
	text: string,
	value: unknown,
	maxDepth: number,
	isOpaque?: (container: object) => boolean,
): boolean {
	// Every level takes two characters.
	if (text.length <= 2 * maxDepth) return false;
	let level = isContainer(value) ? [value] : [];
	for (let depth = 1; level.length > 0; depth++) {
		if (depth > maxDepth) return true;
		const next: Container[] = [];
		for (const container of level) {
			if (isOpaque?.(container)) return true;
			if (Array.isArray(container)) {
				// With an index: an iterator makes an object of every number.
				for (let i = 0; i < container.length; i++)
					if (isContainer(container[i])) next.push(container[i]);
			} else {
				// Half the time of Object.values(), but it also lists what Object.prototype may have been given.
				for (const name in container) {
					const member = container[name];
					if (isContainer(member) && Object.hasOwn(container, name))
						next.push(member);
				}
			}
		}
		level = next;
	}
	return false;
}

type Container = { readonly [name: string]: unknown };

function isContainer(value: unknown): value is Container {
	return typeof value === "object" && value !== null;
}
