"""Sessions on a machine of their own: one idle and one that waits for an answer; or, told "rows", one that reads without an end.
Says when they are there."""

import pathlib
import sys
import time
import types

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "bench"))
sys.dont_write_bytecode = True

from loads import Client  # noqa: E402

target = types.SimpleNamespace(host=sys.argv[1], port=int(sys.argv[2]), user="application")
if sys.argv[3:] == ["rows"]:
    reading = Client(target)
    reading.send_query("SELECT repeat('x', 1000) FROM generate_series(1, 100000000)")
    reading.receive(1 << 20)
    print("ready", flush=True)
    while reading.socket.recv(1 << 16):
        pass
else:
    idle, waiting = Client(target), Client(target)
    idle.query("SELECT 1")
    waiting.send_query("SELECT pg_sleep(100)")
    print("ready", flush=True)
    time.sleep(1000)
