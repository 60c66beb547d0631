"""A file that somebody still writes is left alone."""

from __future__ import annotations

import pytest

from ingest import stability
from ingest.stability import is_still_being_written


@pytest.mark.parametrize(
    "name", ["a.csv.part", "a.tmp", "a.CRDOWNLOAD", "a.csv~", "~$report.xlsx", ".hidden.csv", "a.filepart"]
)
def test_names_of_unfinished_files(tmp_path, name):
    (tmp_path / name).write_text("x")
    assert is_still_being_written(tmp_path / name, pause=0)


def test_a_file_at_rest_is_finished(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("x")
    assert not is_still_being_written(path, pause=0.01)


@pytest.mark.parametrize("change", ["grow", "rewrite", "vanish"])
def test_a_file_that_changes_between_two_looks_is_not(tmp_path, monkeypatch, change):
    path = tmp_path / "a.csv"
    path.write_text("x")

    def meanwhile(_seconds):
        if change == "grow":
            path.write_text("xy")
        elif change == "rewrite":
            import os

            os.utime(path, ns=(1, 1))
        else:
            path.unlink()

    monkeypatch.setattr(stability.time, "sleep", meanwhile)
    assert is_still_being_written(path)
