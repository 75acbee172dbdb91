"""What is measured: a PostgreSQL server, and what stands in front of it. Each is started for the run and ended with it."""

import json
import os
import pathlib
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import threading
import time
import urllib.error
import urllib.request

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BINARIES = next(iter(sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))), None)
TICKS = os.sysconf("SC_CLK_TCK")
DATABASE = "bench"
GROUP = "bench_group"
LIMIT = 600


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_port(port: int, what: str, log: pathlib.Path, seconds: int = 60, host: str = "127.0.0.1") -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex((host, port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit(f"{what} does not listen on port {port}:\n{log.read_text(errors='replace')[-3000:]}")


def demoted(command):
    """The command as PostgreSQL's own user, since its servers and PgBouncer refuse to run as root."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", *command]


def own(path: pathlib.Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(path, "postgres", "postgres")


class Running:
    """A process with a log, whose processor time and memory can be read."""

    def __init__(self, name: str, command, log: pathlib.Path, environment=None):
        self.name = name
        self.log = log
        with open(log, "ab") as output:
            self.process = subprocess.Popen(
                command, stdout=output, stderr=output, env=environment, start_new_session=True
            )

    def processor_seconds(self) -> float:
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident_bytes(self) -> int:
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise SystemExit(f"{self.name} has ended:\n{self.log.read_text(errors='replace')[-3000:]}")

    def stop(self, how=signal.SIGINT) -> None:
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


class Postgres:
    """
    The server, with pgbench's tables; its administrator and the user of direct connections need no password.

    machine: where it runs, with `there`, its address, `here`, that of this side, and `inside`, which makes a command run there.
    """

    name = "direct"
    user = "bench_direct"

    def __init__(self, directory: pathlib.Path, scale: int, machine=None):
        self.host = "127.0.0.1" if machine is None else machine.there
        near = "127.0.0.1" if machine is None else machine.here
        self.port = free_port()
        self.directory = directory / "postgres"
        self.directory.mkdir()
        own(self.directory)
        data = self.directory / "data"
        self._run(demoted([BINARIES / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]))
        (data / "pg_hba.conf").write_text(
            f"host all postgres {near}/32 trust\n"
            f"host all {self.user} {near}/32 trust\n"
            f"host all all {near}/32 scram-sha-256\n"
        )
        settings = {
            "listen_addresses": self.host, "fsync": "off", "max_connections": LIMIT + 100, "shared_buffers": "512MB",
            "max_wal_size": "8GB", "autovacuum": "off",
        }
        self.command = demoted([
            str(BINARIES / "postgres"), "-D", str(data), "-p", str(self.port), "-k", str(self.directory),
            *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
        ])
        if machine is not None:
            self.command = machine.inside(self.command)
        self.log = directory / "postgres.log"
        self.again()
        self.sql(f"CREATE DATABASE {DATABASE}", database="postgres")
        self._run(["pgbench", "-i", "-q", "-s", str(scale), "-h", self.host, "-p", str(self.port), "-U", "postgres", DATABASE])
        self.sql(
            f"CREATE ROLE {GROUP};"
            f"CREATE ROLE {self.user} LOGIN;"
            "CREATE UNLOGGED TABLE intake (line text);"
            f"GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA public TO {GROUP}, {self.user};"
        )

    def again(self) -> None:
        """Starts it, the first time or after it has ended."""
        self.running = Running("PostgreSQL", self.command, self.log)
        await_port(self.port, "PostgreSQL", self.log, host=self.host)
        end = time.monotonic() + 60
        while subprocess.run(["pg_isready", "-q", "-h", self.host, "-p", str(self.port)], check=False).returncode != 0:
            if time.monotonic() > end:
                raise SystemExit("PostgreSQL does not answer")
            time.sleep(0.05)

    def logins(self, passwords: dict[str, str]) -> None:
        """Makes logins of the group, or gives them other passwords: by name, all with one command."""
        self.sql(";".join(
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') THEN"
            f" CREATE ROLE {name} LOGIN IN ROLE {GROUP}; END IF; END $$;"
            f"ALTER ROLE {name} PASSWORD '{password}'; ALTER ROLE {name} SET role = {GROUP}"
            for name, password in passwords.items()
        ))

    def sql(self, text: str, database: str = DATABASE) -> str:
        return self._run(
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.host, "-p", str(self.port),
             "-U", "postgres", "-d", database, "-c", text]
        )

    @staticmethod
    def _run(command) -> str:
        result = subprocess.run([str(part) for part in command], capture_output=True, check=False)
        if result.returncode != 0:
            raise SystemExit(result.stderr.decode("utf-8", "replace"))
        return result.stdout.decode()

    def stop(self) -> None:
        self.running.stop()


class PgBouncer:
    """PgBouncer in session mode."""

    name = "PgBouncer"
    host = "127.0.0.1"
    user = Postgres.user

    def __init__(self, directory: pathlib.Path, server: Postgres):
        self.port = free_port()
        home = directory / "pgbouncer"
        home.mkdir()
        own(home)
        (home / "users").write_text(f'"{self.user}" ""\n')
        (home / "pgbouncer.ini").write_text(
            f"[databases]\n{DATABASE} = host=127.0.0.1 port={server.port} user={self.user}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {self.port}\nunix_socket_dir =\npool_mode = session\n"
            f"auth_type = trust\nauth_file = {home}/users\nmax_client_conn = {LIMIT}\ndefault_pool_size = {LIMIT}\n"
            "log_connections = 0\nlog_disconnections = 0\nignore_startup_parameters = extra_float_digits\n"
        )
        for file in home.iterdir():
            own(file)
        self.running = Running("PgBouncer", demoted(["pgbouncer", "-q", str(home / "pgbouncer.ini")]), directory / "pgbouncer.log")
        await_port(self.port, "PgBouncer", self.running.log)

    def stop(self) -> None:
        self.running.stop()


class HaProxy:
    """HAProxy as a plain relay of bytes, which knows nothing of PostgreSQL."""

    name = "HAProxy"
    host = "127.0.0.1"
    user = Postgres.user

    def __init__(self, directory: pathlib.Path, server: Postgres):
        self.port = free_port()
        configuration = directory / "haproxy.cfg"
        configuration.write_text(
            "defaults\n mode tcp\n timeout connect 5s\n timeout client 1h\n timeout server 1h\n"
            f"listen postgres\n bind 127.0.0.1:{self.port}\n server one 127.0.0.1:{server.port}\n"
        )
        self.running = Running("HAProxy", ["haproxy", "-q", "-f", str(configuration)], directory / "haproxy.log")
        await_port(self.port, "HAProxy", self.running.log)

    def stop(self) -> None:
        self.running.stop(signal.SIGTERM)


class Relay:
    """A relay of bytes on the gate's virtual machine: what the gate cannot be cheaper than as long as it is made so."""

    user = Postgres.user
    host = "127.0.0.1"

    def __init__(self, directory: pathlib.Path, server: Postgres, kind: str):
        self.name = f"JVM {kind}"
        self.port = free_port()
        java = pathlib.Path(os.environ["JAVA_HOME"]) / "bin" / "java"
        options = ["-Xms4m", "-Xmx24m", "-Xss512k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        classes = directory / "relay"
        if not classes.exists():
            subprocess.run([java.with_name("javac"), "-d", classes, pathlib.Path(__file__).with_name("Relay.java")], check=True)
        self.running = Running(
            self.name, [str(java), *options, "-cp", str(classes), "Relay", kind, str(self.port), str(server.port)],
            directory / f"relay-{kind}.log",
        )
        await_port(self.port, self.name, self.running.log)

    def stop(self) -> None:
        self.running.stop(signal.SIGTERM)


def gate_command() -> list[str]:
    """What the image's container runs, as its entry point has it: without a shell. The main class is the last word."""
    home = TOP / "images/target/gate-rootfs/opt/sluice"
    options = subprocess.run([home / "bin/gate", "--print-options"], capture_output=True, text=True, check=True).stdout.splitlines()
    return [str(home / "java/bin/java"), *options]


class Gate:
    """
    The image's own gate, with the ready-made rules and with events on disk, before any number of grants.

    host: where it listens; server_port: where it finds the server, where that is not the server's own; lifetime: of its first
    credentials, in seconds; detections: what it looks for in texts, as its bundle has it.
    """

    name = "Sluice"
    user = "application"

    def __init__(
        self, directory: pathlib.Path, server: Postgres, name: str = "gate", grants: int = 1, host="127.0.0.1", server_port=None,
        lifetime: int = 3600, detections=None,
    ):
        self.server = server
        self.detections = detections
        self.host = host
        self.server_port = server.port if server_port is None else server_port
        self.directory = directory / name
        self.directory.mkdir(exist_ok=True)
        self.ports = [free_port() for _ in range(grants)]
        self.port = self.ports[0]
        self.health = free_port()
        for grant in range(grants):
            home = self.directory / "control" / "bench" / f"grant-{grant}"
            home.mkdir(parents=True)
            (home / "bundle.json").write_text(json.dumps(self._bundle(f"bench/grant-{grant}")))
        self.give("a", "first", lifetime)
        words = gate_command()
        self.started = time.monotonic()
        self.running = Running(
            "the gate",
            [
                *words, "--control", str(self.directory / "control"),
                "--access", ",".join(f"bench/grant-{grant}={host}:{port}" for grant, port in enumerate(self.ports)),
                "--spool", str(self.directory / "spool"), "--health", f"127.0.0.1:{self.health}", "--pod", "bench",
            ],
            directory / f"{name}.log", {**os.environ, "MALLOC_ARENA_MAX": "1"},
        )
        self.ready_seconds = self._await_ready()

    def give(self, turn: str, password: str, seconds: int) -> None:
        """Makes a login for each grant at the server and puts the credentials where the gate looks for the next ones."""
        logins = [f"bench_login_{grant}_{turn}" for grant in range(len(self.ports))]
        self.server.logins({login: f"{password}-{login}" for login in logins})
        now = time.time()
        stamp = lambda at: time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f".{int(at % 1 * 1000):03d}Z"
        for grant, login in enumerate(logins):
            file = self.directory / "control" / "bench" / f"grant-{grant}" / "credentials.json"
            fresh = file.with_suffix(".new")
            fresh.write_text(json.dumps({
                "username": login, "password": f"{password}-{login}", "issuedAt": stamp(now), "validUntil": stamp(now + seconds),
            }))
            fresh.replace(file)

    def _bundle(self, access: str):
        columns = {
            "pgbench_accounts": ["aid", "bid", "abalance", "filler"], "pgbench_branches": ["bid", "bbalance", "filler"],
            "pgbench_tellers": ["tid", "bid", "tbalance", "filler"], "intake": ["line"],
        }
        return {
            "format": 1, "revision": "1", "state": "ACTIVE", "stateReason": "", "access": access, "database": "databases/bench",
            "purpose": "benchmark",
            "target": {
                "engine": "PostgreSQL", "endpoints": [{"host": self.server.host, "port": self.server_port}], "database": DATABASE,
                "tls": {"mode": "DISABLE"}, "serverVersion": "15",
            },
            "role": GROUP, "searchPath": ["public"], "schemaChanges": False,
            "relations": [
                {"schema": "public", "name": name, "writesThroughView": False,
                 "privileges": ["SELECT", "INSERT", "UPDATE", "DELETE"],
                 "columns": [{"name": column, "type": "text"} for column in names]}
                for name, names in columns.items()
            ],
            "rules": [
                {"name": f"baseline/{rule}", "ready": rule, "outcome": "DENY", "observe": False, "message": ""}
                for rule in ("no-drop", "no-truncate", "no-mass-delete", "no-mass-update", "no-server-access", "no-opaque")
            ],
            "sessions": {"max": LIMIT, "idleTimeoutSeconds": 0, "statementTimeoutSeconds": 0}, "revocation": "FINISH_STATEMENT",
            "detections": self.detections,
        }

    def _await_ready(self) -> float:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.health}/ready", timeout=5) as answer:
                    if answer.status == 200:
                        return time.monotonic() - self.started
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                pass
            if time.monotonic() - self.started > 60:
                raise SystemExit(f"the gate is not ready:\n{self.running.log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.002)

    def stop(self) -> None:
        self.running.stop(signal.SIGTERM)


class Governed:
    """
    The image's gate in front of masked views, which the operator's own code makes from the resources beside this file. What
    `make try` runs beside it is not asked anything: its gate prints events, which takes as long as the statements.

    masks: the file with the MaskingPolicy
    """

    name = "Sluice"
    user = "application"
    host = "127.0.0.1"

    def __init__(self, directory: pathlib.Path, server: Postgres, masks: str):
        self.port = free_port()
        log = directory / "governed.log"
        resources, temporary = directory / f"resources-{masks}", directory / f"try-{masks}"
        resources.mkdir()
        temporary.mkdir()
        for name in ("database", "database-access", masks):
            shutil.copy(pathlib.Path(__file__).with_name("resources") / f"{name}.yaml", resources)
        environment = {
            **os.environ, "RESOURCES": str(resources), "ACCESS": "bench/people",
            "DATABASE": f"postgresql://postgres@{server.host}:{server.port}/{DATABASE}", "LISTEN": f"127.0.0.1:{free_port()}",
            "JAVA_TOOL_OPTIONS": f"-Djava.io.tmpdir={temporary}",
        }
        self.trial = Running("operator and gate", [str(TOP / "make/try")], log, environment)
        await_port(int(environment["LISTEN"].rsplit(":", 1)[1]), "the gate", log, 600)
        self.running = Running(
            "the gate",
            [
                *gate_command(), "--control", str(next(temporary.glob("sluice-try-*"))), "--access", f"bench/people=127.0.0.1:{self.port}",
                "--spool", str(directory / f"spool-{masks}"), "--pod", "bench",
            ],
            log, {**os.environ, "MALLOC_ARENA_MAX": "1"},
        )
        await_port(self.port, "the gate", log)

    def stop(self) -> None:
        self.running.stop()
        self.trial.stop()


class MemoryWatch:
    """How much memory a process has while something else goes on."""

    def __init__(self, running: Running):
        self.running = running
        self._seen = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        while True:
            self._seen.append(self.running.resident_bytes())
            if self._over.wait(0.1):
                return

    @property
    def most(self) -> int:
        return max(self._seen)

    @property
    def usual(self) -> float:
        """It has less half of the time."""
        return statistics.median(self._seen)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()


def allow_many_files() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
