// What values and messages of D-Bus have to reach.

import { type Bar, times } from "./bar.ts";
import { DECODE, ENCODE } from "./dbus-marshal.ts";
import {
	DECODE as DECODE_MESSAGES,
	ENCODE as ENCODE_MESSAGES,
} from "./dbus-message.ts";

const bar = (
	suite: string,
	what: string,
	value: string,
	peer: string,
	atLeast: number,
	ours = "framewright",
): Bar => ({
	suite,
	text: `${what} ${value}${ours.replace("framewright", "")}: ${peer}`,
	atLeast,
	measured: times(value, { suite, what }, ours, peer),
});

const DICT = "a{sv} of 20";
const RECORDS = "a(isd) of 1,000";
const BYTES = "ay of 1 MiB";
const [MARSHAL, MESSAGE] = ["dbus-marshal", "dbus-message"];

export const dbusBars: readonly Bar[] = [
	bar(MARSHAL, ENCODE, DICT, "dbus-native", 5),
	bar(MARSHAL, DECODE, DICT, "dbus-native", 1.5),
	bar(MARSHAL, ENCODE, RECORDS, "dbus-native", 8),
	bar(MARSHAL, DECODE, RECORDS, "dbus-native", 2),
	// A copy of a MiB is a copy: what is left to win is to make none.
	bar(MARSHAL, ENCODE, BYTES, "dbus-native", 1),
	bar(MARSHAL, DECODE, BYTES, "dbus-native", 1),
	bar(MARSHAL, ENCODE, BYTES, "dbus-native", 5, "framewright, by reference"),
	bar(MARSHAL, DECODE, BYTES, "dbus-native", 5, "framewright, a view"),
	// The goal behind: faster than C, and than JSON of the same data.
	...[DICT, RECORDS].flatMap((value) => [
		bar(MESSAGE, ENCODE_MESSAGES, value, "libdbus", 1),
		bar(MESSAGE, DECODE_MESSAGES, value, "libdbus", 1),
		bar(MARSHAL, ENCODE, value, "JSON", 1),
		bar(MARSHAL, DECODE, value, "JSON", 1),
	]),
	...["call, su", "signal, sa{sv}as"].flatMap((message) => [
		bar(MESSAGE, ENCODE_MESSAGES, message, "dbus-native", 2),
		bar(MESSAGE, DECODE_MESSAGES, message, "dbus-native", 1),
		bar(MESSAGE, ENCODE_MESSAGES, message, "libdbus", 1),
		bar(MESSAGE, DECODE_MESSAGES, message, "libdbus", 1),
	]),
];
