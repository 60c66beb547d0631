"""The data docs: readable without the internet, safe with what files hold, kept to the latest runs."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from ingest.quality import check_batch

from .conftest import LOADED_AT, WriteBatch, sound


@pytest.fixture
def docs_dir(write_batch: WriteBatch, tmp_path: Path) -> Path:
    rows = {
        "documents": [
            sound("documents", document_id="<script>alert(1)</script> $words_en", amount="-1"),
            sound("documents", document_id="F2", due_date="2025-01-01"),
        ]
    }
    check_batch(write_batch(rows), docs_dir=tmp_path / "docs", loaded_at=LOADED_AT)
    return tmp_path / "docs"


def _pages(docs_dir: Path) -> dict[str, str]:
    return {str(page.relative_to(docs_dir)): page.read_text(encoding="utf-8") for page in docs_dir.rglob("*.html")}


def test_pages_need_nothing_from_elsewhere(docs_dir: Path) -> None:
    pages = _pages(docs_dir)
    run = "runs/20250630T081500.000000Z"
    assert set(pages) == {"index.html", f"{run}/documents.html", f"{run}/_batch.html"}
    for name, page in pages.items():
        assert not re.search(r"(src|href)=\"?(https?:)?//|@import|url\(|<script|<link", page), name
        for target in re.findall(r"href=\"([^\"#]+)", page):
            assert (docs_dir / name).parent.joinpath(target).is_file(), (name, target)


def test_a_page_says_the_rule_in_both_languages_and_the_breach_first(docs_dir: Path) -> None:
    page = _pages(docs_dir)["runs/20250630T081500.000000Z/documents.html"]
    told = [
        "El importe no es negativo salvo en asientos y revaluaciones",
        "The amount is not negative but for journals and revaluations",
        "amount=-1.0000",
        "El vencimiento no es anterior a la emisión",
        "#2 document_id=F2",
        "Las columnas y sus tipos son los del contrato",
    ]
    places = [page.index(text) for text in told]
    assert places == sorted(places)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; $words_en" in page


def test_the_index_counts_what_blocks_and_what_warns(docs_dir: Path) -> None:
    (summary,) = docs_dir.glob("runs/*/run.json")
    entities = {entity["name"]: entity for entity in json.loads(summary.read_text(encoding="utf-8"))["entities"]}
    assert (entities["documents"]["rows"], entities["documents"]["blocking"], entities["documents"]["warnings"]) == (
        2,
        1,
        1,
    )
    assert "2025-06-30 08:15:00 UTC" in _pages(docs_dir)["index.html"]


def test_only_the_latest_runs_are_kept(
    write_batch: WriteBatch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.quality.docs.RUNS_KEPT", 2)
    batch = write_batch({"fx_rates": [sound("fx_rates")]})
    # the last one is made with the clock set back: the latest made counts, not the latest day
    for day in (0, 2, 2, 1):
        check_batch(batch, docs_dir=tmp_path / "docs", loaded_at=LOADED_AT + timedelta(days=day))
    kept = ["20250701T081500.000000Z", "20250702T081500.000000Z"]
    assert sorted(folder.name for folder in (tmp_path / "docs" / "runs").iterdir()) == kept
    index = (tmp_path / "docs" / "index.html").read_text(encoding="utf-8")
    assert index.index("2025-07-01 08:15:00") < index.index("2025-07-02 08:15:00")
    assert "2025-06-30" not in index
    assert [path.name for path in (tmp_path / "docs").iterdir() if path.name.startswith(".")] == []
