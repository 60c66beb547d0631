"""The home of a deployment: its folders and commented settings files."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

from orchestration.errors import BadInput, OutOfReach
from orchestration.settings import CARTERA_FILE, POLICIES_FILE, Settings, home_path, load_settings

FOLDERS = ("landing", "archive", "rejected", "lake", "warehouse", "published", "snapshots", "ops", "dagster")
# Name of each template, and where in the home it goes.
TEMPLATES = {CARTERA_FILE: CARTERA_FILE, POLICIES_FILE: POLICIES_FILE, "dagster.yaml": "dagster/dagster.yaml"}


def template(name: str) -> str:
    """The text of a settings template (`cartera.yml`, `policies.yml`, `dagster.yaml`)."""
    return files("orchestration").joinpath("templates", "home", name).read_text(encoding="utf-8")


def initialise(home: Path | None = None, texts: dict[str, str] | None = None) -> list[Path]:
    """Create what a home lacks and return it; what is there already is never touched.

    `texts` gives other contents for the settings files (the demo's). The home is closed to other users (mode 750):
    it holds customers' data. Raises OutOfReach when the folder can't be written.
    """
    folder = home_path(home)
    created: list[Path] = []
    try:
        if not folder.exists():
            folder.mkdir(parents=True, mode=0o750)
            created.append(folder)
        for name in FOLDERS:
            path = folder / name
            if not path.is_dir():
                path.mkdir()
                created.append(path)
        for name, place in TEMPLATES.items():
            path = folder / place
            if not path.exists():
                _write_new(path, (texts or {}).get(name) or template(name))
                created.append(path)
    except OSError as error:
        raise OutOfReach(
            "the home can't be written",
            where=str(error.filename or folder),
            found=error.strerror or str(error),
            expected="a folder this user may write, on a disk with space",
            next_step="mend the permissions, or name another folder with --home or CARTERA_HOME",
        ) from None
    return created


def _write_new(path: Path, text: str) -> None:
    """Whole or not at all: a template half written would be a settings file with faults."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def open_home(home: Path | None = None, *, create: bool = False) -> Settings:
    """The settings of a home that exists; with `create`, of one that is made when it is missing.

    A folder that exists but lacks parts gets them. Raises BadInput when there is no home, OutOfReach when it can't be
    written, SettingsError when its files can't be used.
    """
    folder = home_path(home)
    if not create and not folder.is_dir():
        raise BadInput(
            "there is no home here",
            where=str(folder),
            found="no such folder",
            expected="a folder made by `cartera init`",
            next_step="run `cartera init`, or name the right folder with --home or CARTERA_HOME",
        )
    initialise(folder)
    return load_settings(folder)
