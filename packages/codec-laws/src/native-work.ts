/** Counts what native code does, where no counter of JavaScript steps sees it: in bytes, array slots and UTF-16 units. */
export class Meter {
	/** How much was moved, scanned or cleared. */
	touched = 0;
	/** How much memory was asked for. */
	allocated = 0;
	/** Whether it counts. */
	on = false;
	#limit = Number.POSITIVE_INFINITY;

	/** Counts what `work` does, from zero. What would be allocated beyond `limit` is not, but throws a `RangeError`. */
	measure(work: () => void, limit: number = Number.POSITIVE_INFINITY): void {
		this.touched = this.allocated = 0;
		this.#limit = limit;
		this.on = true;
		try {
			work();
		} finally {
			this.on = false;
		}
	}

	/** Counts memory that is about to be allocated. */
	allocate(size: number): void {
		if (!this.on) return;
		this.allocated += size;
		if (this.allocated > this.#limit)
			throw new RangeError("Array buffer allocation failed");
	}
}

/**
 * Lends a meter to `use`. Until that returns or throws, the native functions that allocate, or whose time grows with their
 * operands, are wrapped: constructors of typed arrays, and methods of typed arrays, arrays, strings, regular expressions,
 * text coders, `JSON` and `Buffer`. A function that a module took earlier (`const { indexOf } = ...`) is not seen.
 */
export function withMeter<R>(use: (meter: Meter) => R): R {
	const meter = new Meter();
	const restore = meterNatives(meter);
	try {
		return use(meter);
	} finally {
		restore();
	}
}

/** Has the native functions report to `meter`, as `withMeter` does, until the function that it returns is called. */
export function meterNatives(meter: Meter): () => void {
	const originals: [object, string, PropertyDescriptor][] = [];
	const restore = (): void => {
		for (const [owner, name, original] of originals.splice(0))
			Object.defineProperty(owner, name, original);
	};
	try {
		for (const { owner, names, wrap } of WRAPPERS)
			for (const name of names.split(" ")) {
				const original = Object.getOwnPropertyDescriptor(owner, name);
				if (typeof original?.value !== "function") continue;
				const value = wrap(original.value, meter);
				Object.defineProperty(owner, name, { ...original, value });
				originals.push([owner, name, original]);
			}
	} catch (error) {
		restore();
		throw error;
	}
	return restore;
}

// Native functions take anything, and are told apart by name: there is no type to keep.
type Native = (this: unknown, ...operands: unknown[]) => unknown;
type Size = (self: unknown, operands: readonly unknown[]) => number;
type Touched = (
	self: unknown,
	operands: readonly unknown[],
	result: unknown,
) => number;

interface Wrapper {
	readonly owner: object;
	/** The functions to wrap, those that exist. */
	readonly names: string;
	wrap(original: Native, meter: Meter): unknown;
}

/** Wraps functions that touch as much as `cost` says, once they have returned. */
function touching(owner: object, names: string, cost: Touched): Wrapper {
	return {
		owner,
		names,
		wrap: (original, meter) =>
			function (this: unknown, ...operands: unknown[]) {
				const result = call(original, this, operands);
				if (meter.on) meter.touched += cost(this, operands, result);
				return result;
			},
	};
}

/** Wraps functions that allocate as much as `size` says, before they do. */
function allocating(owner: object, names: string, size: Size): Wrapper {
	return {
		owner,
		names,
		wrap: (original, meter) =>
			function (this: unknown, ...operands: unknown[]) {
				if (meter.on) meter.allocate(size(this, operands));
				return call(original, this, operands);
			},
	};
}

/** Calls a function as `Reflect.apply` does, several times as fast: engines see through calls, not through lists. */
function call(original: Native, self: unknown, operands: unknown[]): unknown {
	switch (operands.length) {
		case 0:
			return original.call(self);
		case 1:
			return original.call(self, operands[0]);
		case 2:
			return original.call(self, operands[0], operands[1]);
		case 3:
			return original.call(self, operands[0], operands[1], operands[2]);
		default:
			return Reflect.apply(original, self, operands);
	}
}

/** Wraps a global constructor whose first operand, a number, says how many units of `unit` bytes to allocate. */
function constructing(name: string, unit: number): Wrapper {
	return {
		owner: globalThis,
		names: name,
		wrap(original, meter) {
			const Original = original as unknown as new (
				...operands: unknown[]
			) => object;
			// Not a Proxy, which costs ten times as much at each call.
			function Wrapped(this: unknown, ...operands: unknown[]): unknown {
				if (meter.on) {
					const [first] = operands;
					if (typeof first === "number") meter.allocate(unit * first);
					// Another array is copied; of a buffer it makes a view.
					else if (
						name !== "Array" &&
						(ArrayBuffer.isView(first) || Array.isArray(first))
					)
						meter.allocate(unit * sizeOf(first));
				}
				if (new.target === undefined) return call(original, this, operands);
				if (new.target !== Wrapped)
					return Reflect.construct(original, operands, new.target);
				switch (operands.length) {
					case 1:
						return new Original(operands[0]);
					case 3:
						return new Original(operands[0], operands[1], operands[2]);
					default:
						return new Original(...operands);
				}
			}
			// What it has, and its prototypes, are the same, so that `instanceof`, `from` and subclasses work.
			Object.setPrototypeOf(Wrapped, Object.getPrototypeOf(original));
			Object.defineProperties(
				Wrapped,
				Object.getOwnPropertyDescriptors(original),
			);
			return Wrapped;
		},
	};
}

/** The length of an array, string or typed array, or the bytes of an `ArrayBuffer`; 0 of anything else. */
function sizeOf(value: unknown): number {
	if (value === undefined || value === null) return 0;
	const { length, byteLength } = value as {
		length?: number;
		byteLength?: number;
	};
	return byteLength ?? length ?? 0;
}

const ofSelf: Touched = (self) => sizeOf(self);
const ofOperand: Touched = (_self, [first]) => sizeOf(first);
const ofOperands: Touched = (_self, operands) => operands.length;
const ofResult: Touched = (_self, _operands, result) => sizeOf(result);
const result: Touched = (_self, _operands, count) => Number(count);

/** A search from the front touches what lies before the place it returns. */
const untilFound: Touched = (self, [_sought, from], found) => {
	const { length } = self as ArrayLike<unknown>;
	const start = place(from, 0, length);
	return ((found as number) < 0 ? length : (found as number) + 1) - start;
};

/** A search from the back touches what lies behind it. */
const backUntilFound: Touched = (self, [_sought, from], found) => {
	const { length } = self as ArrayLike<unknown>;
	return place(from, length, length) - Math.max(0, found as number);
};

/** Where `includes` found something it does not say: `indexOf` does, and counts itself. */
const asIndexOf: Touched = (self, operands) => {
	const { indexOf } = self as { indexOf: Native };
	Reflect.apply(indexOf, self, operands);
	return 0;
};

/** The part of `self` between the operand at `index` and the one behind it. */
function part(index: number): Size {
	return (self, operands) => {
		const size = sizeOf(self);
		const from = place(operands[index], 0, size);
		return Math.max(0, place(operands[index + 1], size, size) - from);
	};
}

/** Reads an optional index, which may count from the end. */
function place(index: unknown, otherwise: number, length: number): number {
	if (typeof index !== "number") return otherwise;
	return index < 0 ? Math.max(0, length + index) : Math.min(index, length);
}

/** With a limit a split stops early, so its pieces are counted and not the string. */
const ofPieces: Touched = (_self, _operands, pieces) =>
	(pieces as string[]).reduce((sum, piece) => sum + sizeOf(piece) + 1, 0);

/** A string pattern is searched for in all of `self`; a regular expression counts itself, in `exec`. */
const unlessRegExp: Touched = (self, [pattern]) =>
	pattern instanceof RegExp ? 0 : sizeOf(self);

/** Wraps what all methods of regular expressions call. A match touches what lies before its end. */
const exec: Wrapper = {
	owner: RegExp.prototype,
	names: "exec",
	wrap: (original, meter) =>
		function (this: unknown, ...operands: unknown[]) {
			const { global, sticky, lastIndex } = this as RegExp;
			const match = Reflect.apply(original, this, operands);
			if (meter.on) {
				const from = global || sticky ? lastIndex : 0;
				const found = match as RegExpExecArray | null;
				if (found !== null)
					meter.touched += found.index + found[0].length - from;
				// A sticky one looks in one place only.
				else meter.touched += sticky ? 1 : sizeOf(operands[0]) - from;
			}
			return match;
		},
};

const TypedArrayPrototype: object = Object.getPrototypeOf(Uint8Array.prototype);
const { Buffer } = globalThis as { Buffer?: { readonly prototype: object } };

const WRAPPERS: readonly Wrapper[] = [
	constructing("ArrayBuffer", 1),
	constructing("SharedArrayBuffer", 1),
	constructing("Uint8Array", 1),
	constructing("Uint8ClampedArray", 1),
	constructing("Int8Array", 1),
	constructing("Uint16Array", 2),
	constructing("Int16Array", 2),
	constructing("Uint32Array", 4),
	constructing("Int32Array", 4),
	constructing("Float32Array", 4),
	constructing("Float64Array", 8),
	constructing("BigUint64Array", 8),
	constructing("BigInt64Array", 8),
	constructing("Array", 8),
	allocating(ArrayBuffer.prototype, "slice", part(0)),
	allocating(ArrayBuffer.prototype, "resize transfer", (_self, [size]) =>
		Number(size ?? 0),
	),

	allocating(TypedArrayPrototype, "slice", part(0)),
	allocating(
		TypedArrayPrototype,
		"toReversed toSorted with map filter",
		(self) => sizeOf(self),
	),
	touching(TypedArrayPrototype, "set", ofOperand),
	touching(TypedArrayPrototype, "copyWithin", part(1)),
	touching(TypedArrayPrototype, "fill", part(1)),
	touching(TypedArrayPrototype, "indexOf", untilFound),
	touching(TypedArrayPrototype, "lastIndexOf", backUntilFound),
	touching(TypedArrayPrototype, "includes", asIndexOf),
	touching(TypedArrayPrototype, "join toString reverse sort", ofSelf),

	touching(
		Array.prototype,
		"concat slice flat toReversed toSorted toSpliced with",
		ofResult,
	),
	// Engines have shortcuts for short arrays; in a long one these move all that lies behind.
	touching(Array.prototype, "shift unshift", ofSelf),
	touching(Array.prototype, "splice", (self, [from]) => part(0)(self, [from])),
	touching(Array.prototype, "fill copyWithin", part(1)),
	touching(Array.prototype, "indexOf", untilFound),
	touching(Array.prototype, "lastIndexOf", backUntilFound),
	touching(Array.prototype, "includes", asIndexOf),
	touching(Array.prototype, "join reverse sort", ofSelf),
	touching(Array.prototype, "push", ofOperands),
	touching(Array, "from", ofResult),

	allocating(
		String.prototype,
		"repeat",
		(self, [count]) => sizeOf(self) * Number(count),
	),
	allocating(String.prototype, "padStart padEnd", (_self, [length]) =>
		Number(length),
	),
	touching(String.prototype, "indexOf", untilFound),
	touching(String.prototype, "lastIndexOf", backUntilFound),
	touching(String.prototype, "includes", asIndexOf),
	touching(String.prototype, "split", ofPieces),
	touching(String.prototype, "replace replaceAll search", unlessRegExp),
	touching(
		String.prototype,
		"normalize toLowerCase toUpperCase toLocaleLowerCase toLocaleUpperCase trim trimStart trimEnd isWellFormed toWellFormed localeCompare",
		ofSelf,
	),
	touching(String, "fromCharCode fromCodePoint", ofOperands),
	exec,

	touching(TextDecoder.prototype, "decode", ofOperand),
	touching(TextEncoder.prototype, "encode", ofResult),
	touching(
		TextEncoder.prototype,
		"encodeInto",
		(_self, _operands, counts) =>
			(counts as TextEncoderEncodeIntoResult).written,
	),
	touching(JSON, "parse", ofOperand),
	touching(JSON, "stringify", ofResult),
	touching(globalThis, "atob btoa", ofOperand),

	...(Buffer === undefined
		? []
		: [
				allocating(
					Buffer,
					"alloc allocUnsafe allocUnsafeSlow",
					(_self, [size]) => Number(size),
				),
				allocating(Buffer, "concat", (_self, [list, size]) =>
					typeof size === "number"
						? size
						: (list as Uint8Array[]).reduce(
								(sum, bytes) => sum + bytes.length,
								0,
							),
				),
				// Of an ArrayBuffer it makes a view.
				allocating(Buffer, "from", (_self, [source]) =>
					source instanceof ArrayBuffer ? 0 : sizeOf(source),
				),
				touching(Buffer, "byteLength compare", ofOperand),
				touching(Buffer.prototype, "indexOf", untilFound),
				touching(Buffer.prototype, "lastIndexOf", backUntilFound),
				touching(Buffer.prototype, "includes", asIndexOf),
				touching(Buffer.prototype, "equals compare", ofSelf),
				touching(Buffer.prototype, "copy write", result),
				touching(
					Buffer.prototype,
					"toString latin1Slice utf8Slice asciiSlice hexSlice ucs2Slice base64Slice",
					ofResult,
				),
				touching(Buffer.prototype, "fill", part(1)),
			]),
];
