"""PostgreSQL's regression suite, and the server that it belongs to."""

import dataclasses
import os
import pathlib
import shutil
import subprocess

from servers import demoted, own


@dataclasses.dataclass(frozen=True)
class Suite:
    """version: as Debian writes it; binaries: where the server's programs are; inputs: the suite, compiled."""

    version: str
    binaries: pathlib.Path
    inputs: pathlib.Path

    def run(self, home: pathlib.Path, port: int):
        """The output of each test, by its name; what PostgreSQL expects is not asked."""
        home.mkdir()
        # The server reads the suite's files and writes beside its outputs, so it owns them.
        inputs = home / "inputs"
        shutil.copytree(self.inputs, inputs)
        for path in [home, *home.rglob("*")]:
            own(path)
        with open(home / "pg_regress.log", "wb") as log:
            subprocess.run(
                demoted([
                    str(self.binaries.parent / "lib/pgxs/src/test/regress/pg_regress"), "--bindir", str(self.binaries),
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
