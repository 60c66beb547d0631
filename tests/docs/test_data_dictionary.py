"""The data dictionary is up to date, and every query in the documents can be asked of the published file."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import duckdb
import pytest

PROJECT = Path(__file__).parents[2]


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", PROJECT / "docs" / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["docs_generate"] = module  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


GENERATE = generator()


def queries() -> Iterator[tuple[str, str]]:
    """Each query of the published file in README and docs, with its page."""
    for page in (PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))):
        name, text = page.relative_to(PROJECT).as_posix(), page.read_text(encoding="utf-8")
        found = re.findall(r'cartera sql "([^"…]+)"', text)
        for block in re.findall(r"(?s)```sql\n(.*?)```", text):
            found += [query for query in re.sub(r"--.*", "", block).split(";") if query.strip()]
        for query in found:
            if ".parquet" not in query:  # those ask the lake or the checks, not the published file
                yield name, query


@pytest.fixture(scope="module")
def empty() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = GENERATE.empty_publication(GENERATE.tables_by_room())
    yield connection
    connection.close()


def test_the_data_dictionary_is_up_to_date() -> None:
    written = (PROJECT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert written == GENERATE.page(), "run `make docs`"


def test_every_mart_is_in_the_data_dictionary() -> None:
    told = {relation.name for relations in GENERATE.tables_by_room().values() for relation in relations}
    models = {path.stem for path in (PROJECT / "dbt_project" / "models" / "marts").rglob("*.sql")}
    assert told == models | {"alert", "publication", "tie_out_verdict"}


@pytest.mark.parametrize(("page", "query"), list(queries()))
def test_queries_in_the_documents_can_be_asked(empty: duckdb.DuckDBPyConnection, page: str, query: str) -> None:
    empty.execute(f"explain {query}")
