import type { Address, TcpAddress } from "./address.ts";
import type { Parameters } from "./parameters.ts";

/** Reads the parameters that the specification defines; keeps the others. */
export function typed(parameters: Parameters): Address {
	const guid = parameters.optional(
		"guid",
		/^[0-9a-f]{32}$/i,
		"32 digits of hex",
	);
	const address = ofTransport(parameters);
	const extra = parameters.rest();
	return {
		...address,
		...guid,
		...(extra.length > 0 ? { extra } : {}),
	} as Address;
}

function ofTransport(parameters: Parameters): Address {
	const { transport } = parameters;
	switch (transport) {
		case "unix":
			return unix(parameters);
		case "tcp":
			return { transport, ...tcp(parameters) };
		case "nonce-tcp":
			return {
				transport,
				...tcp(parameters),
				...parameters.optional("noncefile"),
			};
		case "unixexec":
			return {
				transport,
				path: parameters.required("path"),
				...parameters.optional("argv0"),
				args: args(parameters),
			};
		case "launchd":
			return { transport, env: parameters.required("env") };
		case "autolaunch":
			return { transport, ...parameters.optional("scope") };
		case "systemd":
			return { transport };
		default:
			return { transport: "other", name: transport };
	}
}

const UNIX_KEYS = ["path", "abstract", "dir", "tmpdir", "runtime"] as const;

function unix(parameters: Parameters): Address {
	const [key, second] = UNIX_KEYS.filter((each) => parameters.has(each));
	if (key === undefined || second !== undefined)
		parameters.fail(`unix: needs exactly one of ${UNIX_KEYS.join(", ")}`);
	if (key === "runtime") {
		parameters.optional(key, /^yes$/, "yes");
		return { transport: "unix", runtime: true };
	}
	return { transport: "unix", ...parameters.optional(key) } as Address;
}

function tcp(parameters: Parameters): Omit<TcpAddress, "transport"> {
	const { port } = parameters.optional(
		"port",
		/^0*(\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])$/,
		"a number from 0 to 65535",
	);
	return {
		...parameters.optional("host"),
		...parameters.optional("bind"),
		...(port === undefined ? {} : { port: Number(port) }),
		...(parameters.optional("family", /^ipv[46]$/, "ipv4 or ipv6") as {
			family?: "ipv4" | "ipv6";
		}),
	};
}

/** What comes behind the first gap is not taken into account. */
function args(parameters: Parameters): string[] {
	const found: string[] = [];
	for (let key = "argv1"; parameters.has(key); key = `argv${found.length + 1}`)
		found.push(parameters.required(key));
	return found;
}
