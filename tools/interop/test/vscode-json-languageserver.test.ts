// The language server of VS Code for JSON, on vscode-jsonrpc.

import { expect, test } from "vitest";
import { describeLanguageServer } from "../src/describe-language-server.ts";
import { packageProgram } from "../src/program.ts";

const SCHEMA = "framewright://schema/area";
const schema = {
	type: "object",
	properties: {
		width: { type: "number", description: "How wide it is" },
		height: { type: "number" },
	},
};

describeLanguageServer(
	"vscode-json-language-server",
	{
		command: [
			...packageProgram(
				"vscode-langservers-extracted",
				"vscode-json-language-server",
			),
			"--stdio",
		],
		document: {
			name: "area.json",
			languageId: "json",
			text: '{\n\t"width": "wide",\n\t\n}\n',
		},
		// Whatever is not read by itself it asks us for, by a request whose params are an array.
		initializationOptions: { handledSchemaProtocols: ["file"] },
		content: (uri) => JSON.stringify(uri === SCHEMA ? schema : {}),
		settings: {
			json: {
				validate: { enable: true },
				schemas: [{ fileMatch: ["area.json"], url: SCHEMA }],
			},
		},
	},
	{
		diagnostic: {
			message: 'Incorrect type. Expected "number".',
			range: {
				start: { line: 1, character: 10 },
				end: { line: 1, character: 16 },
			},
		},
		completion: { position: { line: 2, character: 1 }, label: "height" },
		hover: { position: { line: 1, character: 3 }, text: "How wide it is" },
	},
	(session) => {
		test("asks us for the schema, and heeds it", () => {
			expect(session().asked).toContain("vscode/content");
		});
	},
);
