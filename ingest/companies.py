"""Which company rows belong to, when the file does not say it."""

from __future__ import annotations

import pyarrow.compute as pc

from ingest.context import Binding, IngestContext
from ingest.errors import CompanyUnknown, CurrencyUnknown
from ingest.mapped import Companies, account_key
from ingest.profiles.model import ColumnRule, Profile
from ingest.readers.raw import RawFile

UNKNOWN = "?"
NO_CURRENCY = "XXX"  # ISO 4217 for none


def companies_for_trial(context: IngestContext, company: str | None) -> Companies:
    """For a look at a file: `?` and `XXX` where neither the file nor anybody else names company and currency."""
    only = context.companies[0] if len(context.companies) == 1 else None
    currency = context.currencies.get(company or only or "")
    return Companies({}, company or only or UNKNOWN, currency or NO_CURRENCY)


def companies_for_load(
    raw: RawFile, profile: Profile, context: IngestContext, binding: Binding | None, company: str | None, where: str
) -> Companies:
    """By bank account, else the binding's company, else `company` as told, else the only one there is.

    Raises CompanyUnknown if rows of the file would have none, or if `company` is not one of the known ones, and
    CurrencyUnknown if the profile asks for the currency of the books and nobody says it.
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
    told = [rule for entity in profile.rules for rule in entity.columns.values()] + list(profile.derived.values())
    rules = [rule for rule in told if rule.context == "company"]
    # what is looked up in must be somebody's: the next company's entries have the same numbers
    if profile.entities == "reference":
        rules.append(ColumnRule(context="company"))
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
    currency = context.currencies.get(fallback or "")
    if currency is None and any(rule.context == "currency" for rule in told):
        raise CurrencyUnknown(
            "the file's amounts are in the company's own currency, and nothing says which that is",
            where=where,
            found=f"company {fallback}",
            expected="functional_currency of the company in cartera.yml"
            + (f"; known: {', '.join(context.currencies)}" if context.currencies else ""),
            next_step="add the company to cartera.yml, or load the file with --company CODE",
        )
    return Companies(accounts, fallback, currency)


def _unknown_accounts(raw: RawFile, rule: ColumnRule, accounts: dict[str, str]) -> set[str]:
    if rule.by is None:
        return {""} if any(len(table) for table in raw.sets.values()) else set()
    found: set[str] = set()
    for table in raw.sets.values():
        if rule.by in table.columns:
            found |= {text or "" for text in pc.unique(table.table[rule.by]).to_pylist()}
    return {text for text in found if not {account_key(text), account_key(text.rsplit("/", 1)[-1])} & accounts.keys()}
