"""The suite of the server that is installed: from Debian's source of that very version, as far as the server does not have it."""

import pathlib
import subprocess

from cache import kept
from command import quietly
from servers import BINARIES
from source import fetch
from suite import Suite

MAJOR = BINARIES.parent.name
LIBRARIES = ("regress", "refint", "autoinc")


def suite() -> Suite:
    package = f"postgresql-{MAJOR}"
    version = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", package], check=True, capture_output=True, text=True
    ).stdout

    def make(directory: pathlib.Path) -> str:
        fetch(f"{package}={version}", directory)
        _compile(directory / "source")
        return version

    return Suite(version, BINARIES, kept(f"regress-{version}", make) / "source/src/test/regress")


def _compile(source: pathlib.Path) -> None:
    """The functions in C that the suite loads: headers as configured, which is enough for the server to take them."""
    quietly(["./configure", "--without-readline", "--without-zlib", "--without-icu"], source)
    quietly(["make", "-C", "src/backend", "generated-headers"], source)
    regress = source / "src/test/regress"
    for library in LIBRARIES:
        code = regress / "regress.c" if library == "regress" else source / "contrib/spi" / f"{library}.c"
        quietly(["gcc", "-O1", "-fPIC", "-shared", f"-I{source / 'src/include'}", "-o", f"{library}.so", code], regress)
