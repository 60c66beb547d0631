"""What is wrong with a settings file, told for all of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from orchestration.errors import BadInput

SHOWN_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: where it stands (file, line from 1, dotted field), what is there, what is allowed."""

    file: str
    line: int
    field: str
    found: str
    expected: str
    next_step: str

    def lines(self) -> list[str]:
        """The problem as two lines of text."""
        return [
            f"{self.file}, line {self.line}, {self.field or 'the whole file'}: found {self.found}",
            f"    expected: {self.expected}   next: {self.next_step}",
        ]


class SettingsError(BadInput):
    """cartera.yml or policies.yml (or the environment) can't be used; `problems` has every fault found."""

    code = "bad_settings"

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        count = "one thing" if len(problems) == 1 else f"{len(problems)} things"
        files = ", ".join(dict.fromkeys(problem.file for problem in problems))
        super().__init__(
            f"the settings can't be used: {count} to mend in {files}",
            where=f"{first.file}, line {first.line}, {first.field or 'the whole file'}",
            found=first.found,
            expected=first.expected,
            next_step=first.next_step,
        )
        self.problems = tuple(problems)

    def lines(self) -> list[str]:
        """The sentence, then every problem (the first 20) with its own line."""
        shown = [f"  {line}" for problem in self.problems[:SHOWN_AT_MOST] for line in problem.lines()]
        left = len(self.problems) - SHOWN_AT_MOST
        return [self.what, *shown, *([f"  and {left} more"] if left > 0 else [])]

    def as_json(self) -> dict[str, object]:
        """The first problem's facts, and all of them under `problems`."""
        return {**super().as_json(), "problems": [asdict(problem) for problem in self.problems]}
