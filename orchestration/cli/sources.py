"""`cartera sources`: what can be read, one profile in full, and a file tried without writing anything."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.cli.common import Call
from orchestration.errors import BadInput
from orchestration.settings import load_settings

if TYPE_CHECKING:
    from ingest.loading import Trial
    from ingest.profiles import Profile
    from ingest.profiles.model import ColumnRule

SHOWN_REJECTS = 20
_NO_ROWS = {"reference": "other files of its delivery look things up in it", "unused": "it is known and not needed"}


def list_profiles(call: Call) -> None:
    """Every profile, and the sources that cartera.yml binds to them."""
    from ingest.profiles import Catalogue

    settings = load_settings(call.home_path)
    profiles = list(Catalogue.load(settings.sources_dir))
    lines = [f"{'NAME':<24}  {'FORMAT':<30}  {'LOADS':<8}  WHAT"]
    for profile in profiles:
        title = profile.title.es if settings.language == "es" else profile.title.en
        lines.append(f"{profile.name:<24}  {', '.join(profile.format):<30}  {profile.load:<8}  {title}")
    for source in settings.sources:
        lines.append(f"cartera.yml: {source.name} reads {source.files} as {source.profile}")
    data = {
        "profiles": [
            {
                "name": profile.name,
                "title": profile.title.model_dump(),
                "format": list(profile.format),
                "load": profile.load,
                "version": profile.version,
                "entities": _entities(profile),
            }
            for profile in profiles
        ],
        "sources": [source.model_dump() for source in settings.sources],
    }
    call.console.result(data, lines)


def _entities(profile: Profile) -> list[str]:
    """The entities a profile gives; `*` when the file's name decides, none for a file that becomes no rows."""
    anything = [] if profile.has_no_rows else ["*"]
    return list(dict.fromkeys(rule.entity for rule in profile.rules)) or anything


def show_profile(call: Call, name: str) -> None:
    """One profile: what it reads, and where each contract column comes from."""
    from ingest.profiles import Catalogue

    settings = load_settings(call.home_path)
    profile = Catalogue.load(settings.sources_dir).get(name)
    lines = [
        f"{profile.name}: {profile.title.es} / {profile.title.en}",
        *([f"  {profile.about.strip()}"] if profile.about else []),
        f"  format: {', '.join(profile.format)}   loads as: {profile.load}   version: {profile.version[:12]}",
        f"  a file is refused whole when more than {profile.reject_limit * 100:f} % of its rows are rejected",
    ]
    if profile.has_no_rows:
        lines.append(f"  nothing of it becomes rows: {_NO_ROWS[str(profile.entities)]}")
    elif not profile.rules:
        lines.append("  the entity is in the file's name (documents.csv); columns as in the contract")
    if profile.derived:
        lines += ["", "  derived"]
        lines += [f"    {name:<24} ← {_origin(origin)}" for name, origin in profile.derived.items()]
    for rule in profile.rules:
        lines += ["", f"  {rule.entity}" + (" (each once)" if rule.distinct else "")]
        lines += [f"    {column:<24} ← {_origin(origin)}" for column, origin in rule.columns.items()]
    call.console.result(profile.model_dump(mode="json", by_alias=True, exclude_none=True), lines)


def _origin(rule: ColumnRule) -> str:
    if rule.constant is not None:
        return f"always {rule.constant!r}"
    if rule.template is not None:
        return rule.template
    if rule.context == "currency":
        return "the currency of the company's books"
    if rule.context is not None:
        return "who loads the file" + (f", by {rule.by}" if rule.by else "")
    if rule.cases is not None:
        return " or ".join(dict.fromkeys(case.then for case in rule.cases)) + ", by case"
    if rule.subtract is not None:
        return " − ".join(rule.subtract)
    if rule.divide is not None:
        return " ÷ ".join(rule.divide)
    if rule.lookup is not None:
        where = rule.lookup.source or "another row"
        return f"{rule.lookup.take} of {where}, where {rule.lookup.key_column} is {rule.lookup.match}"
    return " or ".join(rule.column or ())


def try_path(call: Call, path: Path, *, source: str | None, company: str | None) -> None:
    """Print what a file would become. A file that can't be read at all is the error that says why (exit code 1)."""
    if not path.is_file():
        raise BadInput(
            "there is no such file",
            where=str(path),
            expected="one file; `cartera ingest` also takes folders",
            next_step="check the spelling and the folder you are in",
        )
    from ingest.lake import Lake
    from ingest.loading import try_file
    from orchestration.intake import ingest_context

    settings = load_settings(call.home_path)
    with call.console.progress() as progress:
        progress("reading", path.name)
        trial = try_file(
            path,
            source=source,
            company=company,
            context=ingest_context(settings),
            lake=Lake(settings.lake_dir),
            archive=settings.archive_dir,
        )
    call.console.result(trial.as_json(), _lines(path, trial, settings.language))


def _lines(path: Path, trial: Trial, language: str) -> list[str]:
    lines = [
        f"{path.name}: {trial.source} (profile {trial.profile}, confidence {trial.confidence:.0%}; {trial.why})",
        f"  {trial.rows_in_file:,} rows in the file, {trial.rows_rejected:,} of them rejected; nothing was written",
    ]
    if trial.would_be_refused:
        lines.append(f"  it would be refused whole: {trial.would_be_refused}")
    lines += [f"  note: {note}" for note in trial.notes]
    if trial.known_as:
        lines.append(f"  nothing of it becomes rows: {_NO_ROWS[trial.known_as]}")
    for name, entity in trial.entities.items():
        span = f", {entity.first_date} to {entity.last_date}" if entity.first_date else ""
        lines.append(f"  {name}: {entity.rows:,} rows{span}")
        for currency, sums in (entity.by_currency or {"": entity.sums}).items():
            told = ", ".join(f"{column} {amount}" for column, amount in sums.items())
            if told:
                lines.append(f"      {currency + ' ' if currency else ''}{told}")
    for reject in trial.rejected[:SHOWN_REJECTS]:
        reason = reject.reason_es if language == "es" else reject.reason
        lines.append(f"  rejected: line {reject.line}, {reject.entity}.{reject.column}: {reason}")
    if len(trial.rejected) > SHOWN_REJECTS:
        lines.append(f"  … and {len(trial.rejected) - SHOWN_REJECTS:,} more; --json lists them all")
    return lines
