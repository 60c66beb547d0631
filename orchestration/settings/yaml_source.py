"""YAML as text with positions: every value keeps the line it stands on, and nothing is guessed.

Scalars stay the text that was written (`0.20`, `0012`, `NO`) and empty ones become None. The models turn text into
decimals, dates and switches, so no amount passes through a float and no account number loses its zeros.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from orchestration.settings.problems import Problem, SettingsError

Place = tuple[str | int, ...]

MAX_BYTES = 4_000_000
_NULL = "tag:yaml.org,2002:null"
# What plain YAML is made of; `binary`, sets, Python objects and private tags are not settings.
_KINDS = ("null", "bool", "int", "float", "timestamp", "str", "seq", "map", "value", "merge")
_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in _KINDS}


@dataclass(slots=True)
class Source:
    """One file read: `data` as plain mappings, lists and text; `where` gives a place's line (from 1)."""

    name: str
    data: dict[str, Any] = field(default_factory=dict)
    where: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest thing around it when the place itself is missing."""
        while place and place not in self.where:
            place = place[:-1]
        return self.where.get(place, 1)

    def value(self, place: Place) -> object:
        """What stands at a place; None when there is nothing."""
        found: Any = self.data
        for step in place:
            try:
                found = found[step]
            except (KeyError, IndexError, TypeError):
                return None
        return found

    def complain(self, place: Place, *, found: str, expected: str, next_step: str) -> None:
        """Note a problem at a place."""
        self.problems.append(Problem(self.name, self.line(place), dotted(place), found, expected, next_step))


def dotted(place: Place) -> str:
    """`("sources", 0, "files")` as `sources[1].files`; people count from one."""
    text = ""
    for step in place:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def read_yaml(path: Path) -> Source:
    """The file's content with its lines. A file that isn't there is an empty source: everything has a default.

    Raises SettingsError when the file can't be read at all (not UTF-8, not YAML, not a mapping, too large);
    smaller faults (a key written twice, a tag or alias) are left in `problems`.
    """
    source = Source(path.name)
    if not path.exists():
        return source
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _unreadable(path, 1, f"{path.stat().st_size:,} bytes", f"at most {MAX_BYTES:,} bytes of settings")
        root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise _unreadable(path, line, f"the byte 0x{error.object[error.start]:02x}", "text saved as UTF-8") from None
    except OSError as error:
        raise _unreadable(path, 1, error.strerror or str(error), "a file this user may read") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _unreadable(path, mark.line + 1 if mark else 1, error.problem or str(error), "valid YAML") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise _unreadable(path, 1, str(error), "valid YAML") from None
    if root is None:
        return source
    if not isinstance(root, yaml.MappingNode):
        raise _unreadable(path, root.start_mark.line + 1, "a list or a single value", "settings as `name: value`")
    source.data = _plain(root, (), source, set())
    return source


def _unreadable(path: Path, line: int, found: str, expected: str) -> SettingsError:
    return SettingsError([Problem(path.name, line, "", found, expected, f"mend {path}; `cartera init` shows the form")])


def _plain(node: yaml.Node, place: Place, source: Source, seen: set[int]) -> Any:
    source.where.setdefault(place, node.start_mark.line + 1)
    if not isinstance(node, yaml.ScalarNode):
        # An alias gives the very node of its anchor again: refused, or a few lines could unfold into millions.
        if id(node) in seen:
            source.complain(
                place, found="an alias (*name)", expected="the values themselves", next_step="repeat the values here"
            )
            return None
        seen.add(id(node))
    if node.tag not in _TAGS:
        source.complain(place, found=f"the tag {node.tag}", expected="a plain value", next_step="remove the tag")
        return None
    if isinstance(node, yaml.ScalarNode):
        return None if node.tag == _NULL else node.value  # nothing, ~ or null, unless quoted
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*place, index), source, seen) for index, item in enumerate(node.value)]
    return _mapping(node, place, source, seen)


def _mapping(node: yaml.Node, place: Place, source: Source, seen: set[int]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            source.complain(place, found="a key that is not text", expected="`name: value`", next_step="write a name")
            continue
        key = str(key_node.value)
        here = (*place, key)
        if key in plain:
            source.where[here] = key_node.start_mark.line + 1
            source.complain(here, found="the key written twice", expected="each key once", next_step="keep one of them")
            continue
        source.where[here] = key_node.start_mark.line + 1
        plain[key] = _plain(value_node, here, source, seen)
    return plain
