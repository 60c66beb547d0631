"""Write the group's exports into a folder, each system in its own way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from ingest.sample.export import back_office, erp_mx, rows
from ingest.sample.export.camt053 import write_camt053
from ingest.sample.export.contract_csv import write_contract
from ingest.sample.export.mt940 import write_mt940
from ingest.sample.export.rows import Row
from ingest.sample.export.split import by_month
from ingest.sample.export.truth_csv import write_truth
from ingest.sample.group import Group, Statement
from ingest.sample.truth import find_truth
from ingest.sample.world import BankAccount, CompanySpec

MX, CO, CL = "ANDMX", "ANDCO", "ANDCL"
# what all companies keep in one place, and the date by which long ones are cut
SHARED = {
    "companies": "", "fx_rates": "", "gl_balances": "", "instalments": "", "credit_limits": "", "credit_holds": "",
    "credit_files": "", "disputes": "", "promises": "", "contacts": "at", "orders": "ordered_on",
}  # fmt: skip
CURRENT_DAYS = 30  # bank files: the history in one, the last days in another


@dataclass(frozen=True, slots=True)
class Exports:
    """What was written: the files Cartera reads, and the folder of what it must never read."""

    files: tuple[Path, ...]
    truth: Path


def write_exports(group: Group, folder: Path) -> Exports:
    """Write every export of `group` under `folder`, and the truth into `folder`/truth. Existing files are replaced."""
    files = [
        *_shared(group, folder / "grupo"),
        *_mexico(group, folder / "andmx"),
        *_colombia(group, folder / "andco"),
        *_chile(group, folder / "andcl"),
    ]
    return Exports(tuple(files), write_truth(folder / "truth", group, find_truth(group)))


def _own(group: Group, entity: str, company: str) -> Iterator[Row]:
    """One company's rows of an entity, made as they are written: a large group is never in memory as rows."""
    return (row for row in rows.ENTITY_ROWS[entity](group) if row["company"] == company)


def _shared(group: Group, folder: Path) -> Iterator[Path]:
    for entity, column in SHARED.items():
        own = rows.ENTITY_ROWS[entity](group)
        if column:
            for label, lot in by_month(group, own, column):
                yield write_contract(folder / f"{entity}_{label}.csv", entity, lot)
        else:
            yield write_contract(folder / f"{entity}_{group.until}.csv", entity, own)


def _mexico(group: Group, folder: Path) -> Iterator[Path]:
    customers = _own(group, "customers", MX)
    yield back_office.write_customers(folder / f"clientes_andmx_{group.until}.xlsx", group, customers, MX)
    for label, lot in by_month(group, _own(group, "documents", MX), "issue_date"):
        yield erp_mx.write_documents(folder / f"auxiliar_cartera_andmx_{label}.csv", group, lot)
    for label, lot in by_month(group, _own(group, "applications", MX), "applied_on"):
        yield erp_mx.write_applications(folder / f"aplicaciones_andmx_{label}.csv", group, lot)
    for spec, bank in _accounts(group, MX):
        name = f"estado_cuenta_{spec.code.lower()}_{bank.currency.lower()}"
        for label, statements in _bank_files(group, bank):
            yield write_mt940(folder / f"{name}_{label}.sta", statements)


def _colombia(group: Group, folder: Path) -> Iterator[Path]:
    customers = _own(group, "customers", CO)
    yield back_office.write_customers(folder / f"clientes_andco_{group.until}.xlsx", group, customers, CO)
    for label, lot in by_month(group, _own(group, "documents", CO), "issue_date"):
        yield back_office.write_documents(folder / f"movimiento_cartera_andco_{label}.xlsx", group, lot)
    for label, lot in by_month(group, _own(group, "applications", CO), "applied_on"):
        yield back_office.write_applications(folder / f"cruces_andco_{label}.csv", lot)
    yield from _contract(group, folder, CO, {"bank_statements": "to_on", "bank_transactions": "booked_on"})


def _chile(group: Group, folder: Path) -> Iterator[Path]:
    yield write_contract(folder / f"customers_andcl_{group.until}.csv", "customers", _own(group, "customers", CL))
    yield from _contract(group, folder, CL, {"documents": "issue_date", "applications": "applied_on"})
    for spec, bank in _accounts(group, CL):
        for label, statements in _bank_files(group, bank):
            path = folder / f"cartola_{spec.code.lower()}_{label}.xml"
            yield write_camt053(path, statements, group.until)


def _contract(group: Group, folder: Path, company: str, entities: dict[str, str]) -> Iterator[Path]:
    for entity, column in entities.items():
        for label, lot in by_month(group, _own(group, entity, company), column):
            yield write_contract(folder / f"{entity}_{company.lower()}_{label}.csv", entity, lot)


def _accounts(group: Group, company: str) -> Iterator[tuple[CompanySpec, BankAccount]]:
    for spec in group.companies:
        if spec.code == company:
            yield from ((spec, bank) for bank in spec.banks)


def _bank_files(group: Group, bank: BankAccount) -> Iterator[tuple[str, list[Statement]]]:
    """The statements of the history and those of the last days, as people download them."""
    own = [statement for statement in group.statements if statement.bank is bank]
    cut = group.until - timedelta(days=CURRENT_DAYS)
    yield "historico", [statement for statement in own if statement.day <= cut]
    yield f"{group.until}", [statement for statement in own if statement.day > cut]
