"""Reads what went over the wire with nothing but Python's struct and json, and checks every byte of it.

Usage: check-capture.py DIRECTORY, with NAME.client (what the client sent) and NAME.daemon (what it got) for each connection.
Each frame must be [u32, big-endian][JSON], and the JSON written again by Python must be the very same bytes; each request
must have one answer. A client whose prefix is beyond the limit must have got nothing after it. Prints the counts as JSON.
"""

import json
import pathlib
import struct
import sys
from collections import Counter

LIMIT = 8 * 1024 * 1024
counts = Counter()
refused = []
sizes = []


def frames(file):
    """Yields the messages of a file; ends at a prefix beyond the limit, and notes where it stands."""
    data = file.read_bytes()
    offset = 0
    while offset < len(data):
        if offset + 4 > len(data):
            sys.exit(f"{file.name}: {len(data) - offset} bytes where a prefix should be, at byte {offset}")
        (length,) = struct.unpack_from(">I", data, offset)
        if length > LIMIT:
            refused.append({"offset": offset, "announced": length, "left": len(data) - offset})
            return
        frame = data[offset : offset + 4 + length]
        try:
            message = json.loads(frame[4:])
        except ValueError as error:
            sys.exit(f"{file.name}: the frame at byte {offset} is not JSON: {error}")
        payload = json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode()
        if struct.pack(">I", len(payload)) + payload != frame:
            sys.exit(f"{file.name}: the frame at byte {offset} is not what Python writes")
        counts["frames"] += 1
        counts["bytes"] += len(frame)
        sizes.append(len(frame))
        offset += len(frame)
        yield message


directory = pathlib.Path(sys.argv[1])
for sent in sorted(directory.glob("*.client")):
    counts["connections"] += 1
    asked = Counter()
    for message in frames(sent):
        counts["requests" if "id" in message else "notifications"] += 1
        if "id" in message:
            asked[message["id"]] += 1
    answered = Counter()
    for message in frames(sent.with_suffix(".daemon")):
        counts["errors"] += "error" in message
        answered[message["id"]] += 1
    if asked != answered:
        sys.exit(f"{sent.name}: asked {asked - answered} without an answer, answered {answered - asked} without being asked")

print(json.dumps({**counts, "smallest": min(sizes), "largest": max(sizes), "refused": refused}))
