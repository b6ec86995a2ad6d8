import { type Middleware, ResponseError } from "@framewright/json-rpc-peer";

/** Sends the caller whatever a method throws with an integer `code` of its own, so that a methods file need import nothing. */
export const tellCodedErrors: Middleware = async (_call, next) => {
	try {
		return await next();
	} catch (thrown) {
		throw hasCode(thrown)
			? new ResponseError(thrown.code, thrown.message, thrown.data)
			: thrown;
	}
};

interface CodedError {
	readonly code: number;
	readonly message: string;
	readonly data?: unknown;
}

/** Whether it was meant for the caller; any other error may tell of paths and secrets. */
function hasCode(thrown: unknown): thrown is CodedError {
	if (typeof thrown !== "object" || thrown === null) return false;
	const { code, message } = thrown as Partial<CodedError>;
	// Own: a DOMException inherits a number.
	return (
		Object.hasOwn(thrown, "code") &&
		Number.isSafeInteger(code) &&
		typeof message === "string"
	);
}
