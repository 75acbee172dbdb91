"""What the drivers are run against: three servers with the same content, a plain gate before one, a governed grant before another."""

import json
import os
import pathlib
import subprocess
import time

from servers import BINARIES, TOP, Running, await_port, demoted, free_port, own

WAYS = ("direct", "plain", "governed")
DATABASE = "drivers"


class Stage:
    def __init__(self, home: pathlib.Path, here: pathlib.Path):
        self.home = home
        self.here = here
        self.running = []
        self.ports = {}

    def start(self) -> None:
        servers = {way: self._server(way) for way in WAYS}
        for port in servers.values():
            await_answer(port)
            self._psql(port)
        self.ports = {"direct": servers["direct"], "plain": self._plain(servers["plain"]), "governed": self._governed(servers["governed"])}

    def port(self, way: str) -> int:
        return self.ports[way]

    def stop(self) -> None:
        for running in reversed(self.running):
            running.stop()

    def _server(self, way: str) -> int:
        data = self.home / f"data-{way}"
        data.mkdir()
        own(data)
        subprocess.run(
            demoted([BINARIES / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]),
            check=True, stdout=subprocess.DEVNULL,
        )
        port = free_port()
        settings = {
            "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off", "max_prepared_transactions": 10,
            "autovacuum": "off", "timezone": "UTC", "max_connections": 200,
        }
        self.running.append(Running(
            f"PostgreSQL, {way}",
            demoted([
                str(BINARIES / "postgres"), "-D", str(data), "-p", str(port),
                *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
            ]),
            self.home / f"postgres-{way}.log",
        ))
        await_port(port, "PostgreSQL", self.running[-1].log)
        return port

    def _psql(self, port: int) -> None:
        result = subprocess.run(
            ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "-d", "postgres",
             "-f", str(self.here / "setup.sql")],
            capture_output=True, check=False, text=True,
        )
        if result.returncode != 0:
            raise SystemExit(result.stderr)

    def _plain(self, server: int) -> int:
        control = self.home / "control"
        control.mkdir()
        (control / "bundle.json").write_text(json.dumps({
            "format": 1, "revision": "1", "state": "ACTIVE", "stateReason": "", "access": "drivers/plain",
            "database": "databases/drivers", "purpose": "drivers",
            "target": {
                "engine": "PostgreSQL", "endpoints": [{"host": "127.0.0.1", "port": server}], "database": DATABASE,
                "tls": {"mode": "DISABLE"}, "serverVersion": "",
            },
            "role": "", "searchPath": [], "schemaChanges": True, "relations": [], "rules": [],
            "sessions": {"max": 100, "idleTimeoutSeconds": 0, "statementTimeoutSeconds": 0},
            "revocation": "FINISH_STATEMENT", "plain": True,
        }))
        (control / "credentials.json").write_text(json.dumps({
            "username": "driver", "password": "not asked for", "issuedAt": "2000-01-01T00:00:00Z",
            "validUntil": "2100-01-01T00:00:00Z",
        }))
        port = free_port()
        gate = Running(
            "the plain gate",
            [str(TOP / "images/target/gate-rootfs/opt/sluice/bin/gate"), "--control", str(control),
             "--access", f"drivers/plain=127.0.0.1:{port}", "--spool", str(self.home / "spool")],
            self.home / "gate.log",
        )
        self.running.append(gate)
        await_port(port, gate.name, gate.log)
        return port

    def _governed(self, server: int) -> int:
        """By the operator's own code, from resource files."""
        port = free_port()
        trial = Running(
            "make try", [str(TOP / "make" / "try")], self.home / "try.log",
            environment=dict(
                os.environ, RESOURCES=str(self.here / "resources"), DATABASE=f"postgresql://postgres@127.0.0.1:{server}/{DATABASE}",
                ACCESS="drivers/driver", LISTEN=f"127.0.0.1:{port}", EVENTS="json",
            ),
        )
        self.running.append(trial)
        await_port(port, trial.name, trial.log, 300)
        await_answer(port)
        return port


def await_answer(port: int, seconds: int = 60) -> None:
    end = time.monotonic() + seconds
    while subprocess.run(["pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)], check=False).returncode != 0:
        if time.monotonic() > end:
            raise SystemExit(f"nothing answers on port {port}")
        time.sleep(0.05)
