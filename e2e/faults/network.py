"""A machine of its own for one peer: a network namespace with one cable to here, that can vanish without a word."""

import contextlib
import subprocess


class Machine:
    """Its address and the one of this side, of a range that is for tests of network devices (RFC 2544)."""

    def __init__(self, number: int):
        self.name = f"sluice-fault-{number}"
        self.cable = f"slf{number}"
        self.here = f"198.18.77.{4 * number + 1}"
        self.there = f"198.18.77.{4 * number + 2}"

    def __enter__(self):
        _ip("netns", "add", self.name)
        try:
            _ip("link", "add", self.cable, "type", "veth", "peer", "name", "eth0", "netns", self.name)
            _ip("addr", "add", f"{self.here}/30", "dev", self.cable)
            _ip("link", "set", self.cable, "up")
            for command in (("addr", "add", f"{self.there}/30", "dev", "eth0"), ("link", "set", "eth0", "up"), ("link", "set", "lo", "up")):
                _ip("-n", self.name, *command)
        except BaseException:
            self.__exit__()
            raise
        return self

    def inside(self, command):
        """The command on that machine."""
        return ["ip", "netns", "exec", self.name, *command]

    def vanish(self) -> None:
        """Whatever it sends is lost from now on, acknowledgements as well."""
        _ip("-n", self.name, "route", "add", "blackhole", f"{self.here}/32")

    def __exit__(self, *_):
        # A namespace outlives its name while a connection in it has not given up, and would keep the cable.
        for command in (("link", "delete", self.cable), ("netns", "delete", self.name)):
            with contextlib.suppress(subprocess.CalledProcessError):
                _ip(*command)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)
