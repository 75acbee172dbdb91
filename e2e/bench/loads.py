"""What is done to what is measured: pgbench's statements, bulk transfers, many idle clients, rotation of credentials."""

import collections
import concurrent.futures
import dataclasses
import os
import pathlib
import re
import socket
import struct
import subprocess
import time

from servers import DATABASE, GROUP, TOP, Gate, MemoryWatch, gate_command

CHUNK = 1 << 16


@dataclasses.dataclass(frozen=True)
class Throughput:
    """Of one run of pgbench. Latency in seconds; processor time in seconds of what stood between, None for nothing."""

    per_second: float
    latency: float
    processor_per_transaction: float | None


def pgbench(target, mode: str, clients: int, seconds: int) -> Throughput:
    before = processor(target)
    result = run_pgbench(target.port, target.user, ["-S", "-M", mode, "-c", str(clients), "-j", str(min(clients, 2)), "-T", str(seconds)])
    after = processor(target)
    transactions = int(figure(result, r"transactions actually processed: (\d+)"))
    return Throughput(
        figure(result, r"tps = ([\d.]+) \(without"),
        figure(result, r"latency average = ([\d.]+) ms") / 1000,
        None if before is None or after is None else (after - before) / transactions,
    )


def processor(target) -> float | None:
    return target.running.processor_seconds() if target.name != "direct" else None


def run_pgbench(port: int, user: str, arguments) -> str:
    result = subprocess.run(
        ["pgbench", "-n", "-h", "127.0.0.1", "-p", str(port), "-U", user, *arguments, DATABASE],
        capture_output=True, check=False, text=True,
    )
    if result.returncode != 0 or figure(result.stdout, r"number of failed transactions: (\d+)") != 0:
        raise SystemExit(f"pgbench failed at port {port}:\n{result.stdout}\n{result.stderr}")
    return result.stdout


def figure(text: str, pattern: str) -> float:
    found = re.search(pattern, text)
    if found is None:
        raise SystemExit(f"pgbench did not say {pattern}:\n{text}")
    return float(found.group(1))


class Client:
    """As little of a client as can be, so that what is measured is not the client."""

    def __init__(self, target, patience: float | None = None):
        """patience: seconds for each answer, beginning with that to the start-up message; None: any time"""
        self.socket = socket.create_connection((target.host, target.port), patience)
        parameters = b"".join(word.encode() + b"\0" for word in ("user", target.user, "database", DATABASE)) + b"\0"
        self.socket.sendall(struct.pack("!II", len(parameters) + 8, 3 << 16) + parameters)
        self.read_until_ready()

    def query(self, text: str) -> int:
        """Sends a query and reads its answer; how many bytes it had."""
        self.send_query(text)
        return self.read_until_ready()

    def send_query(self, text: str) -> None:
        content = text.encode() + b"\0"
        self.socket.sendall(b"Q" + struct.pack("!I", len(content) + 4) + content)

    def copy_in(self, statement: str, line: bytes, total: int) -> None:
        self.send_query(statement)
        if self.socket.recv(1) != b"G":
            raise SystemExit(f"{statement} was not answered with a request for rows")
        self.receive(struct.unpack("!I", self.receive(4))[0] - 4)
        content = line * (CHUNK // len(line))
        message = b"d" + struct.pack("!I", len(content) + 4) + content
        for _ in range(total // len(content)):
            self.socket.sendall(message)
        self.socket.sendall(b"c" + struct.pack("!I", 4))
        self.read_until_ready()

    def receive(self, length: int) -> bytes:
        content = b""
        while len(content) < length:
            more = self.socket.recv(length - len(content))
            if not more:
                raise SystemExit("the connection ended")
            content += more
        return content

    def read_until_ready(self) -> int:
        """Reads without looking, but for the end: ReadyForQuery is the last that comes."""
        buffer = bytearray(1 << 18)
        view = memoryview(buffer)
        total = 0
        tail = b""
        while True:
            count = self.socket.recv_into(view)
            if count == 0:
                raise SystemExit(f"the connection ended: {tail!r}")
            total += count
            tail = (tail + bytes(view[max(0, count - 200):count]))[-200:]
            if tail[-6:-1] == b"Z\0\0\0\x05":
                return total

    def close(self) -> None:
        self.socket.close()


@dataclasses.dataclass(frozen=True)
class Decided:
    """Seconds from a text to the decision about it: half of the calls took less than one, 99 of a hundred less than the other."""

    middle: float
    late: float


def decisions(gate, count: int, directory: pathlib.Path) -> dict[str, Decided]:
    """Times of the gate's own code in a process of its own, which has the gate's runtime and flags."""
    java, *options = gate_command()[:-1]
    classes = directory / "decisions"
    path = options.index("-cp") + 1
    jars = options[path]
    options[path] = f"{classes}:{jars}"
    javac = pathlib.Path(os.environ["JAVA_HOME"]) / "bin/javac"
    subprocess.run([javac, "-cp", jars, "-d", classes, pathlib.Path(__file__).with_name("Decisions.java")], check=True)
    told = subprocess.run(
        [java, *(option for option in options if not option.startswith("-XX:AOTCache=")), "Decisions",
         gate.directory / "control/bench/grant-0/bundle.json", str(count)],
        capture_output=True, text=True, check=True,
    ).stdout
    return {state: Decided(int(middle) / 1e9, int(late) / 1e9) for state, middle, late in map(str.split, told.splitlines())}


def operator_java(directory: pathlib.Path, program: str, *arguments: str) -> list[list[str]]:
    """What a program of this folder prints that is run with the operator's classes: the words of each line."""
    jars = ":".join(str(TOP / "operator/target/quarkus-app" / part / "*") for part in ("app", "lib/main", "lib/boot"))
    classes = directory / program
    home = pathlib.Path(os.environ["JAVA_HOME"]) / "bin"
    subprocess.run([home / "javac", "-cp", jars, "-d", classes, pathlib.Path(__file__).with_name(f"{program}.java")], check=True)
    told = subprocess.run(
        [home / "java", "-XX:+UseSerialGC", "-cp", f"{classes}:{jars}", program, *arguments],
        stdout=subprocess.PIPE, text=True, check=True,
    ).stdout
    return [line.split() for line in told.splitlines()]


def admissions(count: int, directory: pathlib.Path) -> Decided:
    """The webhook's decision about a pod of 10 containers and 200 variables, with the reading of its JSON."""
    middle, late = operator_java(directory, "Admissions", str(count))[-1]
    return Decided(int(middle) / 1e6, int(late) / 1e6)


def plans(server, changes: int, directory: pathlib.Path) -> dict[str, list[list[float]]]:
    """Seconds that the operator's own code takes to read a catalogue, to compile and to apply, for each kind of pass."""
    server.sql("CREATE DATABASE plans", database="postgres")
    found = collections.defaultdict(list)
    for what, *millis in operator_java(directory, "Plans", server.host, str(server.port), "plans", str(changes)):
        if what in ("first", "change", "unchanged"):
            found[what].append([int(each) / 1000 for each in millis])
    return found


ROWS = "SELECT i, repeat('x', 1000) FROM generate_series(1, {}) AS i"


def stream_rows(target, total: int) -> float:
    """Bytes a second of a result of many rows."""
    return timed(target, lambda client: client.query(ROWS.format(total // 1000)))


def make_people(server, count: int) -> None:
    """The table that is read with masks and without."""
    server.sql(f"""
        CREATE TABLE people (
          id bigint PRIMARY KEY, name text NOT NULL, email varchar(80) NOT NULL, ssn char(11) NOT NULL, card varchar(19) NOT NULL,
          born date NOT NULL, city text NOT NULL, balance numeric(12, 2) NOT NULL);
        INSERT INTO people
        SELECT i, 'person ' || i, 'person.' || i || '@example.org', lpad((i % 899 + 100)::text, 3, '0') || '-' || lpad((i % 99)::text, 2, '0')
            || '-' || lpad((i % 9999)::text, 4, '0'),
          '4' || lpad((i * 7919 % 1000000000000000)::text, 15, '0'), date '1940-01-01' + (i % 25000)::int, 'city ' || i % 1000, i / 7.0
        FROM generate_series(1::bigint, {count}) AS i;
        GRANT SELECT ON people TO {server.user}, {GROUP};
    """)
    server.sql("VACUUM ANALYZE people")


def read_people(target) -> float:
    """How often a second the whole table can be read."""
    client = Client(target)
    try:
        begun = time.monotonic()
        client.query("SELECT * FROM people")
        return 1 / (time.monotonic() - begun)
    finally:
        client.close()


def find_people(target, count: int, seconds: int, script: pathlib.Path) -> float:
    """Rows found by their key a second, by four clients."""
    script.write_text(f"\\set id random(1, {count})\nSELECT * FROM people WHERE id = :id;\n")
    result = run_pgbench(target.port, target.user, ["-f", str(script), "-M", "prepared", "-c", "4", "-T", str(seconds)])
    return figure(result, r"tps = ([\d.]+) \(without")


TEXTS = (
    "SELECT 'Order ' || i || ' of 2024-03-' || 10 + i % 20, 'Ines Sommer ' || i, 'Hauptstrasse ' || i % 200 || ', 10115 Berlin',"
    " 'The customer asked for a later delivery and was told that it takes three days.', 'paid', 'EUR 19.90',"
    " '{\"status\": \"sent\", \"parcels\": 2, \"weight\": 1.25}', md5(i::text),"
    " CASE WHEN i % 50 = 0 THEN 'write to ines' || i || '@example.com' ELSE 'no further notes on this one' END,"
    " '2024-03-01 10:11:12.123456+01' FROM generate_series(1, 100000) AS i"
)


def stream_texts(target) -> float:
    """Bytes a second of a result of ten texts a row, as applications have them; of some rows one has an address."""
    return timed(target, lambda client: client.query(TEXTS))


def copy_out(target, total: int) -> float:
    return timed(target, lambda client: client.query(f"COPY ({ROWS.format(total // 1000)}) TO STDOUT"))


def copy_in(target, total: int) -> float:
    def send(client: Client) -> int:
        client.copy_in("COPY intake FROM STDIN", b"y" * 1023 + b"\n", total)
        return total

    return timed(target, send)


def timed(target, action) -> float:
    client = Client(target)
    try:
        begun = time.monotonic()
        count = action(client)
        return count / (time.monotonic() - begun)
    finally:
        client.close()


def idle_clients(gate: Gate, count: int) -> int:
    """Memory of the gate, in bytes, while many clients are connected and have each run a statement."""
    clients = []
    try:
        for _ in range(count):
            client = Client(gate)
            clients.append(client)
            client.query("SELECT 1")
        time.sleep(6)
        return gate.running.resident_bytes()
    finally:
        for client in clients:
            client.close()


def busy_memory(gate: Gate, clients: int, seconds: int) -> tuple[int, float]:
    """The most bytes that a gate takes, and what it takes half of the time."""
    with MemoryWatch(gate.running) as watch:
        pgbench(gate, "simple", clients, seconds)
        pgbench(gate, "prepared", clients, seconds)
    return watch.most, watch.usual


@dataclasses.dataclass(frozen=True)
class Rotations:
    credentials: int
    transactions: int


# Of each grant: they leave the machine the time to make new ones.
LOGINS_A_SECOND = "6"


def rotations(gate: Gate, wanted: int) -> Rotations:
    """
    Replaces the credentials of all grants again and again, two logins of each taking turns, while clients connect anew for each
    transaction. Ends the run where any of these fails.
    """
    grants = len(gate.ports)
    rounds = -(-wanted // grants)
    # The gate asks every two seconds, as the life of three is short; a password is replaced two rounds later, when the other
    # login has been in use for two seconds at least.
    pause = 4.0
    seconds = int(rounds * pause + 10)
    with concurrent.futures.ThreadPoolExecutor(grants) as pool:
        loads = [
            pool.submit(run_pgbench, port, gate.user, ["-S", "-C", "-R", LOGINS_A_SECOND, "-c", "1", "-T", str(seconds)]) for port in gate.ports
        ]
        for number in range(rounds):
            begun = time.monotonic()
            gate.give("ba"[number % 2], str(number), 3)
            if time.monotonic() - begun > pause:
                raise SystemExit("this machine is too slow to rotate that many credentials")
            time.sleep(max(0.0, pause - (time.monotonic() - begun)))
        transactions = sum(int(figure(load.result(), r"transactions actually processed: (\d+)")) for load in loads)
    used = int(gate.server.sql("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'bench_login_%'"))
    if used < 2 * grants:
        raise SystemExit(f"only {used} logins were made for {grants} grants")
    return Rotations(rounds * grants, transactions)
