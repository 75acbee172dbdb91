"""What is fetched and compiled once, and kept from run to run."""

import os
import pathlib
import shutil

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "sluice"


def kept(name: str, make) -> pathlib.Path:
    """The directory of this name; where it was not made to its end, `make` fills it anew. What it tells is kept in the file `made`."""
    directory = CACHE / name
    if not (directory / "made").exists():
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        told = make(directory)
        (directory / "made").write_text(told)
    return directory
