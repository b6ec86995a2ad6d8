// What the targets of both sides have in common. This is no target: it exports no `fuzz`.

import type { Decoder } from "@framewright/codec";
import type { AuthClient, AuthServer } from "@framewright/dbus-auth";

/** What lines of an exchange are made of. The proof is right for a challenge of 0xab. */
export const AUTH_WORDS: readonly (string | Uint8Array)[] = [
	...[
		"\r\n",
		"AUTH ",
		"EXTERNAL ",
		"31303030",
		"ANONYMOUS",
		"DATA ",
		"CANCEL\r\n",
	],
	...["BEGIN\r\n", "NEGOTIATE_UNIX_FD\r\n", "AGREE_UNIX_FD\r\n", "ERROR\r\n"],
	...["OK 0123456789abcdef0123456789abcdef\r\n", "REJECTED EXTERNAL\r\n"],
	...[
		"DBUS_COOKIE_SHA1 ",
		"DATA 63747820343220616263\r\n",
		"REJECTED\r\n",
		"\0",
	],
];

/** Makes a decoder of one side: what it does is what comes out, and its questions are answered with a cookie. */
export function answering(
	side: AuthClient | AuthServer,
): Decoder<Uint8Array, object> & { readonly bytesHeld: number } {
	return {
		push: (chunk) => side.push(chunk),
		end: () => side.end(),
		get bytesHeld() {
			return side.bytesHeld;
		},
		pull: () => {
			const step = side.pull();
			if (step?.type === "find-cookie")
				(side as AuthClient).answer(step.id % 2 === 0 ? "c0ffee" : undefined);
			else if (step?.type === "issue-cookie")
				(side as AuthServer).answer(
					step.identity === "nobody"
						? undefined
						: { context: "ctx", id: 42, value: "c0ffee" },
				);
			return step;
		},
	};
}

/** Random bytes that are always the same. */
export const random = (length: number): Uint8Array =>
	new Uint8Array(length).fill(0xab);
