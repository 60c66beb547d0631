"""Reading a file: `try_file` to look, `load_file` to put it into the lake."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from ingest.archive import Staged, stage
from ingest.by_file_name import with_rules
from ingest.companies import companies_for_load, companies_for_trial
from ingest.companions import Places, companions, siblings, what_is_missing
from ingest.context import Binding, IngestContext
from ingest.errors import CompanionMissing, EmptyFile, IngestError, NotWritable
from ingest.lake import Lake
from ingest.mapping import Companies, Mapped, map_file
from ingest.profiles import Catalogue, Profile
from ingest.readers import RawFile, read_file
from ingest.recognise import check_columns, choose
from ingest.results import LoadResult, Trial
from ingest.summary import EntitySummary, summarise

__all__ = ["LoadResult", "Trial", "load_file", "try_file"]


@dataclass(frozen=True, slots=True)
class _Opened:
    profile: Profile
    binding: Binding | None
    raw: RawFile
    confidence: float
    why: str
    catalogue: Catalogue

    @property
    def source(self) -> str:
        return self.binding.name if self.binding else self.profile.name


def try_file(
    path: Path,
    *,
    source: str | None = None,
    company: str | None = None,
    context: IngestContext | None = None,
    lake: Lake | None = None,
    archive: Path | None = None,
) -> Trial:
    """Read and map `path` without writing anything; rows whose company the file does not say get `company` or `?`.

    Its companions are looked for in its folder and, given `lake` and `archive`, among what was loaded before.
    Raises the IngestError of what is wrong with the file or with `source`.
    """
    context = context or IngestContext()
    opened = _open(path, path.name, source, context)
    companies = companies_for_trial(_with_currencies(context, opened.profile, lake), company)
    mapped = _mapped(opened, companies, context, path, path.name, Places(siblings(path), lake, archive))
    return Trial(
        source=opened.source,
        profile=opened.profile.name,
        confidence=opened.confidence,
        why=opened.why,
        entities=_summaries(mapped),
        rejected=mapped.rejected,
        rows_in_file=mapped.rows_in_file,
        rows_rejected=mapped.rows_rejected,
        would_be_refused=_refusal(mapped, opened.profile),
        notes=mapped.notes,
        known_as=str(opened.profile.entities) if opened.profile.has_no_rows else None,
    )


def load_file(
    path: Path,
    *,
    lake: Lake,
    archive: Path,
    rejected_dir: Path,
    loaded_at: datetime,
    loaded_on: date | None = None,
    source: str | None = None,
    company: str | None = None,
    context: IngestContext | None = None,
    beside: Sequence[Path] | None = None,
    wait_for_companions: bool = False,
) -> LoadResult:
    """Load `path` into `lake`: whole, once, keeping its bytes in `archive` (or in `rejected_dir` if refused).

    `loaded_at` is naive UTC, `loaded_on` the company's date then (default: the date of `loaded_at`). The landed file
    itself is left where it is. Safe to repeat after a crash at any moment. Too many rejected rows give a result with
    status `refused`. A file that cannot be read at all raises its IngestError, after the refusal was recorded in the
    lake and the bytes kept. A refused file may be loaded again.

    `beside`: the files that came with it, where its lookups may read (default: the others of its folder). With
    `wait_for_companions` CompanionMissing is raised, and nothing recorded, while one of them is not there.
    """
    context = context or IngestContext()
    places = Places(siblings(path) if beside is None else tuple(beside), lake, archive)
    when = (loaded_at, loaded_on or loaded_at.date())
    try:
        lake.ensure_schema()
        staged = stage(path, archive)
    except OSError as error:
        raise _not_writable(error, archive) from error
    try:
        if lake.has(staged.sha256):
            return _already_loaded(lake, staged)
        try:
            opened = _open(staged.path, staged.name, source, context)
            context = _with_currencies(context, opened.profile, lake)
            companies = companies_for_load(
                opened.raw, opened.profile, context, opened.binding, company, where=staged.name
            )
            mapped = _mapped(opened, companies, context, path, staged.name, places, all_needed=wait_for_companions)
            if opened.profile.entities == "reference":
                company = companies.fallback
        except IngestError as error:
            if wait_for_companions and isinstance(error, CompanionMissing):
                raise
            lake.refuse(_manifest(lake, staged, when, company, source=source, reason=str(error)), [])
            staged.refuse(rejected_dir)
            raise
        return _place(lake, staged, opened, mapped, archive, rejected_dir, when, company)
    except OSError as error:
        raise _not_writable(error, archive.parent) from error
    finally:
        staged.discard()


def _open(path: Path, name: str, source: str | None, context: IngestContext) -> _Opened:
    catalogue = Catalogue.load(context.own_sources)
    binding = _binding(name, source, context)
    if binding is not None and binding.profile is not None:
        profile, confidence, why = catalogue.get(binding.profile), 1.0, f"bound to {binding.name} in cartera.yml"
    elif source is not None and (binding is None or source in catalogue):
        profile, confidence, why = catalogue.get(source), 1.0, "named by the caller"
    else:
        found = choose(path, catalogue, name=name)
        profile, confidence, why = found.profile, found.confidence, found.why
    raw = read_file(path, profile, name=name)
    if profile.entities == "by_file_name":
        profile = with_rules(profile, name, raw.columns)
    check_columns(raw, profile, name)
    if not profile.accepts_empty and not any(len(table) for table in raw.sets.values()):
        raise EmptyFile(
            "the file has a header and no rows",
            where=name,
            found="0 rows",
            expected="at least one row: a snapshot without rows would close every open item",
            next_step="export it again; if nothing is open any more, set allow_empty: true in the profile",
        )
    return _Opened(profile, binding, raw, confidence, why, catalogue)


def _with_currencies(context: IngestContext, profile: Profile, lake: Lake | None) -> IngestContext:
    """What loaded companies say of themselves counts where cartera.yml says nothing."""
    rules = (*profile.derived.values(), *(rule for entity in profile.rules for rule in entity.columns.values()))
    if lake is None or not any(rule.context == "currency" for rule in rules):
        return context
    return replace(context, currencies=lake.functional_currencies() | context.currencies)


def _mapped(
    opened: _Opened,
    companies: Companies,
    context: IngestContext,
    path: Path,
    name: str,
    places: Places,
    *,
    all_needed: bool = False,
) -> Mapped:
    """The file's rows, with what its lookups find; what is read without a companion is among the notes."""
    if not opened.profile.lookups:
        return map_file(opened.raw, opened.profile, companies)
    found = companions(path, opened.profile, opened.catalogue, context, places, companies.fallback)
    missing = what_is_missing(name, opened.profile, found, all_needed=all_needed)
    mapped = map_file(opened.raw, opened.profile, companies, found)
    return replace(mapped, notes=missing or mapped.notes)


def _binding(name: str, source: str | None, context: IngestContext) -> Binding | None:
    for binding in context.bindings:
        if source is None and binding.matches(name):
            return binding
        if source is not None and (source == binding.name or (source == binding.profile and binding.matches(name))):
            return binding
    return None


def _summaries(mapped: Mapped) -> dict[str, EntitySummary]:
    return {
        name: summarise(name, table, mapped.rejected_by_entity.get(name, 0)) for name, table in mapped.tables.items()
    }


def _refusal(mapped: Mapped, profile: Profile) -> str | None:
    if mapped.rows_rejected <= profile.reject_limit * mapped.rows_in_file:
        return None
    share = f"{mapped.rows_rejected * 100 / mapped.rows_in_file:.1f}"
    first = mapped.rejected[0]
    return (
        f"{mapped.rows_rejected} of {mapped.rows_in_file} rows cannot be read ({share} %, the limit of "
        f"{profile.name} is {profile.reject_limit * 100:f} %). First: line {first.line}"
        + (f", column {first.column}" if first.column else "")
        + f": {first.reason}"
    )


def _already_loaded(lake: Lake, staged: Staged) -> LoadResult:
    batch = lake.batch(staged.sha256)
    return LoadResult(
        status="already_loaded",
        batch_id=staged.sha256,
        source=batch["source"],
        file_name=batch["file_name"],
        loaded_at=batch["loaded_at"],
        rows=json.loads(batch["entities"]),
        entities={},
        rejected=(),
        rows_in_file=batch["rows_in_file"],
        rows_rejected=batch["rows_rejected"],
        reason=f"the same bytes were loaded on {batch['loaded_at']:%Y-%m-%d %H:%M} UTC as {batch['file_name']}",
        kept_at=None,
    )


def _place(
    lake: Lake,
    staged: Staged,
    opened: _Opened,
    mapped: Mapped,
    archive: Path,
    rejected_dir: Path,
    when: tuple[datetime, date],
    company: str | None,
) -> LoadResult:
    loaded_at, _ = when
    reason = _refusal(mapped, opened.profile)
    rows = {name: int(table.num_rows) for name, table in mapped.tables.items()}
    batch = _manifest(lake, staged, when, company, source=opened.source, reason=reason)
    batch |= {
        "profile_version": f"{opened.profile.name}@{opened.profile.version}",
        "load_mode": opened.profile.load,
        "rows_in_file": mapped.rows_in_file,
        "rows_accepted": 0 if reason else mapped.rows_accepted,
        "rows_rejected": mapped.rows_in_file if reason else mapped.rows_rejected,
        "amount_in_file": mapped.amount_in_file,
        "amount_accepted": 0 if reason else mapped.amount_accepted,
        "amount_rejected": mapped.amount_in_file if reason else mapped.amount_rejected,
        "entities": json.dumps({} if reason else rows),
        "reason": reason or "; ".join(mapped.notes) or None,
    }
    rejected = [
        {
            "batch_id": staged.sha256,
            "source": opened.source,
            "file_name": staged.name,
            "rejected_at": loaded_at,
            **reject.as_json(),
        }
        for reject in mapped.rejected
    ]
    if reason:
        lake.refuse(batch, rejected, _documents_of(mapped))
        kept_at = staged.refuse(rejected_dir)
    else:
        # the archive first: whatever is in the lake can be read again from the bytes it came from
        kept_at = staged.keep(archive)
        lake.accept(batch, rejected, mapped.tables, mapped.documents_left_out)
    return LoadResult(
        status="refused" if reason else "loaded",
        batch_id=staged.sha256,
        source=opened.source,
        file_name=staged.name,
        loaded_at=loaded_at,
        rows={} if reason else rows,
        entities={} if reason else _summaries(mapped),
        rejected=mapped.rejected,
        rows_in_file=mapped.rows_in_file,
        rows_rejected=mapped.rows_rejected,
        reason=reason,
        kept_at=kept_at,
        notes=mapped.notes,
    )


def _documents_of(mapped: Mapped) -> pa.Table:
    """Every document of a file that is refused whole: the ones that could have been loaded stay out as well."""
    read = mapped.tables.get("documents")
    tables = [mapped.documents_left_out, *([] if read is None else [read])]
    return pa.concat_tables(tables, promote_options="permissive")


def _manifest(
    lake: Lake,
    staged: Staged,
    when: tuple[datetime, date],
    company: str | None,
    *,
    source: str | None,
    reason: str | None,
) -> dict[str, Any]:
    return {
        "batch_id": staged.sha256,
        "batch_seq": None if reason else lake.next_seq(),
        "source": source,
        "profile_version": None,
        "company": company,
        "file_name": staged.name,
        "file_bytes": staged.size,
        "load_mode": None,
        "status": "refused" if reason else "accepted",
        "reason": reason,
        "rows_in_file": None,
        "rows_accepted": None,
        "rows_rejected": None,
        "amount_in_file": None,
        "amount_accepted": None,
        "amount_rejected": None,
        "entities": "{}",
        "loaded_at": when[0],
        "loaded_on": when[1],
    }


def _not_writable(error: OSError, place: Path) -> IngestError:
    """`place` is told where the system does not say which file it was, as when a disk is full."""
    return NotWritable(
        "the place where files are kept cannot be written",
        where=str(error.filename or place),
        found=error.strerror or str(error),
        expected="a folder this user may write, on a disk with room",
        next_step="check CARTERA_HOME, its permissions and the free space; nothing was loaded",
    )
