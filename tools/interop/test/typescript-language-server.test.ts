// typescript-language-server, on vscode-jsonrpc: a server that talks to a process of its own, tsserver.

import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { describeLanguageServer } from "../src/describe-language-server.ts";
import { packageProgram } from "../src/program.ts";

// TypeScript 7 has no tsserver any more.
const tsserver = createRequire(import.meta.url).resolve(
	"typescript-5.6/lib/tsserver.js",
);

const text = `const point = { width: 1, height: 2 };
export const area: string = point.width;
`;

describeLanguageServer(
	"typescript-language-server",
	{
		command: [
			...packageProgram(
				"typescript-language-server",
				"typescript-language-server",
			),
			"--stdio",
		],
		files: { "tsconfig.json": "{}" },
		document: { name: "area.ts", languageId: "typescript", text },
		initializationOptions: {
			tsserver: { path: tsserver },
			// It would ask the registry for the types of what is imported.
			disableAutomaticTypingAcquisition: true,
		},
	},
	{
		diagnostic: {
			message: "Type 'number' is not assignable to type 'string'.",
			range: {
				start: { line: 1, character: 13 },
				end: { line: 1, character: 17 },
			},
		},
		completion: { position: { line: 1, character: 34 }, label: "height" },
		hover: {
			position: { line: 0, character: 7 },
			text: "const point: {",
		},
	},
	(session) => {
		test("asks us to show its progress while it reads the project", () => {
			expect(session().asked).toContain("window/workDoneProgress/create");
			expect(session().progress[0]).toBe("begin");
			expect(session().progress).toContain("end");
		});
	},
);
