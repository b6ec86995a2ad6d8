// What values of D-Bus have to reach.

import { type Bar, times } from "./bar.ts";
import { DECODE, ENCODE } from "./dbus-marshal.ts";

const bar = (what: string, value: string, atLeast: number): Bar => ({
	suite: "dbus-marshal",
	text: `${what.split(" ")[0]} ${value}: dbus-native`,
	atLeast,
	measured: times(
		value,
		{ suite: "dbus-marshal", what },
		"framewright",
		"dbus-native",
	),
});

export const dbusBars: readonly Bar[] = [
	bar(ENCODE, "a{sv} of 20", 5),
	bar(DECODE, "a{sv} of 20", 1.5),
	bar(ENCODE, "a(isd) of 1,000", 8),
	bar(DECODE, "a(isd) of 1,000", 2),
	bar(ENCODE, "ay of 1 MiB", 5),
	bar(DECODE, "ay of 1 MiB", 5),
];
