import * as acorn from "acorn";
import { full } from "acorn-walk";
import MagicString, { type SourceMap } from "magic-string";
import { FUEL, MAP_SIZE, PROBE_NAME, TRACING } from "../probe.ts";

/** A place in the code that counts how often it runs. */
export interface Edge {
	readonly kind: "function" | "loop" | "branch" | "case" | "catch";
	/** Where its code starts, in the text that was instrumented, and where it ends. */
	readonly start: number;
	readonly end: number;
}

export interface Instrumented {
	readonly code: string;
	readonly map: SourceMap;
	/** The module's edges: the first has the number that was handed in. */
	readonly edges: readonly Edge[];
	/** How many comparisons are traced. */
	readonly comparisons: number;
	/** The words and numbers in the code, for a dictionary. */
	readonly words: readonly (string | number)[];
}

// Names that no code has. The first is the probe, the others its arrays.
const PROBE = "$fw$";
const EDGES = "$fw$e";
const REGISTERS = "$fw$r";
const PROLOGUE = `const ${PROBE}=globalThis.${PROBE_NAME},${EDGES}=${PROBE}.edges,${REGISTERS}=${PROBE}.registers;`;

/** Methods that compare, and tell no more than whether. */
const COMPARING = new Set([
	"equals",
	"startsWith",
	"endsWith",
	"includes",
	"indexOf",
	"compare",
]);

const COMPARISONS: ReadonlyMap<string, string> = new Map([
	["===", "same"],
	["!==", "notSame"],
	["==", "equal"],
	["!=", "notEqual"],
	["<", "less"],
	[">", "greater"],
	["<=", "atMost"],
	[">=", "atLeast"],
]);

const ARITHMETIC = new Set("+ - * / % & | ^ << >> >>>".split(" "));

/**
 * Has JavaScript count its edges, take fuel at every function and turn of a loop, and trace its comparisons. Lines stay
 * where they are; the source map leads back to the text as it was.
 *
 * `firstEdge` and `firstComparison` number what is in this module on from what is in those before.
 */
export function instrument(
	source: string,
	isModule: boolean,
	firstEdge: number,
	firstComparison: number,
	url: string,
): Instrumented {
	const text = new MagicString(source);
	const edges: Edge[] = [];
	const words = new Map<number, string | number>();
	let comparisons = 0;
	const tree = acorn.parse(source, {
		ecmaVersion: "latest",
		sourceType: isModule ? "module" : "script",
		allowReturnOutsideFunction: !isModule,
		allowHashBang: true,
	});

	function count(kind: Edge["kind"], node: acorn.Node): string {
		const edge = (firstEdge + edges.length) % MAP_SIZE;
		edges.push({ kind, start: node.start, end: node.end });
		const hit = `${EDGES}[${edge}]++`;
		return kind === "function" || kind === "loop"
			? `${hit},--${REGISTERS}[${FUEL}]<0&&${PROBE}.empty()`
			: hit;
	}
	function countStatement(kind: Edge["kind"], node: acorn.Statement): void {
		if (node.type === "BlockStatement")
			text.appendLeft(node.start + 1, `${count(kind, node)};`);
		else {
			text.prependRight(node.start, `{${count(kind, node)};`);
			text.appendLeft(node.end, "}");
		}
	}
	function countExpression(kind: Edge["kind"], node: acorn.Expression): void {
		text.prependRight(node.start, `(${count(kind, node)},`);
		text.appendLeft(node.end, ")");
	}
	function place(): number {
		comparisons += 1;
		return firstComparison + comparisons - 1;
	}
	function sourceOf(node: acorn.Node): string {
		return source.slice(node.start, node.end);
	}
	/** Traces operands that may be evaluated twice. */
	function trace(node: acorn.Node, left: acorn.Node, right: acorn.Node): void {
		text.prependRight(
			node.start,
			`(${REGISTERS}[${TRACING}]!==0&&${PROBE}.compared(${place()},${sourceOf(left)},${sourceOf(right)}),`,
		);
		text.appendLeft(node.end, ")");
	}
	function compare(node: acorn.BinaryExpression): void {
		const name = COMPARISONS.get(node.operator);
		const { left, right } = node;
		if (name === undefined || left.type === "PrivateIdentifier") return;
		if (isConstant(left) && isConstant(right)) return;
		// Whether something is undefined or null says nothing about bytes.
		if (isNothing(left) || isNothing(right) || isTypeof(left)) return;
		if (isPure(left) && isPure(right)) {
			trace(node, left, right);
			return;
		}
		const at = operatorAt(source, node);
		text.prependRight(node.start, `${PROBE}.${name}(${place()},`);
		text.overwrite(at, at + node.operator.length, ",");
		text.appendLeft(node.end, ")");
	}

	const left = isModule ? new Set() : exportGetters(tree);
	full(tree, (any) => {
		const node = any as acorn.AnyNode;
		if (left.has(node)) return;
		switch (node.type) {
			case "FunctionDeclaration":
			case "FunctionExpression":
			case "ArrowFunctionExpression": {
				if (node.body.type !== "BlockStatement") {
					countExpression("function", node.body);
					break;
				}
				const at = behindDirectives(node.body.body) ?? node.body.start + 1;
				text.appendLeft(at, `;${count("function", node)};`);
				break;
			}
			case "IfStatement":
				countStatement("branch", node.consequent);
				if (node.alternate) countStatement("branch", node.alternate);
				else text.appendLeft(node.end, `else{${count("branch", endOf(node))}}`);
				break;
			case "WhileStatement":
			case "DoWhileStatement":
			case "ForStatement":
			case "ForInStatement":
			case "ForOfStatement":
				countStatement("loop", node.body);
				break;
			case "ConditionalExpression":
				countExpression("branch", node.consequent);
				countExpression("branch", node.alternate);
				break;
			case "LogicalExpression":
				countExpression("branch", node.right);
				break;
			case "SwitchStatement": {
				const choices = node.cases
					.map(({ test }) => test)
					.filter((test) => test && isConstant(test));
				if (choices.length === 0) break;
				const { discriminant } = node;
				const list = `[${choices.map((choice) => sourceOf(choice as acorn.Node))}]`;
				if (isPure(discriminant)) {
					text.prependRight(
						discriminant.start,
						`(${REGISTERS}[${TRACING}]!==0&&${PROBE}.chosen(${place()},${sourceOf(discriminant)},${list}),`,
					);
					text.appendLeft(discriminant.end, ")");
				} else {
					text.prependRight(
						discriminant.start,
						`${PROBE}.choosing(${place()},`,
					);
					text.appendLeft(discriminant.end, `,()=>${list})`);
				}
				break;
			}
			case "SwitchCase": {
				const [first] = node.consequent;
				if (first) text.prependRight(first.start, `${count("case", node)};`);
				break;
			}
			case "CatchClause":
				text.appendLeft(node.body.start + 1, `${count("catch", node)};`);
				break;
			case "BinaryExpression":
				compare(node);
				break;
			case "CallExpression": {
				const { callee, arguments: operands } = node;
				const [first] = operands;
				if (
					callee.type === "MemberExpression" &&
					callee.property.type === "Identifier" &&
					!callee.computed &&
					!callee.optional &&
					COMPARING.has(callee.property.name) &&
					isPure(callee.object) &&
					first !== undefined &&
					isPure(first)
				)
					trace(node, callee.object, first);
				break;
			}
			case "ImportDeclaration":
			case "ExportNamedDeclaration":
			case "ExportAllDeclaration":
				if (node.source) words.delete(node.source.start);
				break;
			case "Literal":
				collect(node.value, node.start);
				break;
			case "TemplateElement":
				collect(node.value.cooked ?? "", node.start);
				break;
		}
	});
	function collect(value: unknown, start: number): void {
		if (typeof value === "string") {
			if (value.length > 0 && value.length <= LONGEST_WORD)
				words.set(start, value);
		} else if (typeof value === "number" && Number.isSafeInteger(value))
			words.set(start, value);
	}

	const at = behindDirectives(tree.body) ?? bodyStart(source);
	text.appendLeft(at, at > 0 && !isModule ? `;${PROLOGUE}` : PROLOGUE);
	return {
		code: text.toString(),
		map: text.generateMap({ source: url, includeContent: false, hires: true }),
		edges,
		comparisons,
		words: [...new Set(words.values())],
	};
}

const LONGEST_WORD = 40;

/**
 * Finds the getters of `Object.defineProperty(exports, NAME, { get: function () { ... } })`. Node tells from their text
 * what a CommonJS module exports, and does not know them with anything else in them.
 */
function exportGetters(tree: acorn.Program): Set<acorn.Node> {
	const getters = new Set<acorn.Node>();
	full(tree, (any) => {
		const node = any as acorn.AnyNode;
		if (
			node.type !== "CallExpression" ||
			node.callee.type !== "MemberExpression" ||
			node.callee.property.type !== "Identifier" ||
			node.callee.property.name !== "defineProperty"
		)
			return;
		const [object, , descriptor] = node.arguments;
		if (object?.type !== "Identifier" || object.name !== "exports") return;
		if (descriptor?.type !== "ObjectExpression") return;
		for (const property of descriptor.properties)
			if (property.type === "Property") getters.add(property.value);
	});
	return getters;
}

/** Where the last directive of a body ends, if it starts with any. */
function behindDirectives(
	body: readonly (acorn.Statement | acorn.ModuleDeclaration)[],
): number | undefined {
	let end: number | undefined;
	for (const statement of body) {
		if (statement.type !== "ExpressionStatement" || !statement.directive) break;
		end = statement.end;
	}
	return end;
}

function bodyStart(source: string): number {
	return source.startsWith("#!") ? source.indexOf("\n") + 1 : 0;
}

/** The empty place behind a node. */
function endOf(node: acorn.Node): acorn.Node {
	return { ...node, start: node.end };
}

/** Finds a comparison's operator, behind the parentheses that the left operand may stand in. */
function operatorAt(source: string, node: acorn.BinaryExpression): number {
	let at = node.left.end;
	for (;;) {
		// Comments may hold anything.
		if (source.startsWith("/*", at)) at = source.indexOf("*/", at) + 2;
		else if (source.startsWith("//", at)) at = source.indexOf("\n", at);
		else if (source.startsWith(node.operator, at)) return at;
		else at += 1;
	}
}

function isConstant(node: acorn.Node): boolean {
	const { type, argument } = node as acorn.UnaryExpression;
	return (
		node.type === "Literal" ||
		(type === "UnaryExpression" && argument.type === "Literal")
	);
}

function isNothing(node: acorn.AnyNode): boolean {
	return (
		(node.type === "Identifier" && node.name === "undefined") ||
		(node.type === "Literal" && node.value === null && !node.regex)
	);
}

function isTypeof(node: acorn.AnyNode): boolean {
	return node.type === "UnaryExpression" && node.operator === "typeof";
}

/** Whether an expression may be evaluated twice. What getters do, they are taken to do again. */
function isPure(any: acorn.Node): boolean {
	const node = any as acorn.AnyNode;
	switch (node.type) {
		case "Identifier":
		case "ThisExpression":
		case "PrivateIdentifier":
			return true;
		case "Literal":
			return !node.regex;
		case "MemberExpression":
			return (
				!node.optional &&
				isPure(node.object) &&
				(!node.computed || isPure(node.property))
			);
		case "UnaryExpression":
			return node.operator !== "delete" && isPure(node.argument);
		case "BinaryExpression":
			return (
				ARITHMETIC.has(node.operator) && isPure(node.left) && isPure(node.right)
			);
		default:
			return false;
	}
}
