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
export { type ConnectTarget, connectTarget } from "./connect-target.ts";
export {
	type Environment,
	sessionBusAddress,
	systemBusAddress,
} from "./default-address.ts";
export { escapeValue, unescapeValue } from "./escape.ts";
export { formatAddress } from "./format.ts";
export type { Host } from "./host.ts";
export {
	advertisedAddress,
	type BoundAddress,
	type ListenHost,
	type ListenTarget,
	listenTarget,
} from "./listen-target.ts";
export { parseAddress } from "./parse.ts";
export { UnsupportedAddressError } from "./unsupported.ts";
export { isConnectable, isListenable } from "./usable.ts";
