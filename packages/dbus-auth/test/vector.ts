import { authClient, authServer, type Mechanism } from "@framewright/dbus-auth";
import { expect, test } from "vitest";
import { type Dialogue, play, type Side } from "./dialogue.ts";

export const GUID = "0123456789abcdef0123456789abcdef";
export const ALL: Mechanism[] = ["EXTERNAL", "DBUS_COOKIE_SHA1", "ANONYMOUS"];
/** 1000, lib and 1001, in hex. */
export const UID = "31303030";
export const NAME = "6c6962";
export const WRONG = "31303031";

export const server = (credentials?: string) => (): Side =>
	authServer({ guid: GUID, mechanisms: ALL, credentials, unixFds: true });
export const client =
	(mechanisms: Mechanism[], unixFds = false) =>
	(): Side =>
		authClient({ mechanisms, identity: "1000", unixFds, trace: "dbus 1.1" });

/** Answers like a keyring of user 1000, called lib. */
const keyring = (side: Side, question: object): void => {
	const { identity } = question as { identity?: string };
	const cookie = { context: "a", id: 7, value: "c0" };
	const known = identity === "1000" || identity === "lib";
	(side as ReturnType<typeof authServer>).answer(known ? cookie : undefined);
};

export const REJECTED = "S: REJECTED EXTERNAL DBUS_COOKIE_SHA1 ANONYMOUS";
export const OK = `S: OK ${GUID}` as const;

/** Plays a dialogue at every chunk size, and checks how it ends. */
export function vector(
	name: string,
	make: () => Side,
	dialogue: Dialogue,
	end: object | undefined,
	rest = "",
): void {
	test(name, () => {
		const own = "answer" in make() && make().pull() === undefined ? "S" : "C";
		const longest = Math.max(...dialogue.map((line) => line.length)) + 8;
		for (let size = 1; size <= longest; size++) {
			const side = make();
			const events = play(side, own, dialogue, size, keyring)
				.filter((event) => event.startsWith("{"))
				.map((event) => JSON.parse(event))
				.filter(({ type }) => !type.endsWith("cookie"));
			if (end === undefined) expect(events).toEqual([]);
			else expect(events).toMatchObject([end]);
			expect(String.fromCharCode(...side.rest())).toBe(rest);
		}
	});
}

export const authenticated = { type: "authenticated", guid: GUID };
export const asUser = {
	...authenticated,
	mechanism: "EXTERNAL",
	identity: "1000",
};
export const refused = { type: "refused" };
