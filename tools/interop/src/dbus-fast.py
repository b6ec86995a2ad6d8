"""A client and a service on a bus, on dbus-fast: python3 dbus-fast.py ADDRESS client|service

The client calls our clock through what it makes of our introspection, and prints what it sees as lines of JSON. The service
owns com.example.Fast, and stays until stdin ends.
"""

import asyncio
import json
import sys

from dbus_fast import DBusError, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.service import PropertyAccess, ServiceInterface, dbus_property, method, signal

address, role = sys.argv[1:]


def say(*values):
    print(json.dumps(values), flush=True)


async def client(bus):
    node = await bus.introspect("com.example.Clock", "/com/example/Clock")
    say("interfaces", *sorted(each.name for each in node.interfaces))
    remote = bus.get_proxy_object("com.example.Clock", "/com/example/Clock", node)
    clock = remote.get_interface("com.example.Clock")
    rang = asyncio.get_running_loop().create_future()
    changed = asyncio.get_running_loop().create_future()
    clock.on_rang(lambda id, message: rang.set_result([id, message]))
    properties = remote.get_interface("org.freedesktop.DBus.Properties")
    properties.on_properties_changed(
        lambda of, values, invalidated: changed.set_result([of, {k: v.value for k, v in values.items()}, invalidated])
    )
    # Its match rules go out without anybody waiting for them.
    await asyncio.sleep(0.2)
    # ASCII: version 1.84 writes the length of a string in characters, and the bus hangs up.
    say("SetAlarm", await clock.call_set_alarm(2**63, "wake"))
    say("Rang", *await asyncio.wait_for(rang, 10))
    value, signature = await clock.call_echo(Variant("a(sd)", [["x", 0.5]]))
    say("Echo", value.signature, value.value, signature)
    try:
        await clock.call_fail()
    except DBusError as error:
        say("Fail", error.type, error.text)
    say("Get", await clock.get_zone(), await clock.get_time())
    await clock.set_zone("CET")
    say("PropertiesChanged", *await asyncio.wait_for(changed, 10))


class Fast(ServiceInterface):
    def __init__(self):
        super().__init__("com.example.Fast")
        self._level = 1

    @method()
    def Double(self, values: "ax") -> "ax":
        self.Doubled(len(values))
        return [2 * each for each in values]

    @method()
    def Refuse(self):
        raise DBusError("com.example.Error.Refused", "no")

    @signal()
    def Doubled(self, count) -> "t":
        return count

    @dbus_property()
    def Level(self) -> "u":
        return self._level

    @Level.setter
    def Level(self, value: "u"):
        self._level = value
        self.emit_properties_changed({"Level": value})

    @dbus_property(access=PropertyAccess.READ)
    def Name(self) -> "s":
        return "fast"


async def service(bus):
    bus.export("/fast", Fast())
    await bus.request_name("com.example.Fast")
    say("ready")
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


async def main():
    bus = await MessageBus(bus_address=address).connect()
    await {"client": client, "service": service}[role](bus)
    bus.disconnect()


asyncio.run(main())
