/** The name, and the interface, of the bus itself. */
export const busName = "org.freedesktop.DBus";

/** The path of the bus itself. */
export const busPath = "/org/freedesktop/DBus";

/** What every bus offers ("Message Bus Messages"), without what only one of them has. */
export const busInterface = {
	name: "org.freedesktop.DBus",
	methods: {
		Hello: { out: "s", outNames: ["unique_name"] },
		RequestName: {
			in: "su",
			out: "u",
			inNames: ["name", "flags"],
			outNames: ["reply"],
		},
		ReleaseName: {
			in: "s",
			out: "u",
			inNames: ["name"],
			outNames: ["reply"],
		},
		ListQueuedOwners: {
			in: "s",
			out: "as",
			inNames: ["name"],
			outNames: ["owners"],
		},
		ListNames: { out: "as", outNames: ["names"] },
		ListActivatableNames: { out: "as", outNames: ["names"] },
		NameHasOwner: {
			in: "s",
			out: "b",
			inNames: ["name"],
			outNames: ["has_owner"],
		},
		StartServiceByName: {
			in: "su",
			out: "u",
			inNames: ["name", "flags"],
			outNames: ["reply"],
		},
		UpdateActivationEnvironment: { in: "a{ss}", inNames: ["environment"] },
		GetNameOwner: {
			in: "s",
			out: "s",
			inNames: ["name"],
			outNames: ["unique_name"],
		},
		GetConnectionUnixUser: {
			in: "s",
			out: "u",
			inNames: ["name"],
			outNames: ["user_id"],
		},
		GetConnectionUnixProcessID: {
			in: "s",
			out: "u",
			inNames: ["name"],
			outNames: ["process_id"],
		},
		GetConnectionCredentials: {
			in: "s",
			out: "a{sv}",
			inNames: ["name"],
			outNames: ["credentials"],
		},
		AddMatch: { in: "s", inNames: ["rule"] },
		RemoveMatch: { in: "s", inNames: ["rule"] },
		GetId: { out: "s", outNames: ["id"] },
	},
	signals: {
		NameOwnerChanged: {
			args: "sss",
			argNames: ["name", "old_owner", "new_owner"],
		},
		NameLost: { args: "s", argNames: ["name"] },
		NameAcquired: { args: "s", argNames: ["name"] },
	},
	properties: {
		Features: { type: "as", access: "read", emitsChangedSignal: "const" },
		Interfaces: { type: "as", access: "read", emitsChangedSignal: "const" },
	},
} as const;

/** What a bus offers to those who may watch everything. */
export const monitoringInterface = {
	name: "org.freedesktop.DBus.Monitoring",
	methods: { BecomeMonitor: { in: "asu", inNames: ["rules", "flags"] } },
} as const;
