"""Which company rows belong to, when the file does not say it."""

from __future__ import annotations

import pyarrow.compute as pc

from ingest.context import Binding, IngestContext
from ingest.errors import CompanyUnknown
from ingest.mapped import Companies, account_key
from ingest.profiles.model import ColumnRule, Profile
from ingest.readers.raw import RawFile

UNKNOWN = "?"


def companies_for_trial(profile: Profile) -> Companies:
    """For a look at a file: `?` wherever the file does not name the company."""
    return Companies({}, UNKNOWN)


def companies_for_load(
    raw: RawFile, profile: Profile, context: IngestContext, binding: Binding | None, company: str | None, where: str
) -> Companies:
    """By bank account, else the binding's company, else `company` as told, else the only one there is.

    Raises CompanyUnknown if rows of the file would have none, or if `company` is not one of the known ones.
    """
    if company is not None and context.companies and company not in context.companies:
        raise CompanyUnknown(
            "no company has this code",
            where=where,
            found=company,
            expected=", ".join(context.companies),
            next_step="correct --company, or add the company to cartera.yml",
        )
    accounts = {account_key(account): code for account, code in context.bank_accounts.items()}
    only = context.companies[0] if len(context.companies) == 1 else None
    fallback = (binding.company if binding else None) or company or only
    rules = [rule for entity in profile.rules for rule in entity.columns.values() if rule.context == "company"]
    if rules and fallback is None:
        unknown = sorted({name for rule in rules for name in _unknown_accounts(raw, rule, accounts)})
        if unknown:
            raise CompanyUnknown(
                "the file does not say which company it belongs to",
                where=where,
                found="account " + ", ".join(unknown) if unknown != [""] else "no company column",
                expected="the account under bank_accounts of a company in cartera.yml, or one of: "
                + (", ".join(context.companies) or "(no companies configured)"),
                next_step="add the account to its company in cartera.yml, or load the file with --company CODE",
            )
    return Companies(accounts, fallback)


def _unknown_accounts(raw: RawFile, rule: ColumnRule, accounts: dict[str, str]) -> set[str]:
    if rule.by is None:
        return {""} if any(len(table) for table in raw.sets.values()) else set()
    found: set[str] = set()
    for table in raw.sets.values():
        if rule.by in table.columns:
            found |= {text or "" for text in pc.unique(table.table[rule.by]).to_pylist()}
    return {text for text in found if not {account_key(text), account_key(text.rsplit("/", 1)[-1])} & accounts.keys()}
