export {
	type AuthClient,
	type AuthClientOptions,
	authClient,
	type FindCookie,
} from "./client.ts";
export {
	type AuthServer,
	type AuthServerOptions,
	authServer,
	type Cookie,
	type IssueCookie,
} from "./server.ts";
export type {
	Authenticated,
	Mechanism,
	Refused,
	Send,
} from "./step.ts";
