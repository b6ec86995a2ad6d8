export { type AuthClient, authClient } from "./client.ts";
export type { AuthClientOptions, FindCookie } from "./client-options.ts";
export type { Random } from "./cookie.ts";
export { type AuthServer, authServer } from "./server.ts";
export type {
	AuthServerOptions,
	Cookie,
	IssueCookie,
} from "./server-options.ts";
export type { Authenticated, Mechanism, Refused, Send } from "./step.ts";
