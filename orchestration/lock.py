"""One writer at a time: a lock the kernel lets go of when its holder dies, however it dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from orchestration.errors import Busy, OutOfReach
from orchestration.settings import Settings


@contextmanager
def writer_lock(settings: Settings, *, wait_seconds: float = 0) -> Iterator[None]:
    """Hold the home's writer lock; taken again within one process it is the same lock.

    Raises Busy when another process still holds it after `wait_seconds`, OutOfReach when the home can't be written.
    """
    path = settings.ops_dir / "writer.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, is_singleton=True, thread_local=False)
        lock.acquire(timeout=wait_seconds)
    except Timeout:
        raise Busy(
            "another command is writing to this home",
            where=str(path),
            found="the lock is held",
            expected="one refresh or ingest at a time",
            next_step="wait until it is done and try again; a lock left by a crash lets go by itself",
        ) from None
    except OSError as error:
        raise OutOfReach(
            "the home can't be written",
            where=str(error.filename or path),
            found=error.strerror or str(error),
            expected="a folder this user may write, on a disk with space",
            next_step="mend the permissions or make room; what is published stays as it is",
        ) from None
    try:
        yield
    finally:
        lock.release()
