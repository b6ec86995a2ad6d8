"""A client and a service on a bus, on jeepney: python3 dbus-jeepney.py ADDRESS client|service

The client calls our clock, and prints what it sees as lines of JSON. The service owns com.example.Jeepney, answers Double,
emits Doubled, and stays until stdin ends.
"""

import json
import sys
import threading

from jeepney import (
    DBusAddress, HeaderFields, MatchRule, MessageType, Properties, message_bus,
    new_error, new_method_call, new_method_return, new_signal,
)
from jeepney.io.blocking import open_dbus_connection

address, role = sys.argv[1:]
connection = open_dbus_connection(bus=address)


def say(*values):
    print(json.dumps(values), flush=True)


def call(remote, member, signature=None, body=()):
    reply = connection.send_and_get_reply(new_method_call(remote, member, signature, body), timeout=10)
    if reply.header.message_type is MessageType.error:
        return ["error", reply.header.fields[HeaderFields.error_name], *reply.body]
    return list(reply.body)


def client():
    clock = DBusAddress("/com/example/Clock", "com.example.Clock", "com.example.Clock")
    rule = MatchRule(type="signal", interface="com.example.Clock", member="Rang")
    with connection.filter(rule) as queue:
        connection.send_and_get_reply(message_bus.AddMatch(rule), timeout=10)
        say("SetAlarm", *call(clock, "SetAlarm", "ts", (2**63, "wäke")))
        say("Rang", *connection.recv_until_filtered(queue, timeout=10).body)
    say("Echo", *call(clock, "Echo", "v", (("a{s(ix)}", {"k": (-1, -2)}),)))
    say("Fail", *call(clock, "Fail"))
    properties = Properties(clock)
    for message in (properties.get("Zone"), properties.set("Zone", "s", "CET"), properties.get_all()):
        reply = connection.send_and_get_reply(message, timeout=10)
        say(message.header.fields[HeaderFields.member], *reply.body)


def service():
    name = "com.example.Jeepney"
    connection.send_and_get_reply(message_bus.RequestName(name), timeout=10)
    say("ready")
    threading.Thread(target=lambda: (sys.stdin.read(), connection.sock.shutdown(2)), daemon=True).start()
    while True:
        try:
            message = connection.receive()
        except Exception:
            return
        if message.header.message_type is not MessageType.method_call:
            continue
        if message.header.fields[HeaderFields.member] != "Double":
            connection.send(new_error(message, "com.example.Error.NotDouble", "s", ("no",)))
            continue
        doubled = [2 * each for each in message.body[0]]
        connection.send(new_method_return(message, "ax", (doubled,)))
        emitter = DBusAddress("/jeepney", interface=name)
        connection.send(new_signal(emitter, "Doubled", "t", (len(doubled),)))


{"client": client, "service": service}[role]()
