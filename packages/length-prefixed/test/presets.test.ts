import { Skipped } from "@framewright/codec";
import { checkVector } from "@framewright/codec-laws";
import {
	grpcMessages,
	kafkaMessages,
	lengthPrefixed,
	netstrings,
	octetCounting,
	oncRpcRecords,
	postgresMessages,
	thriftFramed,
	varintDelimited,
} from "@framewright/length-prefixed";
import { describe, expect, test } from "vitest";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const hex = (digits: string): Uint8Array =>
	Uint8Array.from(Buffer.from(digits.replaceAll(" ", ""), "hex"));
const hexOf = (value: string): string => Buffer.from(value).toString("hex");

describe("gRPC messages", () => {
	const layer = lengthPrefixed(grpcMessages);

	test("PROTOCOL-HTTP2.md: a flag that says whether the message is compressed, and a length of four bytes", () => {
		checkVector(layer, {
			wire: "00 00000008 0102030405060708  01 00000008 0102030405060708  00 00000000",
			items: [
				hex("00 00000008 0102030405060708"),
				hex("01 00000008 0102030405060708"),
				hex("00 00000000"),
			],
		});
	});

	test("more than 4 MiB, which implementations refuse by default, is refused", () => {
		checkVector(layer, {
			wire: "00 00400001",
			items: [],
			fault: { code: "too-large", offset: 1 },
		});
	});

	test("an end of input inside the header is reported", () => {
		checkVector(layer, {
			wire: "00 00000000 00 0000",
			items: [hex("00 00000000")],
			fault: { code: "truncated", offset: 8 },
		});
	});
});

describe("ONC RPC records", () => {
	// A call of NFS version 3's procedure NULL: xid, CALL, RPC version 2, program 100003, no credentials.
	const call =
		"00000001 00000000 00000002 000186a3 00000003 00000000 00000000 00000000 00000000 00000000";
	const layer = lengthPrefixed(oncRpcRecords);

	test("RFC 5531 section 11: a record of one fragment, whose highest bit is set", () => {
		checkVector(layer, {
			wire: `80000028 ${call}  80000000  80000001 61`,
			items: [hex(call), hex(""), text("a")],
		});
	});

	test("a record of several fragments, which may have any length, even none", () => {
		checkVector(lengthPrefixed({ ...oncRpcRecords, maxFragment: 24 }), {
			wire: `00000018 ${call.slice(0, 54)} 80000010 ${call.slice(54)}`,
			items: [hex(call)],
		});
		checkVector(layer, {
			wire: "00000001 61  00000000  00000002 6263  80000000  00000000 80000000",
			items: [text("abc"), text("")],
			canonical: false,
		});
	});

	test("the limit is that of the record: fragment by fragment, it is refused where it is crossed", () => {
		const limited = lengthPrefixed({ ...oncRpcRecords, maxLength: 3 });
		checkVector(limited, {
			wire: "00000002 6162 00000001 63 80000000  00000002 6162 00000000 00000002",
			items: [text("abc")],
			fault: { code: "too-large", offset: 25 },
		});
		checkVector(limited, {
			wire: "80000003 616263 80000004",
			items: [text("abc")],
			fault: { code: "too-large", offset: 7 },
		});
	});

	test("a record is truncated between its fragments, too", () => {
		for (const [wire, offset] of [
			["00000001 61", 5],
			["00000001 61 8000", 7],
			["00000001 61 80000001", 9],
			["00000000", 4],
		] as const)
			checkVector(layer, {
				wire,
				items: [],
				fault: { code: "truncated", offset },
			});
	});

	test("the highest bit of a little-endian prefix is in its last byte", () => {
		checkVector(
			lengthPrefixed({
				...oncRpcRecords,
				width: 2,
				endian: "le",
				maxFragment: 1,
			}),
			{
				wire: "0100 61 0180 62",
				items: [text("ab")],
			},
		);
	});
});

describe("octet counting", () => {
	const layer = lengthPrefixed(octetCounting);

	test("RFC 6587 section 3.4.1, with the second example of RFC 5424 section 6.5", () => {
		const message =
			"<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.";
		checkVector(layer, {
			wire: hexOf(`99 ${message}1 a`),
			items: [text(message), text("a")],
		});
	});

	test("a frame may begin with what looks like a length, or contain newlines", () => {
		checkVector(layer, {
			wire: hexOf("4 1 a\n2 \n\n"),
			items: [text("1 a\n"), text("\n\n")],
		});
	});

	test("a length starts with a digit that is not zero", () => {
		const bad = (
			wire: string,
			code: "invalid-length" | "overlong" | "invalid-syntax",
			offset: number,
		) =>
			checkVector(layer, {
				wire: hexOf(`1 a${wire}`),
				items: [text("a")],
				fault: { code, offset },
			});
		bad("0 ", "invalid-length", 3);
		bad("00 ", "overlong", 3);
		bad("01 a", "overlong", 3);
		bad(" 1 a", "invalid-syntax", 3);
		bad("+1 a", "invalid-syntax", 3);
		bad("-1 a", "invalid-syntax", 3);
		bad("<34>1 a", "invalid-syntax", 3);
		bad("1\ta", "invalid-syntax", 4);
		bad("12<34>1 a", "invalid-syntax", 5);
		bad("1\n", "invalid-syntax", 4);
	});
});

describe("netstrings", () => {
	const layer = lengthPrefixed(netstrings);

	test("draft-bernstein-netstrings-02: hello world, and the empty string", () => {
		checkVector(layer, {
			wire: "31 32 3a 68 65 6c 6c 6f 20 77 6f 72 6c 64 21 2c  30 3a 2c",
			items: [text("hello world!"), text("")],
		});
	});

	test("cases of other implementations", () => {
		checkVector(layer, {
			wire: hexOf("3:foo,0:,3:bar,"),
			items: [text("foo"), text(""), text("bar")],
		});
		checkVector(layer, {
			wire: hexOf("8:banana\0,,3: \n ,"),
			items: [text("banana\0,"), text(" \n ")],
		});
		checkVector(layer, {
			wire: hexOf("10:abcdezxcvb,"),
			items: [text("abcdezxcvb")],
		});
	});

	test("extra zeros, other characters and a missing comma are refused where they are", () => {
		const bad = (
			wire: string,
			code: "overlong" | "invalid-syntax" | "truncated",
			offset: number,
		) =>
			checkVector(layer, {
				wire: hexOf(`1:a,${wire}`),
				items: [text("a")],
				fault: { code, offset },
			});
		bad("01:X,", "overlong", 4);
		bad("00:,", "overlong", 4);
		bad(":,", "invalid-syntax", 4);
		bad("x", "invalid-syntax", 4);
		bad("1 :a,", "invalid-syntax", 5);
		bad("3:abc_", "invalid-syntax", 9);
		bad("2:abc,", "invalid-syntax", 8);
		bad("4:abc,", "truncated", 10);
		bad("3:abc", "truncated", 9);
		bad("12", "truncated", 6);
	});

	test("a length is refused at its separator, and not read further than a number goes", () => {
		checkVector(layer, {
			wire: hexOf("8388609:"),
			items: [],
			fault: { code: "too-large", offset: 0 },
		});
		checkVector(layer, {
			wire: hexOf(`${"9".repeat(20)}:`),
			items: [],
			fault: { code: "too-large", offset: 0 },
		});
		for (const digits of ["1".repeat(21), "9".repeat(40)])
			checkVector(layer, {
				wire: hexOf(digits),
				items: [],
				fault: { code: "invalid-length", offset: 0 },
			});
	});

	test("a skipped netstring must end with its comma, or nobody knows where the next one is", () => {
		const skipping = lengthPrefixed({
			...netstrings,
			maxLength: 2,
			oversize: "skip",
		});
		const skipped = new Skipped(
			"too-large",
			"A body may have 0 to 2 bytes; the prefix announces 3",
			0,
			{ length: 3, limit: 2 },
		);
		checkVector(skipping, {
			wire: hexOf("3:abc,1:a,"),
			items: [skipped, text("a")],
			canonical: false,
		});
		checkVector(skipping, {
			wire: hexOf("3:abc_"),
			items: [skipped],
			fault: { code: "invalid-syntax", offset: 5 },
		});
		checkVector(skipping, {
			wire: hexOf("3:abc"),
			items: [skipped],
			fault: { code: "truncated", offset: 5 },
		});
	});
});

describe("varint-delimited messages", () => {
	test("the example of Protocol Buffers' Encoding page, delimited", () => {
		checkVector(lengthPrefixed(varintDelimited), {
			wire: "03 089601  00  03 089601",
			items: [hex("089601"), hex(""), hex("089601")],
		});
	});

	test("libp2p's multistream-select: the first message of a connection", () => {
		checkVector(lengthPrefixed(varintDelimited), {
			wire: "13 2f6d756c746973747265616d2f312e302e300a",
			items: [text("/multistream/1.0.0\n")],
		});
	});
});

describe("Thrift's framed transport", () => {
	const layer = lengthPrefixed(thriftFramed);

	test("a call of ping() in the binary protocol", () => {
		const ping = "80010001 00000004 70696e67 00000000 00";
		checkVector(layer, { wire: `00000011 ${ping}`, items: [hex(ping)] });
	});

	test("a length is signed, and at most 16,384,000", () => {
		checkVector(layer, {
			wire: "00fa0001",
			items: [],
			fault: { code: "too-large", offset: 0 },
		});
		for (const wire of ["80000000", "80010001", "ffffffff"])
			checkVector(layer, {
				wire,
				items: [],
				fault: { code: "invalid-length", offset: 0 },
			});
	});
});

describe("PostgreSQL's messages", () => {
	const layer = lengthPrefixed(postgresMessages);

	test("a query, and what a server says behind the startup message", () => {
		checkVector(layer, {
			// Query "SELECT 1;", AuthenticationOk, ReadyForQuery, Terminate.
			wire: "51 0000000e 53454c45435420313b00  52 00000008 00000000  5a 00000005 49  58 00000004",
			items: [
				hex("51 0000000e 53454c45435420313b00"),
				hex("52 00000008 00000000"),
				hex("5a 00000005 49"),
				hex("58 00000004"),
			],
		});
	});

	test("a length counts itself, and is signed", () => {
		for (const length of ["00000003", "00000000", "80000004", "ffffffff"])
			checkVector(layer, {
				wire: `5a 00000005 49 5a ${length}`,
				items: [hex("5a 00000005 49")],
				fault: { code: "invalid-length", offset: 7 },
			});
	});

	test("the startup message has no type, and the same length: SSLRequest", () => {
		const { offset: _, ...startup } = postgresMessages;
		checkVector(lengthPrefixed(startup), {
			wire: "00000008 04d2162f",
			items: [hex("00000008 04d2162f")],
		});
	});
});

describe("Kafka's messages", () => {
	const layer = lengthPrefixed(kafkaMessages);

	test("a produce request of one message", () => {
		const request =
			"0000 0000 00000004 0000 0000 000005dc 00000001 0007 6d79746f706963 00000001 00000000 00000020 " +
			"0000000000000000 00000014 8dc795a2 00 00 ffffffff 00000006 48656c6c6f21";
		checkVector(layer, { wire: `00000049 ${request}`, items: [hex(request)] });
	});

	test("a negative size is no size; more than 100 MiB is too much", () => {
		checkVector(layer, {
			wire: "ffffffff",
			items: [],
			fault: { code: "invalid-length", offset: 0 },
		});
		checkVector(layer, {
			wire: "06400001",
			items: [],
			fault: { code: "too-large", offset: 0 },
		});
	});
});

test("presets are plain, frozen, and a basis for other options", () => {
	for (const preset of [
		grpcMessages,
		kafkaMessages,
		netstrings,
		octetCounting,
		oncRpcRecords,
		postgresMessages,
		thriftFramed,
		varintDelimited,
	]) {
		expect(Object.isFrozen(preset)).toBe(true);
		expect(structuredClone(preset)).toEqual(preset);
		expect(() => lengthPrefixed({ ...preset, maxLength: 1024 })).not.toThrow();
	}
	// The types follow: with a limit of one's own nothing is skipped, unless one says so.
	lengthPrefixed({ ...netstrings, maxLength: 9 })
		.decoder()
		.pull() satisfies Uint8Array | undefined;
	const skipping = lengthPrefixed({
		...netstrings,
		oversize: "skip",
	}).decoder();
	// @ts-expect-error: it may be Skipped
	skipping.pull() satisfies Uint8Array | undefined;
});
