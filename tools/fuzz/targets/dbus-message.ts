import { dbusMessage } from "@framewright/dbus-message";
import { fuzzLayer } from "@framewright/fuzz";
import { message } from "../../../packages/dbus-message/test/arbitrary-message.ts";
import { DBUS_WORDS } from "./shared/dbus.ts";

/** The messages of a connection to a bus. */
export const fuzz = fuzzLayer(
	{
		values: dbusMessage({ dict: "entries" }),
		views: dbusMessage({ dict: "entries", bytes: "view", maxLength: 4096 }),
	},
	{ item: message, dictionary: DBUS_WORDS },
);
