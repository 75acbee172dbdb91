"""What is done to a gate. Each returns how many sessions were open at a time, and says in its first line what it does."""

import contextlib
import select
import socket
import struct
import time

from loads import Client
from servers import DATABASE

MEBI = 1 << 20
CHUNK = 1 << 20
# Of the kind whose rows the server makes as they are taken.
ROWS = "SELECT generate_series(1, {}) AS i, repeat('x', 1000)"
# A client that reads nothing has nobody else wait for it.
PROMPT_SECONDS = 5


class Unserved(Exception):
    """An ordinary client was not served, or not as it should be."""


def serves(gate, seconds: float = PROMPT_SECONDS) -> None:
    """An ordinary client connects and is answered, meanwhile."""
    begun = time.monotonic()
    with client(gate) as one:
        one.socket.settimeout(seconds)
        try:
            one.query("SELECT count(*) FROM pgbench_branches")
        except TimeoutError:
            raise Unserved(f"an ordinary client was not answered within {seconds} s") from None
    if time.monotonic() - begun > seconds:
        raise Unserved(f"an ordinary client waited for {time.monotonic() - begun:.1f} s")


@contextlib.contextmanager
def client(gate):
    one = Client(gate)
    try:
        yield one
    finally:
        one.close()


@contextlib.contextmanager
def clients(gate, count: int):
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(client(gate)) for _ in range(count)]


def message(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("!i", len(content) + 4) + content


def send_large(one: Client, kind: bytes, before: bytes, length: int, after: bytes) -> None:
    """A message whose content is some bytes, many x, some bytes."""
    one.socket.sendall(kind + struct.pack("!i", 4 + len(before) + length + len(after)) + before)
    chunk = b"x" * CHUNK
    for _ in range(length // CHUNK):
        one.socket.sendall(chunk)
    one.socket.sendall(after)


def await_blocked(one: Client, data: bytes, seconds: float = 60) -> int:
    """Sends until nothing is taken any more for two seconds; how much was taken."""
    one.socket.setblocking(False)
    taken, end = 0, time.monotonic() + seconds
    view = memoryview(data)
    while time.monotonic() < end:
        if not select.select([], [one.socket], [], 2)[1]:
            one.socket.setblocking(True)
            return taken
        taken += one.socket.send(view[taken % len(data):])
    raise Unserved(f"{taken / MEBI:.0f} MiB were taken of a client that nobody reads, and there was no end")


def await_stall(server, pattern: str, count: int = 1, seconds: float = 60) -> None:
    """Waits until the server waits for the gate to take answers."""
    end = time.monotonic() + seconds
    while int(server.sql(f"SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'ClientWrite' AND query LIKE '{pattern}'")) < count:
        if time.monotonic() > end:
            raise Unserved("the server goes on though nobody reads")
        time.sleep(0.1)


def idle_clients(server, gate, total):
    """500 idle clients, each of which has run a statement"""
    with clients(gate, 500) as all_of_them:
        for one in all_of_them:
            one.query("SELECT 1")
        serves(gate)
        time.sleep(2)
    return 500


def fast_reader(server, gate, total):
    """a result, as fast as it can be read"""
    with client(gate) as one:
        if one.query(ROWS.format(total // 1000)) < total:
            raise Unserved("rows are missing")
    return 1


def slow_reader(server, gate, total):
    """a result of 10 GB whose client reads a little and then nothing"""
    with client(gate) as one:
        one.send_query(ROWS.format(10_000_000))
        one.receive(5 * MEBI)
        await_stall(server, "SELECT generate_series%")
        serves(gate)
    return 1


def slow_readers(server, gate, total):
    """100 results of 10 GB whose clients read nothing"""
    with clients(gate, 100) as all_of_them:
        for one in all_of_them:
            one.send_query(ROWS.format(10_000_000))
        await_stall(server, "SELECT generate_series%", 100)
        serves(gate)
    return 100


def copy_out(server, gate, total):
    """COPY out, as fast as it can be read"""
    with client(gate) as one:
        if one.query(f"COPY ({ROWS.format(total // 1000)}) TO STDOUT") < total:
            raise Unserved("rows are missing")
    return 1


def copy_in(server, gate, total):
    """COPY in, as fast as it can be written"""
    with client(gate) as one:
        one.copy_in("COPY intake FROM STDIN WHERE false", b"y" * 1023 + b"\n", total)
    return 1


def copy_to_a_slow_server(server, gate, total):
    """COPY in to a server that does not read"""
    with client(gate) as one, client(server) as holder:
        holder.query("BEGIN; LOCK TABLE intake")
        one.send_query("COPY intake FROM STDIN")
        line = message(b"d", b"y" * 1023 + b"\n")
        taken = await_blocked(one, line * 1000)
        if taken > 64 * MEBI:
            raise Unserved(f"{taken / MEBI:.0f} MiB were taken for a server that does not read")
        serves(gate)
        holder.query("ROLLBACK")
    return 2


def large_row(server, gate, total):
    """a row of 500 MB"""
    with client(gate) as one:
        if one.query("SELECT repeat('x', 500 * 1024 * 1024)") < 500 * MEBI:
            raise Unserved("a part of it is missing")
    return 1


def large_rows_unread(server, gate, total):
    """20 rows of 100 MB whose clients read nothing"""
    with clients(gate, 20) as all_of_them:
        for one in all_of_them:
            one.send_query("SELECT repeat('x', 100 * 1024 * 1024)")
        await_stall(server, "SELECT repeat%", 20)
        serves(gate)
    return 20


def large_value(server, gate, total):
    """a bound value of 500 MB"""
    with client(gate) as one:
        one.socket.sendall(message(b"P", b"\0SELECT length($1::text)\0\0\0"))
        length = 500 * MEBI
        send_large(one, b"B", b"\0\0\0\0\0\1" + struct.pack("!i", length), length, b"\0\0")
        one.socket.sendall(message(b"E", b"\0\0\0\0\0") + message(b"S", b""))
        one.read_until_ready()
    return 1


def large_query(server, gate, total):
    """a query with a text of 400 MB"""
    with client(gate) as one:
        send_large(one, b"Q", b"SELECT length('", 400 * MEBI, b"')\0")
        one.read_until_ready()
    return 1


def large_parses(server, gate, total):
    """ten texts of 100 MB to be prepared at once"""
    with clients(gate, 10) as all_of_them:
        for one in all_of_them:
            send_large(one, b"P", b"\0SELECT length('", 100 * MEBI, b"')\0\0\0")
        for one in all_of_them:
            one.socket.sendall(message(b"S", b""))
            one.read_until_ready()
    return 10


def large_copy_message(server, gate, total):
    """one COPY message of 500 MB"""
    with client(gate) as one:
        one.send_query("COPY intake FROM STDIN WHERE false")
        send_large(one, b"d", b"", 500 * MEBI, b"\n")
        one.socket.sendall(message(b"c", b""))
        one.read_until_ready()
    return 1


def promised_lengths(server, gate, total):
    """200 clients that promise messages of a gigabyte and send a few bytes"""
    with clients(gate, 200) as all_of_them:
        for number, one in enumerate(all_of_them):
            kind = b"QPBFd"[number % 5:number % 5 + 1]
            one.socket.sendall(kind + struct.pack("!i", 0x3FFFFFFF) + b"SELECT ")
        serves(gate)
        time.sleep(2)
    return 200


def half_texts(server, gate, total):
    """300 clients that send half of a text of a megabyte"""
    with clients(gate, 300) as all_of_them:
        for one in all_of_them:
            one.socket.settimeout(10)
            # What is not taken stays where it is: with the client.
            with contextlib.suppress(TimeoutError):
                one.socket.sendall(b"Q" + struct.pack("!i", MEBI) + b"SELECT '" + b"x" * (MEBI // 2))
        serves(gate)
    return 300


def many_prepared(server, gate, total):
    """100,000 prepared statements with texts of a kilobyte, half of them in one session"""
    with clients(gate, 2) as all_of_them:
        for one in all_of_them:
            for start in range(0, 50_000, 1000):
                parts = []
                for number in range(start, start + 1000):
                    text = b"SELECT %d -- %s" % (number, b"x" * 1000)
                    parts.append(message(b"P", b"statement %d\0" % number + text + b"\0\0\0"))
                one.socket.sendall(b"".join(parts) + message(b"S", b""))
                one.read_until_ready()
        serves(gate)
    return 2


def long_names(server, gate, total):
    """20,000 portals and statements with names of 2 KB in one transaction"""
    with client(gate) as one:
        one.query("BEGIN")
        for start in range(0, 20_000, 500):
            parts = []
            for number in range(start, start + 500):
                name = b"%06d" % number + b"n" * 2000
                parts.append(message(b"P", name + b"\0SELECT 1\0\0\0") + message(b"B", name + b"\0" + name + b"\0\0\0\0\0\0\0"))
            one.socket.sendall(b"".join(parts) + message(b"S", b""))
            one.read_until_ready()
        serves(gate)
    return 1


def endless_pipeline(server, gate, total):
    """statements without an end, none of whose answers is read"""
    with client(gate) as one:
        three = message(b"P", b"\0SELECT 1\0\0\0") + message(b"B", b"\0\0\0\0\0\0\0\0") + message(b"E", b"\0\0\0\0\0")
        await_blocked(one, three * 1000)
        serves(gate)
    return 1


def endless_queries(server, gate, total):
    """queries without an end, none of whose answers is read"""
    with client(gate) as one:
        await_blocked(one, message(b"Q", b"SELECT 1\0") * 1000)
        serves(gate)
    return 1


def unread_notifications(server, gate, total):
    """notifications for 20 clients that do not read, and one that does"""
    with clients(gate, 20) as deaf, client(gate) as listening:
        for one in [*deaf, listening]:
            one.query("LISTEN here")
        payload = "x" * 7000
        server.sql(f"SELECT pg_notify('here', i || '{payload}') FROM generate_series(1, 5000) AS i")
        heard = 0
        listening.socket.settimeout(30)
        while heard < 5000 * 7000:
            heard += len(listening.socket.recv(CHUNK))
        # One alone reaches an idle client at once.
        while select.select([listening.socket], [], [], 0.5)[0]:
            listening.socket.recv(CHUNK)
        begun = time.monotonic()
        server.sql("NOTIFY here, 'soon'")
        listening.receive(1)
        if time.monotonic() - begun > PROMPT_SECONDS:
            raise Unserved("a notification was late")
        serves(gate)
    return 21


def silent_strangers(server, gate, total):
    """2000 connections that say nothing, or begin to"""
    strangers = []
    try:
        for number in range(2000):
            stranger = socket.create_connection(("127.0.0.1", gate.port))
            strangers.append(stranger)
            with contextlib.suppress(OSError):
                stranger.sendall((b"", b"\0\0", b"\0\0\x27\x10\0\3\0\0user\0", b"\x16\x03\x01")[number % 4])
        # They make room for others one by one, and none before it had a second.
        serves(gate, 30)
    finally:
        for stranger in strangers:
            stranger.close()
    return 64


def false_cancels(server, gate, total):
    """5000 requests to cancel, with keys that there are not and with one that there is"""
    with client(gate) as one:
        with socket.create_connection(("127.0.0.1", gate.port)) as other:
            words = b"user\0x\0database\0" + DATABASE.encode() + b"\0\0"
            other.sendall(struct.pack("!ii", len(words) + 8, 3 << 16) + words)
            answers = b""
            while b"Z\0\0\0\5I" not in answers:
                answers += other.recv(CHUNK)
            at = answers.index(b"K\0\0\0\x0c") + 5
            key = answers[at:at + 8]
            for number in range(5000):
                with socket.create_connection(("127.0.0.1", gate.port)) as asking:
                    asking.sendall(struct.pack("!ii", 16, 80877102) + (key if number % 2 else struct.pack("!ii", number, number)))
            serves(gate)
        one.query("SELECT 1")
    return 66


def left_behind(server, gate, total):
    """1000 clients that ask for 10 GB and vanish"""
    for _ in range(1000):
        with client(gate) as one:
            one.send_query(ROWS.format(10_000_000))
            one.socket.recv(100)
            one.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return 50


FLOODS = (
    idle_clients, fast_reader, slow_reader, slow_readers, copy_out, copy_in, copy_to_a_slow_server, large_row, large_rows_unread,
    large_value, large_query, large_parses, large_copy_message, promised_lengths, half_texts, endless_pipeline, endless_queries, unread_notifications, silent_strangers, false_cancels, left_behind,
)

# What ends a gate today; run by name only.
OPEN = (many_prepared, long_names)
