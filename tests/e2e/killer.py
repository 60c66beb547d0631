"""Runs `cartera` and kills it, children and all, at an exact moment: `killer.py EVENT PATTERN ARGUMENT…`.

Python tells an audit hook of every rename, link and removal just before it is done (PEP 578). At the first EVENT
with an argument that matches PATTERN (fnmatch) the process group is sent SIGKILL: nothing is flushed, closed or
unlocked, as when the power goes. What runs is the command itself, unchanged.
"""

from __future__ import annotations

import os
import signal
import sys
from fnmatch import fnmatch


def main() -> None:
    event, pattern, *arguments = sys.argv[1:]

    def watch(name: str, details: tuple[object, ...]) -> None:
        if name == event and any(fnmatch(os.fsdecode(d), pattern) for d in details if isinstance(d, str | bytes)):
            os.killpg(0, signal.SIGKILL)

    sys.addaudithook(watch)
    from orchestration.cli import run

    sys.exit(run(arguments))


if __name__ == "__main__":
    main()
