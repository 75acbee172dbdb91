"""Servers that are newer than the installed one, with their suites: compiled from the source of a newer Debian."""

import pathlib
import shutil
import sys

from cache import kept
from command import quietly
from source import fetch
from suite import Suite

# The release of Debian that has the version.
RELEASES = {"17": "trixie", "18": "forky"}


def suite(major: str, temporary: pathlib.Path) -> Suite:
    """temporary: where the server is put for the run, since the user it runs as may not look into the cache."""
    made = kept(f"postgresql-{major}", lambda directory: _make(major, directory))
    server = temporary / f"postgresql-{major}"
    shutil.copytree(made / "server", server, symlinks=True)
    return Suite((made / "made").read_text(), server / "bin", made / "regress")


def _make(major: str, directory: pathlib.Path) -> str:
    print(f"- compiling PostgreSQL {major}, once: some minutes", file=sys.stderr, flush=True)
    version = fetch(f"postgresql-{major}", directory, RELEASES[major])
    source = directory / "source"
    server = directory / "server"
    # What needs libraries beyond the C library is left out; nothing of it has to do with the gate.
    quietly(["./configure", f"--prefix={server}", "--without-readline", "--without-zlib", "--without-icu", "CFLAGS=-O1"], source)
    # The programs find their libraries beside them, wherever they are put.
    quietly(["make", "-j2", "rpathdir=$$ORIGIN/../lib"], source)
    quietly(["make", "install-strip"], source)
    (source / "src/test/regress").rename(directory / "regress")
    for left in directory.iterdir():
        if left.is_dir() and left.name not in ("server", "regress"):
            shutil.rmtree(left)
        elif left.is_file():
            left.unlink()
    return version
