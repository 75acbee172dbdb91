"""PostgreSQL's regression suite as Debian's source package has it, fetched and compiled once for each version."""

import os
import pathlib
import shutil
import subprocess

from servers import BINARIES, demoted, own

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "sluice"
SOURCES = pathlib.Path("/etc/apt/sources.list.d/debian.sources")
LIBRARIES = ("regress", "refint", "autoinc")


class Suite:
    def __init__(self, version: str, directory: pathlib.Path):
        self.version = version
        self.directory = directory

    @staticmethod
    def fetched() -> "Suite":
        """The suite of the server that is installed."""
        major = BINARIES.parent.name
        version = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Version}", f"postgresql-{major}"], check=True, capture_output=True, text=True
        ).stdout
        directory = CACHE / f"regress-{version}"
        if not (directory / "made").exists():
            shutil.rmtree(directory, ignore_errors=True)
            directory.mkdir(parents=True)
            _fetch(f"postgresql-{major}={version}", directory)
            _compile(directory / "source")
            (directory / "made").touch()
        return Suite(version, directory / "source/src/test/regress")

    def run(self, home: pathlib.Path, port: int):
        """The output of each test, by its name; what PostgreSQL expects is not asked."""
        home.mkdir()
        # The server reads the suite's files and writes beside its outputs, so it owns them.
        inputs = home / "inputs"
        shutil.copytree(self.directory, inputs)
        for path in [home, *home.rglob("*")]:
            own(path)
        with open(home / "pg_regress.log", "wb") as log:
            subprocess.run(
                demoted([
                    str(BINARIES.parent / "lib/pgxs/src/test/regress/pg_regress"), "--bindir", str(BINARIES),
                    "--dlpath", str(inputs), "--inputdir", str(inputs), "--outputdir", str(inputs),
                    "--host", "127.0.0.1", "--port", str(port), "--user", "postgres", "--max-concurrent-tests", "20",
                    "--schedule", str(inputs / "parallel_schedule"),
                ]),
                stdout=log, stderr=log, cwd=inputs, check=False, env={**os.environ, "PGSSLMODE": "disable"},
            )
        schedule = (inputs / "parallel_schedule").read_text().splitlines()
        asked = {name for line in schedule if line.startswith("test:") for name in line.split()[1:]}
        absent = sorted(name for name in asked if not (inputs / "results" / f"{name}.out").exists())
        if absent:
            raise SystemExit(f"{len(absent)} of {len(asked)} tests did not run, {absent[0]} first; see {home / 'pg_regress.log'}")
        # Each run has a directory of its own, which is no difference. A port is not neutralised: many tests print such numbers.
        return {
            output.stem: output.read_bytes().replace(str(inputs).encode(), b"INPUTS")
            for output in sorted((inputs / "results").glob("*.out"))
        }


def _fetch(package: str, directory: pathlib.Path) -> None:
    """Debian's source package, by apt with lists of its own, so that the machine's settings stay as they are."""
    parts = directory / "parts"
    parts.mkdir()
    (parts / "source.sources").write_text(SOURCES.read_text().replace("Types: deb\n", "Types: deb-src\n"))
    for below in ("lists/partial", "cache/archives/partial"):
        (directory / below).mkdir(parents=True)
    apt = [
        "apt-get", "-q", "-o", "Dir::Etc::sourcelist=/dev/null", "-o", f"Dir::Etc::sourceparts={parts}",
        "-o", f"Dir::State::lists={directory / 'lists'}", "-o", f"Dir::Cache={directory / 'cache'}",
    ]
    _quietly([*apt, "update"], directory)
    _quietly([*apt, "source", "--download-only", package], directory)
    archive = next(directory.glob("*.orig.tar.*"))
    (directory / "source").mkdir()
    _quietly(["tar", "-xf", archive, "-C", "source", "--strip-components=1"], directory)


def _compile(source: pathlib.Path) -> None:
    """The functions in C that the suite loads: headers as configured, which is enough for the server to take them."""
    _quietly(["./configure", "--without-readline", "--without-zlib", "--without-icu"], source)
    _quietly(["make", "-C", "src/backend", "generated-headers"], source)
    regress = source / "src/test/regress"
    for library in LIBRARIES:
        code = regress / "regress.c" if library == "regress" else source / "contrib/spi" / f"{library}.c"
        _quietly(["gcc", "-O1", "-fPIC", "-shared", f"-I{source / 'src/include'}", "-o", f"{library}.so", code], regress)


def _quietly(command, directory: pathlib.Path) -> None:
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} failed in {directory}:\n{(done.stdout + done.stderr)[-3000:]}")
