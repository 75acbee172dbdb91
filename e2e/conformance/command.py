"""Commands that say nothing unless they fail."""

import subprocess


class Failed(SystemExit):
    """A command that failed; printed, it is the end of what the command said."""


def quietly(command, directory) -> None:
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failed(f"{command[0]} failed in {directory}:\n{(done.stdout + done.stderr)[-3000:]}")
