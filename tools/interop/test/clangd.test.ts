// clangd, C++'s language server, of LLVM: the one here that is not written on Microsoft's or Python's libraries.

import { expect, test } from "vitest";
import { describeLanguageServer } from "../src/describe-language-server.ts";
import { describeProgram } from "../src/program.ts";

const text = `struct Point { int width; int height; };
int area(Point point) { return point.width; }
int wrong = "Grüße";
`;

describeProgram("clangd", "apt-get install clangd", (clangd) => {
	describeLanguageServer(
		"a session",
		{
			// Without an index of the whole project there is less to do.
			command: [clangd, "--background-index=false", "--log=error", "-j=1"],
			document: { name: "area.cpp", languageId: "cpp", text },
		},
		{
			diagnostic: {
				message: /^Cannot initialize a variable of type 'int'/,
				range: {
					start: { line: 2, character: 4 },
					end: { line: 2, character: 9 },
				},
			},
			completion: { position: { line: 1, character: 37 }, label: "height" },
			hover: { position: { line: 1, character: 5 }, text: "area" },
		},
		(session) => {
			test("is clangd", () => {
				const { serverInfo } = session().initialized;
				expect(serverInfo?.name).toBe("clangd");
			});
		},
	);
});
