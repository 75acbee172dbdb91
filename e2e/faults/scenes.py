"""The faults. Each says in its first line what it is, and raises where the gate does not do what it should."""

import contextlib
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import time

from loads import Client
from network import Machine
from servers import Gate, Postgres

# Half a minute of silence and a minute of questions without an answer, as docs/postgresql.md says, and some more.
SILENCE_SECONDS = 120
HERE = pathlib.Path(__file__).resolve().parent


@contextlib.contextmanager
def client(gate, patience: float | None = None):
    one = Client(gate, patience)
    try:
        yield one
    finally:
        one.close()


@contextlib.contextmanager
def clients_on(machine: Machine, gate, *words: str):
    """Those of remote.py, once they are served."""
    command = machine.inside([sys.executable, str(HERE / "remote.py"), machine.here, str(gate.port), *words])
    remote = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert remote.stdout.readline() == b"ready\n", "the client was not served"
        yield
    finally:
        remote.kill()
        remote.wait()


@contextlib.contextmanager
def running(*all_of_them):
    try:
        yield all_of_them
    finally:
        for one in reversed(all_of_them):
            one.stop()


def within(seconds: float, what: str, condition):
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        time.sleep(0.1)


def sessions(server: Postgres, condition: str = "true") -> int:
    return int(server.sql(f"SELECT count(*) FROM pg_stat_activity WHERE usename LIKE 'bench_login%' AND {condition}"))


def error_of(one: Client, seconds: float) -> str:
    """The SQLSTATE of the next error; empty: the connection ended without one."""
    one.socket.settimeout(seconds)
    answers = b""
    while True:
        try:
            more = one.socket.recv(1 << 16)
        except ConnectionResetError:
            more = b""
        answers += more
        at = answers.find(b"\0C")
        if b"SERROR\0" in answers or b"SFATAL\0" in answers:
            if at >= 0 and len(answers) >= at + 7:
                return answers[at + 2:at + 7].decode()
        if not more:
            return ""


def serves(gate) -> bool:
    try:
        with client(gate, 10) as one:
            one.query("SELECT 1")
        return True
    except (OSError, SystemExit):
        return False


def a_client_that_vanishes(home: pathlib.Path) -> None:
    """a client's machine vanishes, while its session is idle and while a statement runs"""
    with Machine(1) as machine:
        server = Postgres(home, 1)
        with running(server):
            gate = Gate(home, server, host=machine.here)
            with running(gate), clients_on(machine, gate):
                within(30, "both sessions", lambda: sessions(server) == 2 and sessions(server, "state = 'active'") == 1)
                machine.vanish()
                # As at a server itself, what runs comes to its end first.
                within(SILENCE_SECONDS, "the sessions of the client that vanished", lambda: sessions(server) == 0)


def a_client_that_vanishes_within_an_answer(home: pathlib.Path) -> None:
    """a client's machine vanishes, while it is sent rows"""
    with Machine(3) as machine:
        server = Postgres(home, 1)
        with running(server):
            gate = Gate(home, server, host=machine.here)
            with running(gate), clients_on(machine, gate, "rows"):
                machine.vanish()
                within(SILENCE_SECONDS, "the session of the client that vanished", lambda: sessions(server) == 0)


def a_server_that_vanishes(home: pathlib.Path) -> None:
    """the server's machine vanishes, while one client waits for an answer and another for nothing, and a third one asks after that"""
    with Machine(2) as machine:
        server = Postgres(home, 1, machine)
        with running(server):
            gate = Gate(home, server)
            with running(gate), client(gate) as waiting, client(gate) as idle, client(gate) as late:
                waiting.send_query("SELECT pg_sleep(1000)")
                within(30, "the statement", lambda: sessions(server, "state = 'active'") == 1)
                machine.vanish()
                late.send_query("SELECT 1")
                assert error_of(late, SILENCE_SECONDS) == "08006"
                for one in (waiting, idle):
                    # By now it is told as well, or its connection has ended.
                    error_of(one, 20)
                assert gate.running.process.poll() is None, "the gate has ended"


def a_server_that_restarts(home: pathlib.Path) -> None:
    """the server restarts in mid-query, first in order, then after it was killed"""
    server = Postgres(home, 1)
    with running(server):
        gate = Gate(home, server)
        with running(gate):
            for how in (signal.SIGINT, signal.SIGQUIT):
                with client(gate) as waiting, client(gate) as idle:
                    waiting.send_query("SELECT pg_sleep(1000)")
                    within(30, "the statement", lambda: sessions(server, "state = 'active'") == 1)
                    server.running.process.send_signal(how)
                    found = [error_of(one, 30) for one in (waiting, idle)]
                    assert all(state in ("57P01", "57P02", "57P03", "08006", "") for state in found), f"they were told {found}"
                    server.running.process.wait(30)
                    assert not serves(gate), "who serves it?"
                server.again()
                within(30, "a client after the restart", lambda: serves(gate))


def a_server_that_dribbles(home: pathlib.Path) -> None:
    """the server's answers come byte by byte, and so do the gate's questions"""
    server = Postgres(home, 1)
    with running(server), Dribble(server.port) as slow:
        gate = Gate(home, server, server_port=slow.port)
        with running(gate), client(gate) as one:
            expected = len("".join(f"{number:08d}" for number in range(200)))
            for _ in range(3):
                assert one.query("SELECT lpad(i::text, 8, '0') FROM generate_series(0, 199) AS i") > expected
            one.send_query("SELECT nothing")
            assert error_of(one, 30) == "42703"


def a_disk_that_is_full(home: pathlib.Path) -> None:
    """the disk of the spool is full for a while"""
    spool = home / "gate" / "spool"
    server = Postgres(home, 1)
    with running(server):
        mount(spool)
        try:
            gate = Gate(home, server)
            with running(gate):
                assert serves(gate)
                filler = spool / "filler"
                with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
                    while True:
                        file.write(b"x" * 4096)
                # What cannot be kept in evidence is not done: nobody is answered, and the gate stays.
                end = time.monotonic() + 20
                while serves(gate):
                    assert time.monotonic() < end, "statements are answered though their events cannot be written"
                assert gate.running.process.poll() is None, "the gate has ended"
                filler.unlink()
                within(60, "a client after there was room again", lambda: serves(gate))
        finally:
            subprocess.run(["umount", "--lazy", str(spool)], check=False)


def mount(directory: pathlib.Path) -> None:
    directory.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(directory)], check=True)


class Dribble:
    """A relay that passes on one byte at a time."""

    def __init__(self, target: int):
        self.target = target
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                far = socket.create_connection(("127.0.0.1", self.target))
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    @staticmethod
    def _pass(source: socket.socket, sink: socket.socket) -> None:
        sink.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(OSError):
            while content := source.recv(4096):
                for byte in content:
                    sink.send(bytes((byte,)))
            sink.shutdown(socket.SHUT_WR)

    def __exit__(self, *_):
        self.listener.close()


SCENES = (
    a_server_that_restarts,
    a_server_that_dribbles,
    a_disk_that_is_full,
    a_client_that_vanishes,
    a_client_that_vanishes_within_an_answer,
    a_server_that_vanishes,
)
