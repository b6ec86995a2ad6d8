"""Passes descriptors over a bus, on jeepney: python3 dbus-jeepney-fds.py ADDRESS client|service

Files are texts in pipes. The service owns com.example.Jeepney, and answers Read, which is given files, and Open, which gives
them, until stdin ends. The client calls the same of com.example.Ours, and prints what it sees as lines of JSON.
"""

import json
import os
import sys
import threading

from jeepney import DBusAddress, HeaderFields, MessageType, message_bus, new_method_call, new_method_return
from jeepney.io.blocking import open_dbus_connection

address, role = sys.argv[1:]
connection = open_dbus_connection(bus=address, enable_fds=True)


def say(*values):
    print(json.dumps(values), flush=True)


def pipe(text):
    reader, writer = os.pipe()
    os.write(writer, text.encode())
    os.close(writer)
    return reader


def texts(files):
    result = []
    for each in files:
        with each.to_file("r") as file:
            result.append(file.read())
    return result


def client():
    ours = DBusAddress("/files", "com.example.Ours", "com.example.Files")
    files = [pipe("one"), pipe("two")]
    reply = connection.send_and_get_reply(new_method_call(ours, "Read", "ah", (files,)), timeout=10)
    say("Read", *reply.body)
    reply = connection.send_and_get_reply(new_method_call(ours, "Open", "as", (["three", "four"],)), timeout=10)
    say("Open", texts(reply.body[0]))


def service():
    connection.send_and_get_reply(message_bus.RequestName("com.example.Jeepney"), timeout=10)
    say("ready")
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    while True:
        message = connection.receive()
        if message.header.message_type is not MessageType.method_call:
            continue
        if message.header.fields[HeaderFields.member] == "Read":
            reply = new_method_return(message, "as", (texts(message.body[0]),))
            connection.send(reply)
        else:
            files = [pipe(text) for text in message.body[0]]
            connection.send(new_method_return(message, "ah", (files,)))
            for each in files:
                os.close(each)


{"client": client, "service": service}[role]()
