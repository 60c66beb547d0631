"""What can go wrong while reading an export, in words a clerk can act on.

Every error carries the same five fields: what failed, where, what was found, what was expected, what to do next.
"""

from __future__ import annotations


class IngestError(Exception):
    """A file, or the description of a source, that cannot be used. Nothing of it was loaded."""

    code = "ingest_error"

    def __init__(self, what: str, *, where: str = "", found: str = "", expected: str = "", next_step: str = "") -> None:
        self.what = what
        self.where = where
        self.found = found
        self.expected = expected
        self.next_step = next_step
        super().__init__(str(self))

    def __str__(self) -> str:
        parts = [f"{self.where}: {self.what}" if self.where else self.what]
        for label, text in (("found", self.found), ("expected", self.expected), ("next", self.next_step)):
            if text:
                parts.append(f"  {label + ':':<9} {text}")
        return "\n".join(parts)

    def as_json(self) -> dict[str, str]:
        """The error as plain fields: code, what, where, found, expected, next_step."""
        return {
            "code": self.code,
            "what": self.what,
            "where": self.where,
            "found": self.found,
            "expected": self.expected,
            "next_step": self.next_step,
        }


class UnreadableFile(IngestError):
    """The bytes are not a whole file of the format they should be (truncated, damaged, another format)."""

    code = "unreadable_file"


class CannotOpen(UnreadableFile):
    """The file cannot be opened at all: it is gone, or this user may not read it. Nothing of it was kept."""


class EmptyFile(IngestError):
    """There is nothing in the file, or nothing where rows were expected."""

    code = "empty_file"


class WrongEncoding(IngestError):
    """The bytes are not text in any of the encodings the profile names."""

    code = "wrong_encoding"


class TooLarge(IngestError):
    """The file passes a limit of size or rows that protects the machine."""

    code = "too_large"


class MissingColumns(IngestError):
    """Columns the profile reads are not in the file."""

    code = "missing_columns"


class UnknownColumns(IngestError):
    """The file has columns the profile does not know, and the profile allows none."""

    code = "unknown_columns"


class UnknownSource(IngestError):
    """No profile or configured source has this name."""

    code = "unknown_source"


class UnrecognisedFile(IngestError):
    """No profile fits the file."""

    code = "unrecognised_file"


class AmbiguousFile(IngestError):
    """More than one profile fits the file equally well."""

    code = "ambiguous_file"


class CompanyUnknown(IngestError):
    """The file does not say which company its rows belong to, and nothing else does."""

    code = "company_unknown"


class CurrencyUnknown(IngestError):
    """Amounts are in the company's own currency, and nothing says which that is."""

    code = "currency_unknown"


class CompanionMissing(IngestError):
    """Another file is needed to read this one, and it is neither beside it nor loaded before."""

    code = "companion_missing"


class ProfileError(IngestError):
    """A profile (YAML) that is not valid: file, line, field, found, allowed."""

    code = "profile_error"


class NotWritable(IngestError):
    """The place where files are kept cannot be written."""

    code = "not_writable"
