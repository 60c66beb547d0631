"""The `cartera` command. Imports are lazy: a command loads only what it needs, so help is instant."""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orchestration.cli.common import Call
    from orchestration.errors import CarteraError

INTERRUPTED = 130
# Not a fault of ours but of the place: no permission, read-only, full, over quota, damaged.
_PLACE_ERRNOS = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO}


def main() -> None:
    """Entry point: run and exit with CONTRACT §2's code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; every failure has been told on stderr."""
    import os
    import warnings

    import typer

    from orchestration.cli.app import app
    from orchestration.cli.common import Call
    from orchestration.errors import CarteraError, WrongUsage

    # where Spark is installed its client is loaded, too; what it says of itself would stand before the JSON on stderr
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"pyspark\.")
    call = Call(as_json="--json" in arguments)
    try:
        code = app(args=list(arguments), obj=call, prog_name="cartera", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except typer.TyperException as error:
        wrong = WrongUsage(error.format_message(), next_step="`cartera --help` shows the commands and their options")
        return _told(call, wrong)
    except CarteraError as error:
        return _told(call, error)
    except BrokenPipeError:
        # The reader of a pipe (`| head`) has enough; stdout must not be flushed once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (KeyboardInterrupt, typer.Abort):
        call.console.note("cartera: stopped")
        return INTERRUPTED
    except OSError as error:
        return _told(call, _no_place(call, error) if error.errno in _PLACE_ERRNOS else _unexpected(call, error))
    except Exception as error:
        return _told(call, _unexpected(call, error))


def _told(call: Call, error: CarteraError) -> int:
    call.console.error(error)
    return error.exit_code


def _no_place(call: Call, error: OSError) -> CarteraError:
    from orchestration.errors import OutOfReach

    return OutOfReach(
        "a file or folder may not be used",
        where=str(error.filename or call.home_path),
        found=error.strerror or str(error),
        expected="a place this user may read and write, on a disk with space",
        next_step="mend the permissions or make room, and run the command again",
    )


def _unexpected(call: Call, error: Exception) -> CarteraError:
    """Errors of `ingest` have their own family; anything else is a fault of ours, its traceback kept."""
    from ingest.errors import IngestError
    from orchestration.errors import BadInput, CarteraError

    if isinstance(error, IngestError):
        told = BadInput(
            error.what, where=error.where, found=error.found, expected=error.expected, next_step=error.next_step
        )
        told.code = error.code  # type: ignore[misc]  # the family of ingest is finer than ours
        return told
    import traceback

    from orchestration.console import failure_log

    log = failure_log(call.home_path)
    kept = "the text below"
    text = "".join(traceback.format_exception(error))
    try:
        if log.parent.parent.is_dir():
            log.parent.mkdir(exist_ok=True)
            with log.open("a", encoding="utf-8") as file:
                file.write(text + "\n")
            kept = str(log)
        else:
            call.console.note(text)
    except OSError:
        call.console.note(text)
    return CarteraError(
        f"an unexpected failure: {type(error).__name__}: {error}",
        next_step=f"nothing was published by this command; please report it with {kept}",
    )
