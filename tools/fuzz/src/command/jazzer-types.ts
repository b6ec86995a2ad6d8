// Loaded in Jazzer.js's process, in the thread of its module loader: Jazzer.js instruments JavaScript only, so this, which
// comes before it, makes JavaScript of TypeScript.

import type { LoadHook } from "node:module";
import { stripTypeScriptTypes } from "node:module";

export const load: LoadHook = async (url, context, next) => {
	const loaded = await next(url, context);
	if (loaded.format !== "module-typescript" || !loaded.source) return loaded;
	const text =
		typeof loaded.source === "string"
			? loaded.source
			: Buffer.from(loaded.source as Uint8Array).toString("utf8");
	// Blanks stand in the place of types: lines and columns stay.
	return { ...loaded, format: "module", source: stripTypeScriptTypes(text) };
};
