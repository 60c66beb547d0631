"""A file that somebody still writes is left alone."""

from __future__ import annotations

import os

import pytest

from ingest import stability
from ingest.stability import is_temporary_name, still_being_written


@pytest.mark.parametrize(
    "name", ["a.csv.part", "a.tmp", "a.CRDOWNLOAD", "a.csv~", "~$report.xlsx", ".hidden.csv", "a.filepart"]
)
def test_names_of_unfinished_files(name):
    assert is_temporary_name(name)


@pytest.mark.parametrize("name", ["a.csv", "part.xlsx", "statement.sta", "a~b.xml"])
def test_names_of_finished_files(name):
    assert not is_temporary_name(name)


@pytest.mark.parametrize("change", ["grow", "rewrite", "vanish"])
def test_only_the_file_that_changes_between_two_looks_is_unfinished(tmp_path, monkeypatch, change):
    path, at_rest = tmp_path / "a.csv", tmp_path / "b.csv"
    path.write_text("x")
    at_rest.write_text("x")

    def meanwhile(_seconds):
        if change == "grow":
            path.write_text("xy")
        elif change == "rewrite":
            os.utime(path, ns=(1, 1))
        else:
            path.unlink()

    monkeypatch.setattr(stability.time, "sleep", meanwhile)
    assert still_being_written([path, at_rest]) == {path}
