/** Answered for every object, those that do not exist included. */
export const peerInterface = {
	name: "org.freedesktop.DBus.Peer",
	methods: {
		Ping: {},
		GetMachineId: { out: "s", outNames: ["machine_uuid"] },
	},
} as const;

/** Answered for every object, and for every path above one. */
export const introspectableInterface = {
	name: "org.freedesktop.DBus.Introspectable",
	methods: { Introspect: { out: "s", outNames: ["xml_data"] } },
} as const;

/** Answered for every object. */
export const propertiesInterface = {
	name: "org.freedesktop.DBus.Properties",
	methods: {
		Get: {
			in: "ss",
			out: "v",
			inNames: ["interface_name", "property_name"],
			outNames: ["value"],
		},
		GetAll: {
			in: "s",
			out: "a{sv}",
			inNames: ["interface_name"],
			outNames: ["props"],
		},
		Set: {
			in: "ssv",
			inNames: ["interface_name", "property_name", "value"],
		},
	},
	signals: {
		PropertiesChanged: {
			args: "sa{sv}as",
			argNames: [
				"interface_name",
				"changed_properties",
				"invalidated_properties",
			],
		},
	},
} as const;

/** Answered where `exportObjectManager` was called. */
export const objectManagerInterface = {
	name: "org.freedesktop.DBus.ObjectManager",
	methods: {
		GetManagedObjects: {
			out: "a{oa{sa{sv}}}",
			outNames: ["objpath_interfaces_and_properties"],
		},
	},
	signals: {
		InterfacesAdded: {
			args: "oa{sa{sv}}",
			argNames: ["object_path", "interfaces_and_properties"],
		},
		InterfacesRemoved: {
			args: "oas",
			argNames: ["object_path", "interfaces"],
		},
	},
} as const;
