// pyright, Python's type checker of Microsoft, on vscode-jsonrpc.

import { expect, test } from "vitest";
import { describeLanguageServer } from "../src/describe-language-server.ts";
import { packageProgram } from "../src/program.ts";

const text = `class Point:
    width: int = 1
    height: int = 2

area: str = Point().width
`;

describeLanguageServer(
	"pyright-langserver",
	{
		command: [...packageProgram("pyright", "pyright-langserver"), "--stdio"],
		document: { name: "area.py", languageId: "python", text },
	},
	{
		diagnostic: {
			message: /^Type "int" is not assignable to declared type "str"/,
			range: {
				start: { line: 4, character: 12 },
				end: { line: 4, character: 25 },
			},
		},
		completion: { position: { line: 4, character: 20 }, label: "height" },
		hover: { position: { line: 0, character: 7 }, text: "class Point" },
	},
	(session) => {
		test("asks us for its configuration", () => {
			expect(session().asked).toContain("workspace/configuration");
		});
	},
);
