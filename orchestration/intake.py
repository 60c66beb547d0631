"""From settings to what `ingest` needs to know: it imports nothing of ours, so it is handed plain data."""

from __future__ import annotations

from ingest.context import Binding, IngestContext
from orchestration.settings import Settings


def ingest_context(settings: Settings) -> IngestContext:
    """Bindings, whose bank accounts are whose, companies, and the deployment's own profiles (home/sources/*.yml)."""
    return IngestContext(
        bindings=tuple(
            Binding(name=source.name, files=source.files, profile=source.profile, company=source.company)
            for source in settings.sources
        ),
        bank_accounts={account: company.code for company in settings.companies for account in company.bank_accounts},
        companies=tuple(company.code for company in settings.companies),
        currencies={company.code: company.functional_currency for company in settings.companies},
        own_sources=settings.sources_dir,
    )
