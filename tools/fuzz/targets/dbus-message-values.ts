import { dbusMessage } from "@framewright/dbus-message";
import { fuzzValues } from "@framewright/fuzz";
import { message } from "../../../packages/dbus-message/test/arbitrary-message.ts";

/** Messages as programs send them: most changes to the bytes of one make it invalid, and none to its choices does. */
export const fuzz = fuzzValues(dbusMessage({ dict: "entries" }), message);
