"""Starts a dbus-broker on a Unix socket, as its launcher would, without the systemd that the launcher needs.

    python3 dbus-broker.py PROGRAM PATH

Listens at PATH, hands the socket to the broker over its controller connection (org.bus1.DBus.Broker.AddListener), prints
"ready", and stays until stdin ends.
"""

import array
import socket
import subprocess
import sys

from jeepney import DBusAddress, MessageType, Parser, new_method_call

program, path = sys.argv[1:]

listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen(64)
listener.setblocking(False)

ours, theirs = socket.socketpair()
ours.settimeout(10)
limits = ["--max-bytes", "1000000000", "--max-fds", "10000", "--max-matches", "10000", "--max-objects", "10000"]
broker = subprocess.Popen(
    [program, "--controller", str(theirs.fileno()), "--machine-id", "0123456789abcdef0123456789abcdef", *limits],
    pass_fds=[theirs.fileno()],
)
theirs.close()

# As sd-bus does, all at once.
ours.sendall(b"\0AUTH EXTERNAL\r\nDATA\r\nNEGOTIATE_UNIX_FD\r\nBEGIN\r\n")
answer = b""
while answer.count(b"\n") < 3:
    received = ours.recv(4096)
    if not received:
        sys.exit(f"The broker ended the exchange after {answer}")
    answer += received

# Everybody may connect, own names, send and receive.
rule = (True, 1, "", "", "", "", 0, 0, 0, 2**64 - 1)
batch = "bta(btbs)a(btssssuutt)a(btssssuutt)"
everybody = (2**32 - 1, (True, 1, [(True, 1, True, "")], [rule], [rule]))
policy = (f"(a(u({batch}))a(buu({batch}))a(ss)bs)", ([everybody], [], [], False, "session"))
call = new_method_call(
    DBusAddress("/org/bus1/DBus/Broker", "org.bus1.DBus.Broker", "org.bus1.DBus.Broker"),
    "AddListener",
    "ohv",
    ("/org/bus1/DBus/Listener/0", listener, policy),
)
fds = array.array("i")
message = call.serialise(serial=1, fds=fds)
ours.sendmsg([message], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])

parser = Parser()
while (reply := parser.get_next_message()) is None:
    received = ours.recv(4096)
    if not received:
        sys.exit("The broker ended the connection")
    parser.add_data(received)
if reply.header.message_type is not MessageType.method_return:
    sys.exit(f"AddListener: {reply.header} {reply.body}")

print("ready", flush=True)
sys.stdin.read()
broker.kill()
broker.wait()
