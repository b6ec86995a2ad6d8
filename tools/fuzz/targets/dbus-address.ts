import {
	type Address,
	formatAddress,
	parseAddress,
} from "@framewright/dbus-address";
import { fuzzCodec } from "@framewright/fuzz";

/** Addresses of servers, as the bytes of their letters. */
export const fuzz = fuzzCodec<Address[]>(
	{
		decode: (data) => parseAddress(String.fromCharCode(...data)),
		encode: (addresses) =>
			Uint8Array.from(formatAddress(addresses), (c) => c.charCodeAt(0)),
	},
	{
		dictionary: [
			...["unix:", "path=", "abstract=", "runtime=yes", "tmpdir=", "dir="],
			...["tcp:", "host=", "port=", "family=ipv4", "bind=", ",", ";", "%2f"],
			...["nonce-tcp:", "noncefile=", "unixexec:", "argv0=", "argv1="],
			...["launchd:", "env=", "autolaunch:", "scope=", "systemd:"],
			...["guid=0123456789abcdef0123456789abcdef", "%00", "%ff"],
		],
	},
);
