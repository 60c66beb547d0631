"""What the published file and the last refresh say about their health; read-only, for `cartera doctor`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

import duckdb

from orchestration.clock import Clock
from orchestration.settings import Settings

Verdict = tuple[Literal["ok", "note", "failed"], str, str]


@dataclass(frozen=True, slots=True)
class OddRows:
    """How many rows of the ledger are odd in one way (see the mart ledger_exception)."""

    kind: str
    severity: str
    title_en: str
    title_es: str
    rows: int

    def as_json(self) -> dict[str, Any]:
        """Plain values for `--json`."""
        return asdict(self)

    def line(self) -> str:
        """Words for people."""
        return f"{self.title_en}: {self.rows}"


@contextmanager
def _open(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection | None]:
    if not settings.published_file.is_file():
        yield None
        return
    connection = duckdb.connect(str(settings.published_file), read_only=True)
    try:
        yield connection
    finally:
        connection.close()


def _rows(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: list[Any] | None = None
) -> list[dict[str, Any]]:
    cursor = connection.execute(query, parameters or [])
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def last_refresh(settings: Settings) -> Iterator[Verdict]:
    """How the last refresh ended (ops/last_refresh.json)."""
    path = settings.ops_dir / "last_refresh.json"
    if not path.is_file():
        yield "note", "there was no refresh yet", "run `cartera refresh`"
        return
    last = json.loads(path.read_text(encoding="utf-8"))
    told = f"{last.get('status')} at {last.get('at')} UTC"
    if last.get("status") in ("published", "unchanged"):
        yield "ok", told, ""
        return
    reason = last.get("reason_es" if settings.language == "es" else "reason_en") or "no reason given"
    yield "failed", f"{told}: {reason}", "mend the cause and run `cartera refresh`; the last good publication is served"


def publication(settings: Settings, clock: Clock) -> Iterator[Verdict]:
    """What is published, for which day, and whether its checks passed."""
    with _open(settings) as connection:
        if connection is None:
            yield "failed", "nothing is published yet", "run `cartera ingest FILE`, then `cartera refresh`"
            return
        row = _rows(connection, "SELECT id, built_at, as_of, checks_passed, checks_total FROM publication")[0]
    as_of = _day(row["as_of"])
    told = (
        f"{row['id']}, built {row['built_at']} UTC as of {row['as_of']}; "
        f"{row['checks_passed']} of {row['checks_total']} checks passed"
    )
    if as_of is not None and as_of < clock.today:
        behind = (clock.today - as_of).days
        days = "one day" if behind == 1 else f"{behind} days"
        status: Literal["note", "failed"] = "note" if behind <= 1 else "failed"
        yield status, f"{told}; it is {days} behind {clock.today}", "run `cartera refresh`, or serve for the daily one"
    else:
        yield "ok", told, ""


def freshness(settings: Settings, clock: Clock) -> Iterator[Verdict]:
    """Age of each source; late where cartera.yml says how often it is expected."""
    expected = {source.name: source.expected_every_days for source in settings.sources if source.expected_every_days}
    seen: set[str] = set()
    with _open(settings) as connection:
        rows = _rows(connection, "SELECT * FROM data_health ORDER BY source") if connection else []
    for row in rows:
        seen.add(row["source"])
        loaded = _day(row["last_loaded_at"])
        told = f"{row['source']}: last loaded {loaded or 'never'}"
        failed = row.get("checks_failed") or 0
        limit = expected.get(row["source"])
        if limit and (loaded is None or (clock.today - loaded).days > limit):
            yield "failed", f"{told}, expected every {limit} days", "drop its next export in landing/"
        elif failed:
            yield "note", f"{told}; {failed} checks with warnings", "see the data-health page"
        else:
            yield "ok", told, ""
    for name in sorted(expected.keys() - seen):
        yield "failed", f"{name}: never loaded, expected every {expected[name]} days", "drop its export in landing/"
    if not seen and not expected:
        yield "note", "no source was loaded yet", "drop files in landing/"


def tie_out(settings: Settings) -> Iterator[Verdict]:
    """Sub-ledger against general ledger on the last day of each company's ledger, in its own currency."""
    with _open(settings) as connection:
        if connection is None:
            return
        rows = _rows(connection, "SELECT * FROM tie_out_verdict ORDER BY company, account")
        without = _rows(
            connection,
            "SELECT company FROM dim_company WHERE company NOT IN (SELECT company FROM tie_out_verdict) ORDER BY 1",
        )
    for row in rows:
        where = f"{row['company']} {row['account']} on {row['as_of']}"
        tolerance = settings.tie_out.tolerance_of(row["currency"])
        if abs(row["unexplained"]) > tolerance:
            yield (
                "failed",
                f"{where}: {row['unexplained']:f} {row['currency']} unexplained (tolerance {tolerance:f})",
                f"ask `cartera sql \"FROM tie_out(DATE '{row['as_of']}')\"`: its reasons lead to the rows",
            )
        else:
            yield "ok", f"{where}: ties out", ""
    for row in without:
        yield "note", f"{row['company']}: no ledger balance was loaded, so nothing to tie out to", "load gl_balances"


def odd_rows(settings: Settings) -> tuple[OddRows, ...]:
    """What is odd in the published ledger, by kind: warnings first, then the most."""
    with _open(settings) as connection:
        if connection is None:
            return ()
        found = connection.execute(
            """
            SELECT kind, severity, any_value(title_en), any_value(title_es), count(*)
            FROM ledger_exception GROUP BY kind, severity ORDER BY severity = 'note', count(*) DESC, kind
            """
        ).fetchall()
    return tuple(OddRows(*row) for row in found)


def ledger(settings: Settings) -> Iterator[Verdict]:
    """What is odd in the ledger; it stops nothing, so it never makes a deployment unhealthy."""
    if not settings.published_file.is_file():
        return
    try:
        found = odd_rows(settings)
    except duckdb.CatalogException:
        yield "note", "published by an earlier version, which did not tell what is odd", "run `cartera refresh`"
        return
    for odd in found:
        yield "note", odd.line(), f"cartera sql \"SELECT * FROM ledger_exception WHERE kind = '{odd.kind}'\""
    if not found:
        yield "ok", "nothing odd in it", ""


def _day(value: Any) -> date | None:
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None
