"""Talks to the daemon with nothing but Python's standard library: [u32, big-endian][JSON], several calls under way at once.

Usage: client.py SOCKET CLIENTS CLIENTS-AND-THE-HOSTILE-ONE. Prints {"calls": n, "errors": n, "notifications": n}; fails at the first surprise.
"""

import json
import socket
import struct
import sys

path, clients, expected = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
connection = socket.socket(socket.AF_UNIX)
connection.settimeout(30)
connection.connect(path)
counts = {"calls": 0, "errors": 0, "notifications": 0}


def send(message):
    payload = json.dumps({"jsonrpc": "2.0", **message}, separators=(",", ":"), ensure_ascii=False).encode()
    connection.sendall(struct.pack(">I", len(payload)) + payload)


def read(length):
    data = bytearray()
    while len(data) < length:
        piece = connection.recv(length - len(data))
        if not piece:
            sys.exit(f"the daemon closed the connection {length - len(data)} bytes early")
        data += piece
    return bytes(data)


def receive():
    (length,) = struct.unpack(">I", read(4))
    return json.loads(read(length))


def expect(found, expected):
    if found != expected:
        sys.exit(f"expected {str(expected)[:200]}, got {str(found)[:200]}")


def call_all(calls):
    """Sends all the calls before it reads the first answer, and takes the answers in whatever order they come."""
    pending = {}
    for method, params, answer in calls:
        counts["calls"] += 1
        pending[counts["calls"]] = answer
        send({"id": counts["calls"], "method": method, "params": params})
    while pending:
        message = receive()
        expect(message.pop("jsonrpc"), "2.0")
        expect(message, {"id": message["id"], **pending.pop(message["id"])})
        counts["errors"] += "error" in message


def result(value):
    return {"result": value}


call_all([("meet", ["start", expected], result(expected))])
texts = ["", "x", "Grüße, 世界 🌍", "\u0000\u001f\"\\/\u2028", "0123456789abcdef" * 1024, "ä€🌍" * 30_000]
call_all(
    [("meet", ["python", 2], result(2))]
    + [("echo", {"text": text}, result({"text": text})) for text in texts]
    + [
        ("add", [0.1, 0.2], result(0.1 + 0.2)),
        ("divide", [1, 0], {"error": {"code": 1, "message": "Division by zero", "data": {"dividend": 1}}}),
        ("fail", [], {"error": {"code": -32603, "message": "Internal error"}}),
        ("toString", [], {"error": {"code": -32601, "message": "Method not found"}}),
        ("meet", ["python", 2], result(2)),
    ]
)
send({"method": "note", "params": ["from Python"]})
counts["notifications"] += 1
call_all([("meet", ["end", clients], result(clients))])
connection.close()
print(json.dumps(counts))
