// The Python LSP Server of the Spyder project, on a JSON-RPC library of its own.

import { expect, test } from "vitest";
import {
	describeLanguageServer,
	testDiagnostic,
} from "../src/describe-language-server.ts";
import { describeProgram } from "../src/program.ts";

const text = `import os
class Point:
    width = 1
    height = 2

area = Point().width
`;

describeProgram("pylsp", "apt-get install python3-pylsp", (pylsp) => {
	describeLanguageServer(
		"a session",
		{
			command: [pylsp],
			document: { name: "area.py", languageId: "python", text },
		},
		{
			completion: { position: { line: 5, character: 15 }, label: "height" },
			hover: { position: { line: 1, character: 7 }, text: "Point" },
		},
		(session) => {
			// Debian's package reads Python by Jedi alone, which tells of no errors: that takes a linter.
			describeProgram("pyflakes3", "apt-get install pyflakes3", () => {
				testDiagnostic(session, {
					message: "'os' imported but unused",
					range: {
						start: { line: 0, character: 0 },
						// It counts the line's end as a character of the line.
						end: { line: 0, character: 10 },
					},
				});
			});

			test("is pylsp", () => {
				expect(session().initialized.serverInfo?.name).toBe("pylsp");
			});
		},
	);
});
