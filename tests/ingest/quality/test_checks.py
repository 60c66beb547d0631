"""Every rule: what breaks it is seen, shown with exact decimals, and nothing else is said to be broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.contract import ENTITIES
from ingest.quality import ENTITY_CHECKS, BatchReport, CheckResult, check_batches

from .cases import CASES, Case
from .conftest import LOADED_AT, SOUND, Rows, WriteBatch, batch_writer, sound


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, BatchReport]:
    """The reports of all cases, from one run over all their batches: how a refresh does it."""
    write = batch_writer(tmp_path_factory.mktemp("lake"))
    folders = {_name(case): write(case.rows, manifest=case.manifest, types=case.types) for case in CASES}
    made = check_batches(list(folders.values()), docs_dir=None, loaded_at=LOADED_AT)
    return dict(zip(folders, made, strict=True))


def _name(case: Case) -> str:
    return f"{case.entity}.{case.check_id}"


def _failed(report: BatchReport) -> dict[str, CheckResult]:
    return {f"{result.entity}.{result.check_id}": result for result in report.results if not result.passed}


# A row that breaks one rule cannot help breaking these too.
_ALSO = {
    "_batch.rows_add_up": {"_batch.none_rejected"},
    "documents.required_filled": set(),
    "documents.date_not_ancient": {"documents.due_within_ten_years"},
}


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_a_breach_is_seen_and_shown(case: Case, reports: dict[str, BatchReport]) -> None:
    failed = _failed(reports[_name(case)])
    assert set(failed) == {_name(case)} | _ALSO.get(_name(case), set())
    result = failed[_name(case)]
    assert result.unexpected_count == 1
    assert case.shows in result.examples[0]
    for words in (result.words_es, result.words_en):
        assert result.examples[0] in words
    severity = {(entity, check_id): severity for entity, check_id, severity in ENTITY_CHECKS}
    assert result.severity == severity[case.entity, case.check_id]


def test_every_rule_written_by_hand_and_every_kind_of_generated_rule_has_a_case() -> None:
    generated = {
        "columns",
        "lineage",
        "required_filled",
        "values_allowed",
        "key_unique",
        "currency_code",
        "currency_known",
        "date_not_ancient",
        "date_not_far_ahead",
    }
    covered = {(case.entity, case.check_id) for case in CASES}
    by_hand = {(entity, check) for entity, check, _ in ENTITY_CHECKS if check not in generated}
    assert by_hand - covered == set()
    assert generated - {check for _, check in covered} == set()


def test_names_of_checks_are_unique_and_every_entity_of_the_contract_has_a_suite() -> None:
    names = [(entity, check) for entity, check, _ in ENTITY_CHECKS]
    assert len(names) == len(set(names))
    assert {entity for entity, _ in names} == {"_batch", *ENTITIES}
    assert {severity for *_, severity in ENTITY_CHECKS} == {"blocking", "warning"}


def test_sound_rows_pass_and_the_rules_run_on_every_entity(write_batch: WriteBatch) -> None:
    rows = {entity: [sound(entity)] for entity in SOUND}
    empty = {entity: [] for entity in ENTITIES}
    with_rows, without = check_batches([write_batch(rows), write_batch(empty)], docs_dir=None, loaded_at=LOADED_AT)
    assert _failed(with_rows) == {}
    assert _failed(without) == {}
    assert {(result.entity, result.check_id, result.severity) for result in without.results} == set(ENTITY_CHECKS)


# What looks like a breach of the check and is none.
_INNOCENT: tuple[tuple[Rows, str], ...] = (
    # two versions of a row, known at different times
    (
        {
            "documents": [
                sound("documents", recorded_at="2025-01-10 09:00:00"),
                sound("documents", recorded_at="2025-01-11 09:00:00", amount="90.00"),
            ]
        },
        "documents.key_unique",
    ),
    # journals carry their sign
    ({"documents": [sound("documents", document_type="journal", amount="-5.00")]}, "documents.amount_not_negative"),
    # one entity per file: the lines of the statement are in another batch
    ({"bank_statements": [sound("bank_statements", closing_balance="9.99")]}, "bank_statements.balances_close"),
    # a line that names no statement: nobody can say which one it moved
    (
        {
            "bank_statements": [sound("bank_statements", closing_balance="9.99")],
            "bank_transactions": [sound("bank_transactions", statement_id=None)],
        },
        "bank_statements.balances_close",
    ),
    # 33.33 + 33.33 + 33.34 in a currency without cents still rounds to the document
    (
        {
            "documents": [sound("documents", amount="100.00")],
            "instalments": [sound("instalments", instalment_no=number, amount="33.3333") for number in (1, 2, 3)],
        },
        "instalments.sum_to_document",
    ),
    # several addresses in one field
    ({"customers": [sound("customers", email="ana@uno.mx; pagos@uno.com.mx")]}, "customers.email_shape"),
)


def test_what_is_not_a_breach(write_batch: WriteBatch) -> None:
    folders = [write_batch(rows) for rows, _ in _INNOCENT]
    for report, (_, check) in zip(check_batches(folders, docs_dir=None, loaded_at=LOADED_AT), _INNOCENT, strict=True):
        assert check not in _failed(report)
        assert any(f"{result.entity}.{result.check_id}" == check for result in report.results)


def test_a_column_the_contract_gained_later_may_be_missing(write_batch: WriteBatch) -> None:
    old = write_batch({"documents": [sound("documents")]}, types={"purchase_order": "absent"})
    broken = write_batch({"documents": [sound("documents")]}, types={"currency": "absent"})
    first, second = check_batches([old, broken], docs_dir=None, loaded_at=LOADED_AT)
    assert _failed(first) == {}
    assert _failed(second)["documents.columns"].examples == ("currency: missing",)


def test_a_statement_without_movements_must_stand_still(write_batch: WriteBatch) -> None:
    rows = {"bank_statements": [sound("bank_statements")], "bank_transactions": []}
    (report,) = check_batches([write_batch(rows)], docs_dir=None, loaded_at=LOADED_AT)
    assert "movements=0.0000" in _failed(report)["bank_statements.balances_close"].examples[0]


def test_the_lake_may_lie_under_any_name(tmp_path: Path) -> None:
    folder = batch_writer(tmp_path / "O'Higgins y Cía (50%)")({"documents": [sound("documents", amount="-1")]})
    (report,) = check_batches([folder], docs_dir=None, loaded_at=LOADED_AT)
    assert set(_failed(report)) == {"documents.amount_not_negative"}
