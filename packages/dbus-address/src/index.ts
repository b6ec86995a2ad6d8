export type {
	Address,
	AutolaunchAddress,
	LaunchdAddress,
	NonceTcpAddress,
	OtherAddress,
	Parameter,
	SystemdAddress,
	TcpAddress,
	UnixAddress,
	UnixexecAddress,
} from "./address.ts";
export {
	type ConnectTarget,
	connectTarget,
	type Host,
	UnsupportedAddressError,
} from "./connect-target.ts";
export {
	type Environment,
	sessionBusAddress,
	systemBusAddress,
} from "./default-address.ts";
export { escapeValue, unescapeValue } from "./escape.ts";
export { formatAddress } from "./format.ts";
export { parseAddress } from "./parse.ts";
export { isConnectable, isListenable } from "./usable.ts";
