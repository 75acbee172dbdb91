"""Two sessions on a machine of their own: one idle, one that waits for an answer. Says when both are there."""

import pathlib
import sys
import time
import types

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "bench"))
sys.dont_write_bytecode = True

from loads import Client  # noqa: E402

target = types.SimpleNamespace(host=sys.argv[1], port=int(sys.argv[2]), user="application")
idle, waiting = Client(target), Client(target)
idle.query("SELECT 1")
waiting.send_query("SELECT pg_sleep(100)")
print("ready", flush=True)
time.sleep(1000)
