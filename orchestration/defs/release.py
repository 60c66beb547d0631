"""Publication and mails as assets: the last two steps."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg

from orchestration.build import DBT_PROJECT
from orchestration.defs.run import RefreshRun
from orchestration.last_refresh import note_end
from orchestration.outcome import note_release, note_sending, outcome
from orchestration.progress import say
from orchestration.release import release, send_mails

PUBLICATION = dg.AssetKey(["published", "cartera"])
ALERT_MAILS = dg.AssetKey(["mail", "digests"])
_TIE_OUT = "ties_to_the_general_ledger"


def _marts() -> list[dg.AssetKey]:
    """The models that are published: those of the marts folder."""
    return [dg.AssetKey(["marts", path.stem]) for path in sorted((DBT_PROJECT / "models" / "marts").rglob("*.sql"))]


@dg.multi_asset(
    name="publication",
    group_name="published",
    specs=[
        dg.AssetSpec(PUBLICATION, deps=_marts(), description="The file people read, put up whole.", kinds={"duckdb"})
    ],
    check_specs=[dg.AssetCheckSpec(_TIE_OUT, asset=PUBLICATION)],
)
def publication_asset(run: RefreshRun) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:  # type: ignore[type-arg]
    """The checked build, put up by one rename."""
    checks = outcome().checks
    done = release(
        run.settings,
        run.clock,
        checks_passed=checks.passed if checks else 0,
        checks_total=checks.total if checks else 0,
        rebuild=run.rebuild,
    )
    note_release(done)
    yield dg.MaterializeResult(
        asset_key=PUBLICATION,
        metadata={"publication": done.publication.id, "as_of": done.publication.as_of.isoformat()},
    )
    yield dg.AssetCheckResult(
        asset_key=PUBLICATION,
        check_name=_TIE_OUT,
        passed=done.tie_out.ties,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "accounts": len(done.tie_out.verdicts),
            "differences": "; ".join(verdict.words() for verdict in done.tie_out.differences) or "none",
        },
    )


@dg.asset(key=ALERT_MAILS, deps=[PUBLICATION], group_name="mail", kinds={"email"})
def alert_asset(run: RefreshRun) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Digest mails of what changed, each sent once; while the server is down they wait in the outbox."""
    say("mail", "what changed")
    report = send_mails(run.settings, run.clock)
    note_sending(report)
    note_end(run.settings, run.clock, "published", outcome())
    return dg.MaterializeResult(
        metadata={
            "enabled": report.enabled,
            "accepted": report.accepted,
            "queued": report.queued,
            "error": report.error.what if report.error else "none",
        }
    )
