"""The accounting rules, as dbt unit tests; and everything builds on no data at all."""

from __future__ import annotations

from typing import Any


def test_the_accounting_rules_hold(build_results: list[dict[str, Any]]) -> None:
    ran = [result for result in build_results if result["unique_id"].startswith("unit_test.")]
    failed = {result["unique_id"]: result["message"] for result in ran if result["status"] != "pass"}
    assert not failed
    assert len(ran) >= 13


def test_a_company_that_has_loaded_nothing_yet_gets_empty_tables(build_results: list[dict[str, Any]]) -> None:
    failed = {
        result["unique_id"]: (result["status"], result["message"])
        for result in build_results
        if result["status"] not in ("success", "pass")
    }
    assert not failed
