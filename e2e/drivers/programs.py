"""The programs: how each is made ready and run. What is installed stays below target, or in the package managers' own caches."""

import dataclasses
import os
import pathlib
import shutil
import subprocess
import sys
from typing import Callable

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent
TARGET = TOP / "target" / "drivers"
# The one that Debian's packages of ORMs are for.
PYTHON = "/usr/bin/python3"


@dataclasses.dataclass(frozen=True)
class Program:
    """One driver's; `command` is asked for after `make_ready`."""

    name: str
    directory: pathlib.Path
    make_ready: Callable[[], None]
    command: Callable[[], list]


def quietly(command, directory: pathlib.Path, **environment: str) -> None:
    result = subprocess.run(
        [str(part) for part in command], cwd=directory, env={**os.environ, **environment}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False,
    )
    if result.returncode != 0:
        raise SystemExit(f"{' '.join(str(part) for part in command)} failed:\n{result.stdout[-4000:]}")


def is_made(mark: pathlib.Path, *sources: pathlib.Path) -> bool:
    return mark.exists() and all(source.stat().st_mtime <= mark.stat().st_mtime for source in sources)


def make_psycopg() -> None:
    home, wanted = TARGET / "psycopg", HERE / "psycopg" / "requirements.txt"
    if not is_made(home / "made", wanted):
        shutil.rmtree(home, ignore_errors=True)
        quietly([sys.executable, "-m", "venv", home], HERE)
        quietly([home / "bin/pip", "install", "-q", "--require-hashes", "--only-binary", ":all:", "-r", wanted], HERE)
        (home / "made").touch()


def make_node() -> None:
    home, wanted = TARGET / "node", HERE / "node" / "package-lock.json"
    if not is_made(home / "made", wanted):
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / "node" / name, home)
        quietly(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], home)
        (home / "made").touch()
    # Modules are looked for beside the program.
    shutil.copy(HERE / "node" / "program.js", home)


def make_pgx() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    quietly(["go", "build", "-trimpath", "-buildvcs=false", "-o", TARGET / "pgx", "."], HERE / "pgx", GOFLAGS="-mod=readonly")


def make_java() -> None:
    home = HERE / "java"
    sources = [HERE / "java" / "pom.xml", *home.glob("src/**/*.*")]
    if not is_made(home / "target" / "app" / "made", *sources):
        quietly([TOP / "make" / "maven", "-B", "-ntp", "-q", "-DskipTests", "package", "-pl", "e2e/drivers/java"], TOP)
        (home / "target" / "app" / "made").touch()


def java(main: str):
    def command():
        app = HERE / "java" / "target" / "app"
        return [os.path.join(os.environ["JAVA_HOME"], "bin", "java"), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{app}/*:{app}/lib/*", f"dev.sluice.drivers.{main}"]

    return command


PROGRAMS = (
    Program("pgjdbc", HERE, make_java, java("JdbcProgram")),
    Program("hibernate", HERE, make_java, java("HibernateProgram")),
    Program("hibernate-shop", HERE, make_java, java("ShopProgram")),
    Program("flyway", HERE, make_java, java("FlywayProgram")),
    Program("psycopg", HERE, make_psycopg, lambda: [TARGET / "psycopg/bin/python", HERE / "psycopg/program.py"]),
    Program("node-postgres", TARGET, make_node, lambda: ["node", "--no-deprecation", TARGET / "node/program.js"]),
    Program("pgx", HERE, make_pgx, lambda: [TARGET / "pgx"]),
    Program("django", HERE, lambda: None, lambda: [PYTHON, HERE / "django/program.py"]),
    Program("sqlalchemy", HERE, lambda: None, lambda: [PYTHON, HERE / "sqlalchemy/program.py"]),
    Program("catalogues", HERE, lambda: None, lambda: [PYTHON, HERE / "catalogues/program.py"]),
    Program("pg_dump", HERE, lambda: None, lambda: [HERE / "pg_dump/program"]),
)
