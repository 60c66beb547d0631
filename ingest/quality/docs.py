"""The data docs: a local site of what was checked, readable without the internet.

Great Expectations renders each validation; the page around it is ours (templates/), because GX's own loads its style
and scripts from content networks and shows nothing without them. Layout under `docs_dir`:
`index.html`, `runs/<time>/<entity>.html`, `runs/<time>/run.json`.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from great_expectations.render import CollapseContent, RenderedDocumentContent, RenderedTableContent
from great_expectations.render.renderer import ValidationResultsPageRenderer
from great_expectations.render.view import DefaultJinjaPageView

from ingest.quality.duck import Landed

RUNS_KEPT = 20
_TEMPLATES = Path(__file__).parent / "templates"


class ChecksPageView(DefaultJinjaPageView):  # type: ignore[misc]  # great_expectations is untyped to us
    """GX's page view with our page around the content."""

    _template = "checks_page.j2"


def write_docs(docs_dir: Path, results: Mapping[str, Any], landed: Landed, loaded_at: datetime) -> None:
    """Add a run (GX validation result by entity) to the site in `docs_dir` and keep the latest RUNS_KEPT runs.

    The run's folder and the index appear whole or not at all. OSError if the site cannot be written.
    """
    runs_dir = docs_dir / "runs"
    name = loaded_at.strftime("%Y%m%dT%H%M%S.%fZ")
    beside = runs_dir / f".{name}.{os.getpid()}"
    beside.mkdir(parents=True, exist_ok=True)
    try:
        renderer, view = ValidationResultsPageRenderer(), ChecksPageView(custom_views_directory=str(_TEMPLATES))
        for entity, validation in results.items():
            # what needs someone's eye comes first
            validation.results.sort(key=lambda result: (result.success, result.expectation_config.severity.value))
            content = _content(renderer.render(validation))
            summary = _entity_summary(entity, validation, landed)
            page = view.render(content, entity=summary, checked_at=_shown(loaded_at))
            (beside / f"{entity}.html").write_text(page, encoding="utf-8")
        run = json.dumps(_summary(name, results, landed, loaded_at), ensure_ascii=False, indent=1)
        (beside / "run.json").write_text(run, encoding="utf-8")
        shutil.rmtree(runs_dir / name, ignore_errors=True)
        beside.replace(runs_dir / name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    _prune(docs_dir)
    _write_index(docs_dir, view)


def _content(page: RenderedDocumentContent) -> RenderedDocumentContent:
    """GX's page without its heading (English only, with a link to a page we do not make): ours says it in the frame."""
    overview, *tables = page.sections
    overview.content_blocks = [block for block in overview.content_blocks if isinstance(block, CollapseContent)]
    for folded in overview.content_blocks:
        folded.collapse_toggle_link = "Detalles de la ejecución · Details of the run"
    for section in tables:
        section.content_blocks = [block for block in section.content_blocks if isinstance(block, RenderedTableContent)]
        for table in section.content_blocks:
            table.header_row = ["", "Regla · Rule", "Incumplen · Breaches"]
    page.sections = [*tables, overview]
    return page


def _shown(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="seconds")


def _summary(name: str, results: Mapping[str, Any], landed: Landed, loaded_at: datetime) -> dict[str, Any]:
    return {
        "name": name,
        "checked_at": _shown(loaded_at),
        "batches": [{"batch_id": batch_id, "source": source} for batch_id, source in landed.sources.items()],
        "entities": [_entity_summary(entity, validation, landed) for entity, validation in results.items()],
    }


def _entity_summary(entity: str, validation: Any, landed: Landed) -> dict[str, Any]:
    failed = [str(result.expectation_config.severity.value) for result in validation.results if not result.success]
    return {
        "name": entity,
        "rows": sum(landed.rows[entity].values()),
        "blocking": failed.count("critical"),
        "warnings": failed.count("warning"),
        "passed": len(validation.results) - len(failed),
    }


def _runs(docs_dir: Path) -> list[Path]:
    """The folders of the finished runs, latest written first.

    Not by name: with the clock set to a past day, the run just made has an old name and must not be the first to go.
    """
    finished = [file.parent for file in docs_dir.glob("runs/*/run.json") if not file.parent.name.startswith(".")]
    return sorted(finished, key=lambda folder: (folder.stat().st_mtime_ns, folder.name), reverse=True)


def _prune(docs_dir: Path) -> None:
    for folder in _runs(docs_dir)[RUNS_KEPT:]:
        shutil.rmtree(folder)


def _write_index(docs_dir: Path, view: ChecksPageView) -> None:
    runs = [json.loads((folder / "run.json").read_text(encoding="utf-8")) for folder in _runs(docs_dir)]
    beside = docs_dir / f".index.{os.getpid()}.html"
    beside.write_text(view.env.get_template("checks_index.j2").render(runs=runs), encoding="utf-8")
    beside.replace(docs_dir / "index.html")
