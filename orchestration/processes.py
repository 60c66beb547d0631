"""Processes that must not outlive the one that started them; both are for `preexec_fn` of subprocess."""

from __future__ import annotations

import ctypes
import signal
import sys

_PR_SET_PDEATHSIG = 1


def heed_termination() -> None:
    """Have SIGTERM end this process, whatever it was started with.

    Dagster handles SIGTERM as it finds SIGINT, which is ignored in what a script starts in the background; and what
    is ignored stays so in every process started from there.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def die_with_parent() -> None:
    """Have the kernel send this process SIGTERM when the one that started it is gone, however it went.

    Where there is no such call, which is Linux's own, SIGTERM ends the process and nobody sends it.
    """
    heed_termination()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
