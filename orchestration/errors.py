"""The errors people see: what was wanted, where, what was found, what is allowed, what to do next."""

from __future__ import annotations

from typing import ClassVar


class CarteraError(Exception):
    """An error with the words a person needs and the exit code a script needs.

    `what` is one sentence; `where` a file, line or service; `found` and `expected` the two sides of the
    disagreement; `next_step` what to do now. Empty texts are left out of the message.
    """

    exit_code: ClassVar[int] = 1
    code: ClassVar[str] = "failed"

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        found: str = "",
        expected: str = "",
        next_step: str = "",
    ) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.found = found
        self.expected = expected
        self.next_step = next_step

    def lines(self) -> list[str]:
        """The message as lines of text, the sentence first."""
        facts = (("where", self.where), ("found", self.found), ("expected", self.expected), ("next", self.next_step))
        return [self.what, *(f"  {label + ':':<10}{_indented(text)}" for label, text in facts if text)]

    def as_json(self) -> dict[str, object]:
        """The same facts for scripts; the value of `error` in what `--json` prints."""
        return {
            "code": self.code,
            "exit_code": self.exit_code,
            "what": self.what,
            "where": self.where,
            "found": self.found,
            "expected": self.expected,
            "next_step": self.next_step,
        }

    def __str__(self) -> str:
        return "\n".join(self.lines())


def _indented(text: str) -> str:
    return text.replace("\n", "\n" + " " * 12)


class BadInput(CarteraError):
    """A file, a value or a query that can't be used. Exit code 1; nothing of it was taken in."""

    exit_code = 1
    code = "bad_input"


class CheckFailed(CarteraError):
    """A check on the data said no. Exit code 1; nothing was published, the last good publication stays."""

    exit_code = 1
    code = "check_failed"


class WrongUsage(CarteraError):
    """The command was called in a way it does not know. Exit code 2."""

    exit_code = 2
    code = "wrong_usage"


class Busy(CarteraError):
    """Another process holds the lock. Exit code 3; trying again later is right."""

    exit_code = 3
    code = "busy"


class OutOfReach(CarteraError):
    """A service or a place that is needed does not answer (mail, disk, port, database). Exit code 4."""

    exit_code = 4
    code = "out_of_reach"


_DISK_FULL = ("No space left on device", "Disk quota exceeded")


def disk_full(error: BaseException, place: str) -> OutOfReach | None:
    """The error as what it comes from, where that is a full disk under `place`; None where it is something else.

    DuckDB and dbt tell it only in their text, so the text of the whole chain of causes is read. The chain may lead
    back to itself: Dagster raises what failed out of its own error, whose cause it is.
    """
    link: BaseException | None = error
    seen: list[BaseException] = []
    while link is not None and not any(link is before for before in seen):
        seen.append(link)
        if found := next((words for words in _DISK_FULL if words in str(link)), None):
            return OutOfReach(
                "the disk is full",
                where=place,
                found=found,
                expected="room for the build and one more publication",
                next_step="make room and run `cartera refresh` again; the last good publication stays",
            )
        link = link.__cause__ or link.__context__
    return None
