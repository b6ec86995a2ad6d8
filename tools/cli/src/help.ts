import { layers } from "./layers.ts";

/** How a stack is written, and of what: from the registry itself. */
export const stackHelp: string = `Stacks are written in wire order, the outermost framing first, with the options of each layer in brackets:
  --stack length-prefixed,json-rpc
  --stack 'length-prefixed(width=2,endian=le),newline(delimiter=x00)'

Layers, and their options:
${[...layers]
	.map(([name, { gives, options }]) =>
		[
			`  ${name.padEnd(18)}gives ${gives}`,
			...Object.entries(options).map(
				([option, { expects }]) => `    ${option.padEnd(16)}${expects}`,
			),
		].join("\n"),
	)
	.join("\n")}`;

export const exitCodesHelp = `Exit codes:
  0  all went well
  1  bytes or items cannot be read, decoded or encoded; stderr says where
  2  the command line, the stack or the methods file is at fault
  3  the peer answered with an error
  4  there was no answer: no connection, a connection that broke, a timeout
"tap stdio" ends with the exit code of its command.`;

// A test runs every example, and compares what it prints with what stands below it.

export const decodeHelp = `
Examples:
  $ framewright decode --stack length-prefixed --hex '00000002 6869 00000002 ffd8'
  "hi"
  {"hex":"ffd8"}

  $ printf '\\2\\0hi\\3\\0you' | framewright decode --stack 'length-prefixed(width=2,endian=le)' --offsets
  {"offset":2,"item":"hi"}
  {"offset":6,"item":"you"}

  $ echo '{"jsonrpc":"2.0","id":7}' | framewright decode --stack newline,json-rpc
  {"invalid":"A message must have \\"method\\", \\"result\\" or \\"error\\"","reply":{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid Request"}}}

  $ printf 'Listening...\\nContent-Length: 2\\r\\n\\r\\n{}' | framewright decode --stack 'content-length(resync=true)'
  {"skipped":{"code":"invalid-syntax","message":"A field's name must be a token; found \\"\\\\n\\"","offset":0,"bytes":"Listening...\\n"}}
  "{}"

  $ printf 'GET / HTTP/1.1' | framewright decode --stack length-prefixed
  framewright: too-large at byte 0: A body may have 0 to 8388608 bytes; the prefix announces 1195725856`;

export const encodeHelp = `
Examples:
  $ printf '"hi"\\n{"hex":"ffd8"}\\n' | framewright encode --stack length-prefixed --to-hex
  000000026869
  00000002ffd8

  $ cat calls.jsonl
  {"jsonrpc":"2.0","id":1,"method":"add","params":[2,3]}
  {"jsonrpc":"2.0","method":"log","params":["done"]}
  $ framewright encode calls.jsonl --stack length-prefixed,json-rpc > calls.bin
  $ framewright decode calls.bin --stack length-prefixed,json-rpc --offsets
  {"offset":4,"item":{"jsonrpc":"2.0","id":1,"method":"add","params":[2,3]}}
  {"offset":62,"item":{"jsonrpc":"2.0","method":"log","params":["done"]}}`;

export const callHelp = `
Examples, with the servers of "framewright serve --help":
  $ framewright call unix:calc.sock add '[2,3]' --stack length-prefixed,json-rpc
  5

  $ framewright call unix:calc.sock divide '[1,0]' --stack length-prefixed,json-rpc
  framewright: error response {"code":-32601,"message":"Method not found"}

  $ framewright call unix:dig.sock dig '{"depth":2}' --progress --dialect mcp --stack newline,json-rpc
  framewright: progress {"progress":1,"total":2}
  framewright: progress {"progress":2,"total":2}
  null

  $ framewright call stdio add '[2,3]' --stack newline,json-rpc -- framewright serve stdio --stack newline,json-rpc --methods calc.mjs
  5

  $ cat session.jsonl
  {"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"me","version":"1"}}}
  {"method":"notifications/initialized","notify":true}
  {"method":"tools/call","params":{"name":"echo","arguments":{"message":"hi"}}}
  $ framewright call stdio --script --stack newline,json-rpc -- mcp-server-everything < session.jsonl | tail -n 1
  Starting default (STDIO) server...
  {"result":{"content":[{"type":"text","text":"Echo: hi"}]}}`;

export const serveHelp = `
Examples:
  $ cat calc.mjs
  export const add = ([a, b]) => a + b;
  export const log = ([line]) => console.log(line);
  export { add as "math/add" };
  $ framewright serve unix:calc.sock --stack length-prefixed,json-rpc --methods calc.mjs
  framewright: serving add, log, math/add on unix:calc.sock

  $ framewright serve tcp:127.0.0.1:0 --stack newline,json-rpc --methods calc.mjs
  framewright: serving add, log, math/add on tcp:127.0.0.1:40213

  $ cat dig.mjs
  export const dig = async ({ depth }, { progress }) => {
    for (let i = 1; i <= depth; i++) await progress({ progress: i, total: depth });
  };
  $ framewright serve unix:dig.sock --stack newline,json-rpc --methods dig.mjs --dialect mcp
  framewright: serving dig on unix:dig.sock`;

export const tapHelp = `
In each line: seconds since the start, direction (--> from the client, <-- from the server), time since the request, kind,
method, id, size in bytes, content. The trace is on stdout with --listen, on stderr without it.

An editor, or whoever starts a server, starts this in its place:
  framewright tap stdio --stack content-length,json-rpc --log tap.log -- typescript-language-server --stdio

Any number of clients connect to this, and it to the server for each:
  framewright tap unix:server.sock --listen unix:tap.sock --stack length-prefixed,json-rpc
  framewright tap tcp:127.0.0.1:4000 --listen tcp:127.0.0.1:0 --stack newline,json-rpc --json

Examples, with calc.mjs of "framewright serve --help":
  $ framewright call stdio add '[2,3]' --stack newline,json-rpc -- framewright tap stdio --log tap.log --stack newline,json-rpc -- framewright serve stdio --stack newline,json-rpc --methods calc.mjs
  5

  $ grep add tap.log | cut -c 11-14,23-
  --> request      add id=1 54B [2,3]
  <-- success      add id=1 35B 5`;

export const dbusCallHelp: string = `
Examples, on a session bus:
  $ framewright dbus call session org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner s org.freedesktop.DBus
  true

  $ framewright dbus call session org.freedesktop.DBus / org.freedesktop.DBus.RequestName su com.example.Clock 4
  1

  $ framewright dbus call session org.freedesktop.DBus / org.freedesktop.DBus.GetNameOwner s com.example.Nobody
  framewright: error response org.freedesktop.DBus.Error.NameHasNoOwner: Could not get owner of name 'com.example.Nobody': no such name

Variants are {"type":"s","data":"x"}, dicts objects, structs arrays:
  framewright dbus call system org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager.ListSessions`;

export const dbusMonitorHelp: string = `
Examples:
  framewright dbus monitor session
  framewright dbus monitor system "type='signal',interface='org.freedesktop.DBus.Properties'" | jq .body
  framewright dbus monitor session --count 100 | framewright encode --stack dbus-message > capture.bin`;

export const dbusTypesHelp: string = `
Examples:
  $ cat clock.xml
  <node><interface name="com.example.Clock">
  <method name="SetAlarm"><arg name="when" type="t"/><arg name="id" type="u" direction="out"/></method>
  </interface></node>
  $ framewright dbus-types clock.xml | tail -n 13
  /** \`com.example.Clock\` */
  export const Clock = {
  \tname: "com.example.Clock",
  \tmethods: {
  \t\t/** \`SetAlarm(when: t) -> (id: u)\` */
  \t\tSetAlarm: {
  \t\t\tin: "t",
  \t\t\tinNames: ["when"],
  \t\t\tout: "u",
  \t\t\toutNames: ["id"],
  \t\t},
  \t},
  } as const satisfies InterfaceDescription;

  framewright dbus-types --address system --destination org.freedesktop.login1 --path /org/freedesktop/login1`;
