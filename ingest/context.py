"""What the deployment knows about its files: bindings, bank accounts, companies. Plain data, no settings imported."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Binding:
    """A configured source: files whose name matches `files` are read by `profile` and belong to `company`."""

    name: str
    files: str | None = None
    profile: str | None = None
    company: str | None = None

    def matches(self, file_name: str) -> bool:
        """True if the glob fits the file's name, whatever the case."""
        return self.files is not None and fnmatch(file_name.casefold(), self.files.casefold())


@dataclass(frozen=True, slots=True)
class IngestContext:
    """Everything a load may need beyond the file: `bank_accounts` maps an account to its company, `currencies` a
    company to the currency of its books.
    """

    bindings: tuple[Binding, ...] = ()
    bank_accounts: dict[str, str] = field(default_factory=dict)
    companies: tuple[str, ...] = ()
    currencies: dict[str, str] = field(default_factory=dict)
    own_sources: Path | None = None
