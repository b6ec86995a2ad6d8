// Length-prefixed framings of well-known protocols, as options: `lengthPrefixed(netstrings)`, or with other limits
// `lengthPrefixed({ ...netstrings, maxLength: 1024 })`.

import type { FailingOptions } from "./options.ts";

/**
 * Frames gRPC messages, as in the bodies of HTTP/2; an item is a message behind its header, whose flag says whether it is
 * compressed. Takes 4 MiB at most, as gRPC's implementations do by default.
 *
 *     [flag][length: u32 BE][message]                     00  00 00 00 02  08 01
 *
 * Source: gRPC over HTTP2 (PROTOCOL-HTTP2.md), "Length-Prefixed-Message".
 */
export const grpcMessages: FailingOptions = /* @__PURE__ */ Object.freeze({
	offset: 1,
	header: "keep",
	maxLength: 4_194_304,
});

/**
 * Frames the records of ONC RPC, such as NFS's, over TCP; an item is a record, put together from its fragments.
 *
 *     [last fragment: 1 bit, length: 31 bits BE][fragment] ...      00 00 00 01  61  80 00 00 01  62     -> "ab"
 *
 * Source: RFC 5531 section 11, "Record Marking Standard".
 */
export const oncRpcRecords: FailingOptions = /* @__PURE__ */ Object.freeze({
	highestBit: "last",
});

/**
 * Frames syslog messages over TCP or TLS by octet counting.
 *
 *     [length: digits] " " [message]                      32  20  61 62
 *
 * Source: RFC 6587 section 3.4.1; RFC 5425 section 4.3. A length starts with a digit that is not zero: no message is empty.
 */
export const octetCounting: FailingOptions = /* @__PURE__ */ Object.freeze({
	width: "decimal",
	separator: " ",
	minLength: 1,
});

/**
 * Frames netstrings, as SCGI and QMQP have them.
 *
 *     [length: digits] ":" [string] ","                   32  3a  61 62  2c
 *
 * Source: draft-bernstein-netstrings-02.
 */
export const netstrings: FailingOptions = /* @__PURE__ */ Object.freeze({
	width: "decimal",
	separator: ":",
	terminator: ",",
});

/**
 * Frames protobuf messages as `writeDelimitedTo` does, and the messages of libp2p.
 *
 *     [length: varint][message]                           03  08 96 01
 *
 * Source: Protocol Buffers, "Encoding"; multiformats' unsigned-varint.
 */
export const varintDelimited: FailingOptions = /* @__PURE__ */ Object.freeze({
	width: "varint",
});

/**
 * Frames Thrift's framed transport: 0 to 16,384,000 bytes.
 *
 *     [length: i32 BE][message]                           00 00 00 02  61 62
 *
 * Source: Thrift Remote Procedure Call (thrift-rpc.md), "Framed vs. unframed transport".
 */
export const thriftFramed: FailingOptions = /* @__PURE__ */ Object.freeze({
	highestBit: "sign",
	maxLength: 16_384_000,
});

/**
 * Frames PostgreSQL's messages, of protocol 3 and behind the first one, which has no type; an item is a message with its
 * type and length.
 *
 *     [type][length: i32 BE, counts itself][contents]     5a  00 00 00 05  49
 *
 * Source: PostgreSQL, "Frontend/Backend Protocol", "Message Formats".
 */
export const postgresMessages: FailingOptions = /* @__PURE__ */ Object.freeze({
	highestBit: "sign",
	offset: 1,
	includesPrefix: true,
	header: "keep",
});

/**
 * Frames Kafka's requests and responses. Takes 100 MiB at most, as brokers do by default (`socket.request.max.bytes`).
 *
 *     [size: i32 BE][header and body]                     00 00 00 02  61 62
 *
 * Source: Apache Kafka, "Kafka protocol guide", "Common Request and Response Structure".
 */
export const kafkaMessages: FailingOptions = /* @__PURE__ */ Object.freeze({
	highestBit: "sign",
	maxLength: 104_857_600,
});
