"""Debian's source packages, by apt with lists of its own, so that the machine's settings and lists stay as they are."""

import pathlib
import re

from command import Failed, quietly

SOURCES = pathlib.Path("/etc/apt/sources.list.d/debian.sources")


def fetch(package: str, directory: pathlib.Path, release: str | None = None) -> str:
    """
    Puts the upstream's archive, unpacked, into the directory's `source` and tells the package's version.

    package: its name, or name=version; release: a release of Debian from the machine's mirror, None for the machine's own.
    """
    parts = directory / "parts"
    parts.mkdir()
    (parts / "source.sources").write_text(_stanzas(release))
    for below in ("lists/partial", "cache/archives/partial"):
        (directory / below).mkdir(parents=True)
    apt = [
        "apt-get", "-q", "-o", "Dir::Etc::sourcelist=/dev/null", "-o", f"Dir::Etc::sourceparts={parts}",
        "-o", f"Dir::State::lists={directory / 'lists'}", "-o", f"Dir::Cache={directory / 'cache'}",
    ]
    try:
        quietly([*apt, "update"], directory)
    except Failed as failed:
        unknown = sorted(set(re.findall(r"NO_PUBKEY ([0-9A-F]+)", str(failed))))
        if not unknown:
            raise
        raise Failed(
            f"The keys of this machine are too old for Debian's release {release}, which is signed with {', '.join(unknown)}."
            " A newer version of the package debian-archive-keyring brings them."
        ) from failed
    quietly([*apt, "source", "--download-only", package], directory)
    archive = next(directory.glob("*.orig.tar.*"))
    (directory / "source").mkdir()
    quietly(["tar", "-xf", archive, "-C", "source", "--strip-components=1"], directory)
    description = next(directory.glob("*.dsc")).read_text()
    return re.search(r"^Version: (.+)$", description, re.MULTILINE).group(1)


def _stanzas(release: str | None) -> str:
    """The machine's own sources of packages, as sources of sources; of another release, the mirror and keys alone are theirs."""
    stanzas = SOURCES.read_text().replace("Types: deb\n", "Types: deb-src\n").strip().split("\n\n")
    if release is None:
        return "\n\n".join(stanzas) + "\n"
    return re.sub(r"^Suites: .*$", f"Suites: {release}", stanzas[0], flags=re.MULTILINE) + "\n"
