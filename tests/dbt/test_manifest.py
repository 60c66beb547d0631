"""What dbt doesn't check itself: grains that are keys, comments everywhere, no key that nobody reads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.build import DBT_PROJECT

MODEL_KEYS = {"name", "description", "config", "constraints", "columns", "data_tests"}
COLUMN_KEYS = {"name", "data_type", "description", "constraints", "data_tests"}
# Rows of these are cells of files; a file may be refused twice in the same words, so they have a grain and no key.
# An index over the keys of the long tables costs more than they do: a data test holds those.
WITHOUT_KEY = {
    "rejected_rows",
    "load_history",
    "dim_receivable_item",
    "fct_receivable_entry",
    "fct_open_balance",
    "fct_aging_monthly",
}


def _models(manifest: dict[str, Any], layer: str) -> dict[str, dict[str, Any]]:
    return {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] == layer
    }


def test_every_mart_is_public_contracted_and_says_what_a_row_is(manifest: dict[str, Any]) -> None:
    marts = _models(manifest, "marts")
    assert len(marts) >= 18
    for name, mart in marts.items():
        assert mart["access"] == "public", name
        assert mart["contract"]["enforced"], name
        assert "One row per" in mart["description"], name
        grain = mart["config"]["meta"]["grain"]
        assert grain and set(grain) <= set(mart["columns"]), name
        assert mart["config"]["meta"]["answers"].endswith("?"), name
        keys = [constraint["columns"] for constraint in mart["constraints"] if constraint["type"] == "primary_key"]
        assert keys == ([] if name in WITHOUT_KEY else [grain]), name


def test_every_column_of_a_mart_has_a_comment_and_a_type(manifest: dict[str, Any]) -> None:
    for name, mart in _models(manifest, "marts").items():
        for column in mart["columns"].values():
            assert column["description"].strip().endswith("."), (name, column["name"])
            assert column["data_type"], (name, column["name"])


def test_no_money_is_a_float(manifest: dict[str, Any]) -> None:
    types = {
        (name, column["name"]): column["data_type"]
        for name, mart in _models(manifest, "marts").items()
        for column in mart["columns"].values()
    }
    assert not {key for key, kind in types.items() if kind in {"double", "float", "real"}}


@pytest.mark.parametrize("layer", ["staging", "intermediate"])
def test_inner_models_are_private_and_described(manifest: dict[str, Any], layer: str) -> None:
    for name, model in _models(manifest, layer).items():
        assert model["access"] == "private", name
        assert model["description"].strip(), name


def test_every_model_is_described_where_it_stands_and_every_description_has_its_model(manifest: dict[str, Any]) -> None:
    written = {
        model["name"]
        for path in (DBT_PROJECT / "models").rglob("*.yml")
        for model in yaml.safe_load(path.read_text()).get("models", [])
    }
    files = {path.stem for path in (DBT_PROJECT / "models").rglob("*.sql")}
    assert written == files


def test_no_stray_key_is_read_by_nobody() -> None:
    """DuckDB's dbt takes an unknown key without a warning, so a slip of the pen would be silent."""
    for path in (DBT_PROJECT / "models").rglob("*.yml"):
        for model in yaml.safe_load(path.read_text()).get("models", []):
            assert set(model) <= MODEL_KEYS, (path.name, model["name"])
            for column in model.get("columns", []):
                assert set(column) <= COLUMN_KEYS, (path.name, model["name"], column)


def test_no_model_asks_the_system_for_the_day(project_files: list[Path]) -> None:
    clock = re.compile(r"\b(current_date|current_timestamp|getdate|localtimestamp|now\s*\(|today\s*\()", re.IGNORECASE)
    assert not {path.name for path in project_files if clock.search(path.read_text())}


def test_every_mart_is_held_to_the_layer_below(manifest: dict[str, Any]) -> None:
    """Facts that add something up are reconciled by a data test; the others copy rows and have none to add."""
    tested = {
        dependency.split(".")[-1]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        for dependency in node["depends_on"]["nodes"]
    }
    facts = {name for name in _models(manifest, "marts") if name.startswith("fct_")} - {"fct_gl_balance"}
    assert facts <= tested, facts - tested


def test_views_of_staging_are_the_same_in_every_build(manifest: dict[str, Any]) -> None:
    """A build that takes up the one before leaves them as they are: they know of no day and of no batches."""
    staging = _models(manifest, "staging").items()
    views = {name: node for name, node in staging if node["config"]["materialized"] == "view"}
    assert len(views) >= 15
    for name, view in views.items():
        called = set(view["depends_on"]["macros"])
        assert not called & {"macro.cartera.as_of_date", "macro.cartera.touched_only", "macro.dbt.is_incremental"}, name
        assert not {"env_var", "FULL_REFRESH", "applied_seq"} & set(re.findall(r"\w+", view["raw_code"])), name
