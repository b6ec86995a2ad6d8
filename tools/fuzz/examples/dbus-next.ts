import { fuzzFunction } from "@framewright/fuzz";
import message from "dbus-next/lib/message.js";

const { unmarshall } = message;

/** Promises nothing about errors: any will do, as long as it ends. */
export const fuzz = fuzzFunction((data) => unmarshall(Buffer.from(data)), {
	declared: () => true,
});
