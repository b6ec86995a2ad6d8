import type {
	BusConnection,
	DBusConnection,
} from "@framewright/dbus-connection";
import { DBusError } from "@framewright/dbus-connection";
import type { InterfaceDescription } from "@framewright/dbus-introspection";
import { variant } from "@framewright/dbus-marshal";

export const clockName = "com.example.Clock";
export const clockPath = "/com/example/Clock";

/** An interface with a bit of everything. */
export const Clock = {
	name: clockName,
	methods: {
		SetAlarm: {
			in: "ts",
			out: "u",
			inNames: ["when", "message"],
			outNames: ["id"],
		},
		Echo: {
			in: "v",
			out: "vs",
			inNames: ["value"],
			outNames: ["value", "signature"],
		},
		Fail: {},
		Alarms: { out: "a{ua{sv}}", outNames: ["alarms"] },
	},
	signals: { Rang: { args: "us", argNames: ["id", "message"] } },
	properties: {
		Zone: { type: "s", access: "readwrite" },
		Time: { type: "t", access: "read", emitsChangedSignal: "false" },
	},
} as const satisfies InterfaceDescription;

/** Exports a clock. */
export function exportClock(connection: DBusConnection | BusConnection) {
	let zone = "UTC";
	let last = 0;
	const exported = connection.export(clockPath, Clock, {
		methods: {
			SetAlarm(_, message) {
				last += 1;
				// Behind the answer.
				setImmediate(() => exported.emit("Rang", last, message));
				return last;
			},
			Echo: (value) => [value, value.signature],
			Fail() {
				throw new DBusError("com.example.Error.Broken", "It is broken");
			},
			Alarms: () => new Map([[1, { Message: variant("s", "up") }]]),
		},
		properties: {
			Zone: {
				get: () => zone,
				set: (value) => {
					zone = value;
				},
			},
			Time: { get: () => 1_700_000_000n },
		},
	});
	return exported;
}
