// An integer of at most 15 digits is exact; anything else needs a closer look. That the pattern starts with a literal
// lets the engine leap through long text.
const DOUBTFUL_ID = /"id"\s*:\s*-?(?!\d{1,15}\s*[,}])\d/;
const NUMERIC_ID = /("(?:i|\\u0069)(?:d|\\u0064)"\s*:\s*)(-?\d[\d.eE+-]*)/g;

/**
 * Finds ids that a double cannot hold: the response to 9007199254740993 would carry 9007199254740992, which is somebody
 * else's id. `value` is what `text` was parsed to. Returns it, or the same with `false` in the place of every rounded id.
 */
export function withoutRoundedIds<T>(text: string, value: T): T {
	const messages = Array.isArray(value) ? value : [value];
	if (!messages.some((message) => typeof message?.id === "number"))
		return value;
	// A name may be written with escapes: those of both letters of "id" begin with a backslash, which text is full of, and
	// then like this, which is rare.
	if (!DOUBTFUL_ID.test(text) && !text.includes("u006")) return value;
	return JSON.parse(
		text.replace(NUMERIC_ID, (member, name, number) =>
			decimal(number) === decimal(String(Number(number)))
				? member
				: `${name}false`,
		),
	);
}

/** Writes a number, but for its sign, as significant digits and a power of ten: the same for 1, 1.0 and 10e-1. */
function decimal(number: string): string {
	const [, whole = "", fraction = "", exponent = "0"] =
		/^-?(\d+)(?:\.(\d+))?(?:e(.+))?$/i.exec(number) ?? [];
	const digits = (whole + fraction).replace(/^0+/, "");
	// Without the lookbehind every zero of a run would be tried as its first, which is quadratic.
	const significant = digits.replace(/(?<!0)0+$/, "");
	const power =
		Number(exponent) - fraction.length + digits.length - significant.length;
	return significant === "" ? "0" : `${significant}e${power}`;
}
