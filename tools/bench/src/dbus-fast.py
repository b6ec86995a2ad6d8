"""Encodes and decodes messages with dbus-fast as often as it is told; see dbus-programs.ts for the lines that it reads."""

import io
import sys

from dbus_fast.message import Message
from dbus_fast._private.unmarshaller import Unmarshaller

cases = {}


def decode(wire):
    return Unmarshaller(io.BytesIO(wire)).unmarshall()


def encode(message):
    return Message(
        message_type=message.message_type,
        serial=message.serial,
        reply_serial=message.reply_serial,
        path=message.path,
        interface=message.interface,
        member=message.member,
        destination=message.destination,
        sender=message.sender,
        signature=message.signature,
        body=message.body,
    )._marshall(False)


for line in sys.stdin:
    verb, name, rest = line.split()
    total = 0
    if verb == "load":
        wire = bytes.fromhex(rest)
        cases[name] = (wire, decode(wire))
    else:
        wire, message = cases[name]
        for _ in range(int(rest)):
            if verb == "encode":
                total += len(encode(message))
            else:
                decode(wire)
                total += len(wire)
    print(total, flush=True)
