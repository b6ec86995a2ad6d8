// What targets of D-Bus have in common. This is no target: it exports no `fuzz`.

/** What headers and signatures are made of. */
export const DBUS_WORDS: readonly (string | Uint8Array)[] = [
	...["a{sv}", "as", "ay", "(", ")", "v", "av", "a(oay)", "bdxg"],
	...["org.freedesktop.DBus", "/org/freedesktop/DBus", "Hello", ":1.1"],
	Uint8Array.of(0x6c, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0),
	Uint8Array.of(0x42, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0),
	Uint8Array.of(1, 1, 0x6f, 0),
	Uint8Array.of(8, 1, 0x67, 0),
	Uint8Array.of(1, 0x73, 0),
	Uint8Array.of(1, 0x76, 0),
];
