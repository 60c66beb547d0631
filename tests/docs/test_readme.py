"""What the README promises is there: commands, exit codes, settings, rooms, files, licence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from pydantic import BaseModel

from orchestration.cli.app import app
from orchestration.errors import Busy, CarteraError, OutOfReach, WrongUsage
from orchestration.settings import Environment
from orchestration.settings.ageing import AgeingScheme, Bucket
from orchestration.settings.models import CarteraFile, Company, Person, SourceBinding

PROJECT = Path(__file__).parents[2]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([PROJECT / "README.md", PROJECT / "CHANGELOG.md", PROJECT / "dashboards" / "README.md"]) + sorted(
    (PROJECT / "docs").rglob("*.md")
)
TOP_LEVEL_NOT_ROOMS = {".git", ".venv", ".ci"}


def table(heading: str) -> list[list[str]]:
    """The rows of the README's table whose first heading is this, cell by cell, without code marks."""
    _, found, after = README.partition(f"\n| {heading} |")
    assert found, f"the README has no table headed {heading}"
    rows = []
    for line in after.splitlines()[2:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return rows


def bare(cell: str) -> str:
    return cell.strip("`")


def commands() -> set[str]:
    found = set()
    for name, command in typer.main.get_command(app).commands.items():
        inner = getattr(command, "commands", None)
        found |= {f"cartera {name} {one}" for one in inner} if inner else {f"cartera {name}"}
    return found


def test_the_table_of_commands_is_the_command_line() -> None:
    assert {bare(row[0]) for row in table("command")} == commands()


def test_every_command_in_the_documents_exists() -> None:
    names = {name.split()[1] for name in commands()}
    for page in PAGES:
        for name in re.findall(r"(?m)(?:^|`)cartera ([a-z]+)\b", page.read_text(encoding="utf-8")):
            assert name in names, f"{page.relative_to(PROJECT)}: cartera {name}"


def test_options_in_the_table_of_commands_exist() -> None:
    group = typer.main.get_command(app)
    for command, does in table("command"):
        node = group
        for part in bare(command).split()[1:]:
            node = node.commands[part]
        known = {option for parameter in node.params for option in (*parameter.opts, *parameter.secondary_opts)}
        assert set(re.findall(r"--[a-z-]+", does)) <= known, command


def test_exit_codes_are_those_of_the_errors() -> None:
    codes = {int(code) for code in re.findall(r"\*\*(\d)\*\* ", README)}
    assert codes == {0, CarteraError.exit_code, WrongUsage.exit_code, Busy.exit_code, OutOfReach.exit_code}


def test_the_table_of_variables_is_the_environment() -> None:
    written = {bare(name): (bare(default), meaning) for name, default, meaning in table("environment")}
    assert written == {
        f"CARTERA_{name.upper()}": (str(field.default or "none"), field.description)
        for name, field in Environment.model_fields.items()
    }


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Each key of cartera.yml with its default; a group of settings is told key by key."""
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from keys(field.annotation, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", field.default


def in_words(default: object) -> str:
    if default is None or default == ():
        return "none"
    if isinstance(default, tuple):
        return ", ".join(one.name for one in default)
    return str(default).lower() if isinstance(default, bool) else str(default)


def test_the_table_of_settings_is_cartera_yml() -> None:
    written = {bare(row[0]): bare(row[1]) for row in table("`cartera.yml`")}
    assert written == {name: in_words(default) for name, default in keys(CarteraFile)}


@pytest.mark.parametrize(
    ("key", "models"),
    [
        ("companies", (Company,)),
        ("ageing_schemes", (AgeingScheme, Bucket)),
        ("sources", (SourceBinding,)),
        ("people", (Person,)),
    ],
)
def test_lists_in_settings_name_every_field(key: str, models: tuple[type[BaseModel], ...]) -> None:
    (meaning,) = [row[2] for row in table("`cartera.yml`") if bare(row[0]) == key]
    assert set(re.findall(r"`([a-z_]+)`", meaning)) >= {name for model in models for name in model.model_fields}


def test_every_room_is_on_the_map() -> None:
    rooms = {
        path.name
        for path in PROJECT.iterdir()
        if path.is_dir() and not path.name.startswith((".", "_")) and any(path.glob("[a-z]*"))
    }
    on_the_map = {re.sub(r"^\[`([a-z_]+)/`\].*", r"\1", row[0]) for row in table("room")}
    assert rooms - {"build", "dist", "logs"} == on_the_map


def test_make_targets_in_the_readme_exist() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"(?m)^([a-z-]+):", makefile))
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert set(re.findall(r"(?m)(?:^|`)make ([a-z-]+)", text)) <= targets, page.name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"(?s)```.*?```", "", page.read_text(encoding="utf-8"))
    for target in re.findall(r'\]\(([^)\s]+)\)|src="([^"]+)"', text):
        link = "".join(target)
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{link} is not there"
        if anchor:
            assert anchor in anchors(file), f"{link}: no such heading"


def anchors(page: Path) -> set[str]:
    """Headings as a forge names them: small letters, punctuation gone, blanks to hyphens."""
    headings = re.findall(r"(?m)^#+ (.*)$", re.sub(r"(?s)```.*?```", "", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_pictures_are_small_and_shown() -> None:
    pictures = sorted((PROJECT / "docs" / "images").glob("*.png"))
    assert pictures
    for picture in pictures:
        assert picture.stat().st_size < 250_000, picture.name
        assert f"docs/images/{picture.name}" in README


def test_decisions_are_numbered_one_by_one() -> None:
    pages = sorted((PROJECT / "docs" / "decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        assert page.read_text(encoding="utf-8").startswith(f"# {page.name[:4]} — "), page.name
