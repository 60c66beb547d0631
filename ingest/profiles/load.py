"""A profile from YAML, with errors that name file, line, field, what was found and what is allowed."""

from __future__ import annotations

import hashlib
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from ingest.errors import ProfileError
from ingest.profiles.model import Profile

_HOW_TO = "docs/how-to/write-a-profile.md"
Place = tuple[str | int, ...]


def load_profile(path: Path) -> Profile:
    """The profile written in `path`. Its version is the first 12 digits of the SHA-256 of the text.

    Raises ProfileError, one message for all problems of the file.
    """
    try:
        return _parsed(path, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(
            "the profile cannot be read", where=path.name, found=str(error), expected="a text in UTF-8"
        ) from error


@lru_cache(maxsize=256)
def _parsed(path: Path, text: str) -> Profile:
    """Every file that lands asks for every profile; a text is parsed once."""
    try:
        node = yaml.compose(text, Loader=yaml.BaseLoader)
        # every scalar stays text (BaseLoader): YAML must not read 007 as 7 nor Yes as true; the model knows the types
        content = yaml.load(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ProfileError(
            "the profile cannot be read",
            where=f"{path.name}, line {mark.line + 1}" if mark else path.name,
            found=str(getattr(error, "problem", None) or error),
            expected="YAML",
            next_step=f"correct the file; see {_HOW_TO}",
        ) from error
    if not isinstance(content, dict) or node is None:
        raise ProfileError(
            "the profile is not a mapping",
            where=path.name,
            found=type(content).__name__,
            expected="name:, title:, format:, load:, entities:",
            next_step=f"see {_HOW_TO}",
        )
    content.pop("version", None)
    try:
        return Profile(**content, version=hashlib.sha256(text.encode()).hexdigest()[:12])
    except ValidationError as error:
        raise _explained(error, path, _lines(node)) from error


def _lines(node: yaml.Node, place: Place = ()) -> dict[Place, int]:
    lines = {place: node.start_mark.line + 1}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            lines[(*place, str(key.value))] = key.start_mark.line + 1
            for inner, line in _lines(value, (*place, str(key.value))).items():
                lines.setdefault(inner, line)
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            lines.update(_lines(value, (*place, position)))
    return lines


def _explained(error: ValidationError, path: Path, lines: dict[Place, int]) -> ProfileError:
    problems: list[str] = []
    first_line: int | None = None
    # an unknown field before a missing one: the slip explains what is missing
    for problem in sorted(error.errors(), key=lambda found: found["type"] != "extra_forbidden"):
        # pydantic adds the names of union branches to the place; only parts that stand in the YAML are shown
        place: Place = ()
        for part in problem["loc"]:
            if (*place, part) in lines or part == problem["loc"][-1]:
                place = (*place, part)
        if place[-1:] == ("literal['by_file_name']",):
            continue
        line = next((lines[place[:n]] for n in range(len(place), -1, -1) if place[:n] in lines), 1)
        first_line = first_line or line
        field = ".".join(str(part) for part in place)
        problems.append(f"line {line}, {field}: {problem['msg'].removeprefix('Value error, ')}{_hint(problem, field)}")
    return ProfileError(
        "the profile is not valid",
        where=f"{path.name}, line {first_line or 1}",
        found="; ".join(problems),
        expected="the fields and values of the profile language",
        next_step=f"correct them; see {_HOW_TO}",
    )


def _hint(problem: Any, field: str) -> str:
    if problem["type"] == "extra_forbidden":
        near = get_close_matches(field.rsplit(".", 1)[-1], Profile.model_fields, n=1)
        return f" (no such field{f'; did you mean {near[0]}?' if near else ''})"
    value = problem.get("input")
    return f" (found {value!r})" if isinstance(value, str | int | float | bool) else ""
