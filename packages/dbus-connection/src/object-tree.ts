import type { Exported } from "./exported.ts";

/** An object, or what is above one. */
export class ObjectNode {
	readonly path: string;
	readonly parent: ObjectNode | undefined;
	readonly children: Map<string, ObjectNode> = new Map();
	/** The interfaces that were exported here; without any, there is no object. */
	readonly interfaces: Map<string, Exported> = new Map();
	/** Whether it tells which objects are below it. */
	isManager = false;

	constructor(path: string, parent: ObjectNode | undefined) {
		this.path = path;
		this.parent = parent;
	}

	get isObject(): boolean {
		return this.interfaces.size > 0 || this.isManager;
	}

	/** All objects below. */
	*below(): Iterable<ObjectNode> {
		for (const child of this.children.values()) {
			if (child.interfaces.size > 0) yield child;
			yield* child.below();
		}
	}

	/** The nearest node above that tells which objects are below it. */
	get manager(): ObjectNode | undefined {
		for (let node = this.parent; node !== undefined; node = node.parent)
			if (node.isManager) return node;
		return undefined;
	}
}

/** The objects of a connection, by their paths. */
export class ObjectTree {
	readonly #root: ObjectNode = new ObjectNode("/", undefined);

	/** The object at a path, or what is above one. */
	find(path: string): ObjectNode | undefined {
		let node: ObjectNode | undefined = this.#root;
		for (const element of elementsOf(path)) node = node?.children.get(element);
		return node !== undefined && (node.isObject || node.children.size > 0)
			? node
			: undefined;
	}

	/** The node at a path, made if there is none. */
	make(path: string): ObjectNode {
		let node = this.#root;
		let at = "";
		for (const element of elementsOf(path)) {
			at += `/${element}`;
			let child = node.children.get(element);
			if (child === undefined) {
				child = new ObjectNode(at, node);
				node.children.set(element, child);
			}
			node = child;
		}
		return node;
	}

	/** Takes out a node that has nothing left, and those above it that were only there for it. */
	prune(path: string): void {
		let node: ObjectNode | undefined = this.make(path);
		while (
			node?.parent !== undefined &&
			!node.isObject &&
			node.children.size === 0
		) {
			node.parent.children.delete(
				node.path.slice(node.path.lastIndexOf("/") + 1),
			);
			node = node.parent;
		}
	}
}

function elementsOf(path: string): string[] {
	return path === "/" ? [] : path.slice(1).split("/");
}
