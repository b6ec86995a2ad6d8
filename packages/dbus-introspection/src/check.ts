import { isInterfaceName, isMemberName } from "@framewright/dbus-message";
import type {
	Annotations,
	InterfaceDescription,
	PropertyDescription,
} from "./description.ts";
import { splitSignature } from "./split-signature.ts";
import {
	type AnnotationFields,
	ARGS,
	type ArgumentFields,
	fieldNamed,
	fieldOf,
	IN,
	isEmitsChangedSignal,
	type Kind,
	OUT,
	type WithArguments,
} from "./vocabulary.ts";
import { isXmlText } from "./xml.ts";

/**
 * Checks what the compiler cannot see of a description: names, signatures, and that there is a name for each argument or for
 * none. Throws a `RangeError` that says where: `com.example.Clock.SetAlarm: inNames must have 2 elements, not 1`.
 */
export function checkInterface(description: InterfaceDescription): void {
	const { name, methods = {}, signals = {}, properties = {} } = description;
	if (!isInterfaceName(name))
		throw new RangeError(
			`${JSON.stringify(name)} is not the name of an interface`,
		);
	checkAnnotated(description, "interface", name);
	for (const [member, method] of Object.entries(methods)) {
		const where = memberOf(name, member, isMemberName, "method");
		checkArguments(method, IN, where);
		checkArguments(method, OUT, where);
		checkAnnotated(method, "method", where);
	}
	for (const [member, signal] of Object.entries(signals)) {
		const where = memberOf(name, member, isMemberName, "signal");
		checkArguments(signal, ARGS, where);
		checkAnnotated(signal, "signal", where);
	}
	for (const [member, property] of Object.entries(properties)) {
		const where = memberOf(
			name,
			member,
			(text) => text !== "" && isXmlText(text),
			"property",
		);
		checkProperty(property, where);
	}
}

function memberOf(
	owner: string,
	name: string,
	isName: (name: string) => boolean,
	kind: string,
): string {
	if (!isName(name))
		throw new RangeError(
			`${owner}: ${JSON.stringify(name)} is not the name of a ${kind}`,
		);
	return `${owner}.${name}`;
}

function checkProperty(property: PropertyDescription, where: string): void {
	if (split(property.type, "type", where).length !== 1)
		throw new RangeError(`${where}: type must be one complete type`);
	if (!["read", "write", "readwrite"].includes(property.access))
		throw new RangeError(`${where}: access must be read, write or readwrite`);
	checkAnnotated(property, "property", where);
}

function checkArguments(
	member: WithArguments,
	fields: ArgumentFields,
	where: string,
): void {
	const { length } = split(
		member[fields.signature] ?? "",
		fields.signature,
		where,
	);
	const names = member[fields.names];
	const annotations = member[fields.annotations];
	for (const [field, list] of [
		[fields.names, names],
		[fields.annotations, annotations],
	] as const)
		if (list !== undefined && list.length !== length)
			throw new RangeError(
				`${where}: ${field} must have ${length} elements, not ${list.length}`,
			);
	for (const name of names ?? []) checkText(name, fields.names, where);
	for (const each of annotations ?? [])
		checkAnnotations(each, fields.annotations, where);
}

function checkAnnotated(
	described: AnnotationFields & { readonly annotations?: Annotations },
	kind: Kind,
	where: string,
): void {
	const { annotations = {}, emitsChangedSignal } = described;
	if (
		emitsChangedSignal !== undefined &&
		!isEmitsChangedSignal(emitsChangedSignal)
	)
		throw new RangeError(
			`${where}: emitsChangedSignal must be true, invalidates, const or false`,
		);
	checkAnnotations(annotations, "annotations", where);
	for (const [name, value] of Object.entries(annotations)) {
		const field = fieldNamed(kind, name);
		if (field === undefined) continue;
		if (fieldOf(kind, name, value) || described[field] !== undefined)
			throw new RangeError(
				`${where}: write the field ${field}, not the annotation ${name}`,
			);
	}
}

function checkAnnotations(
	annotations: Annotations,
	field: string,
	where: string,
): void {
	for (const pair of Object.entries(annotations))
		for (const text of pair) checkText(text, field, where);
}

function checkText(text: string, field: string, where: string): void {
	if (!isXmlText(text))
		throw new RangeError(
			`${where}: ${field} has a character that XML cannot have, in ${JSON.stringify(text)}`,
		);
}

function split(signature: string, field: string, where: string): string[] {
	try {
		return splitSignature(signature);
	} catch (error) {
		throw new RangeError(`${where}: ${field}: ${(error as Error).message}`, {
			cause: error,
		});
	}
}
