"""What tests of the ingest room share: an empty home, and a way to map a few lines by a profile written on the spot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.context import IngestContext
from ingest.lake import Lake
from ingest.loading import LoadResult, Trial, load_file, try_file

LOADED_AT = datetime.fromisoformat("2025-07-01T06:30:00")  # naive UTC, as the lake keeps it


@dataclass(frozen=True)
class Home:
    root: Path
    loaded_at: datetime = LOADED_AT

    @property
    def lake(self) -> Lake:
        return Lake(self.root / "lake")

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def rejected(self) -> Path:
        return self.root / "rejected"

    def load(self, path: Path, **options: Any) -> LoadResult:
        options.setdefault("loaded_at", self.loaded_at)
        return load_file(path, lake=self.lake, archive=self.archive, rejected_dir=self.rejected, **options)

    def files(self) -> set[str]:
        """Every file but the lake's empty schemas, by path."""
        return {str(p.relative_to(self.root)) for p in self.root.rglob("*") if p.is_file() and "_schema" not in p.parts}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    return folder


HEAD = """name: test
title: {es: Prueba, en: Test}
format: delimited
load: delta
reject_limit: 1
"""
MapText = Callable[..., Trial]


@pytest.fixture
def map_text(tmp_path: Path, own: Path) -> MapText:
    """map_text(profile_yaml, file_text): a Trial of the text by that profile; HEAD goes before it unless `whole`."""

    def run(profile: str, text: str | bytes, *, name: str = "export.csv", whole: bool = False) -> Trial:
        (own / "test.yml").write_text(profile if whole else HEAD + profile, encoding="utf-8")
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return try_file(path, source="test", context=IngestContext(own_sources=own))

    return run
