import {
	type AuthClientOptions,
	type AuthServerOptions,
	authClient,
	authServer,
	type Mechanism,
} from "@framewright/dbus-auth";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { feed, type Side } from "./dialogue.ts";

const numRuns = Number(process.env.FRAMEWRIGHT_RUNS ?? 10_000);
const guid = "0123456789abcdef0123456789abcdef";
const ALL: Mechanism[] = ["EXTERNAL", "DBUS_COOKIE_SHA1", "ANONYMOUS"];

describe("a client against a server", () => {
	const mechanisms = fc
		.shuffledSubarray(ALL, { minLength: 1 })
		.map((each) => each as Mechanism[]);
	const identity = fc.constantFrom("1000", "0", "lib");
	const scenario = fc.record({
		client: fc.record<AuthClientOptions>({
			mechanisms,
			identity,
			unixFds: fc.boolean(),
		}),
		server: fc.record<AuthServerOptions>({
			guid: fc.constant(guid),
			mechanisms,
			credentials: fc.option(identity, { nil: undefined }),
			unixFds: fc.boolean(),
			maxRejections: fc.integer({ min: 1, max: 6 }),
		}),
		issued: fc.option(fc.constantFrom("c0ffee", "c0"), { nil: undefined }),
		found: fc.option(fc.constantFrom("c0ffee", "c0"), { nil: undefined }),
		size: fc.integer({ min: 1, max: 100 }),
	});

	/** Which mechanisms this server lets this client in by, in the order that the client has them. */
	function open({
		client,
		server,
		issued,
		found,
	}: typeof scenario extends fc.Arbitrary<infer T> ? T : never): Mechanism[] {
		const lets: Record<Mechanism, boolean> = {
			EXTERNAL: server.credentials === client.identity,
			DBUS_COOKIE_SHA1: issued !== undefined && issued === found,
			ANONYMOUS: true,
		};
		return (client.mechanisms ?? []).filter(
			(each) => server.mechanisms?.includes(each) && lets[each],
		);
	}

	test("always ends, with both authenticated alike, or neither", () => {
		fc.assert(
			fc.property(scenario, (all) => {
				const client = authClient(all.client);
				const server = authServer(all.server);
				const ends: Record<string, unknown>[] = [];
				const run = (side: Side, text: string): string => {
					const { sent, events } = feed(side, text, all.size, (_, question) => {
						const { type } = question as { type: string };
						if (type === "find-cookie") client.answer(all.found);
						else
							server.answer(
								all.issued === undefined
									? undefined
									: { context: "ctx", id: 42, value: all.issued },
							);
					});
					for (const event of events) {
						const end = JSON.parse(event);
						if (!end.type.endsWith("cookie")) ends.push(end);
					}
					return sent;
				};
				let toClient = "";
				// Nine lines each way are the most: three tries with a challenge each, and the end.
				for (let turn = 0; turn < 10; turn++)
					toClient = run(server, run(client, toClient));
				expect(toClient).toBe("");
				const [mechanism] = open(all);
				const [first, second] = ends;
				if (first?.type === "authenticated") {
					expect(second).toEqual(first);
					expect(first).toMatchObject({
						mechanism,
						guid,
						unixFds: all.client.unixFds && all.server.unixFds,
					});
				} else {
					// Who was refused closes the connection, whatever the other waits for.
					expect(first).toMatchObject({ type: "refused" });
					if (second !== undefined)
						expect(second).toMatchObject({ type: "refused" });
					// Six attempts are more than three mechanisms need.
					if (all.server.maxRejections === 6) expect(mechanism).toBeUndefined();
				}
			}),
			{ numRuns: numRuns / 4 },
		);
	});
});
