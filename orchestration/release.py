"""From a finished build to a publication and its mails: audit, plan the alerts, put up, commit, send."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.alerts import (
    AlertPlan,
    SendReport,
    commit_plan,
    plan_alerts,
    read_context,
    read_evaluations,
    send_outbox,
)
from orchestration.build import build_id, marts_file, versions
from orchestration.clock import Clock
from orchestration.progress import say
from orchestration.publishing import Publication, build_candidate, current_publication, publish_candidate
from orchestration.publishing.swap import snapshot_name
from orchestration.settings import Settings
from orchestration.store import Store, open_store
from orchestration.tie_out import TieOut, read_tie_out, refuse_differences


@dataclass(frozen=True, slots=True)
class Release:
    """What was put up, and what it ties to; `is_new` is False where the same inputs had been published before."""

    publication: Publication
    tie_out: TieOut
    plan: AlertPlan
    is_new: bool = True


def release(
    settings: Settings, clock: Clock, *, checks_passed: int, checks_total: int, rebuild: bool = False
) -> Release:
    """Publish the build in the warehouse. Raises CheckFailed, nothing changed, when it may not be published.

    Where these inputs are published already (files that were all refused, or loaded before) that file stays as it is,
    unless this is a `rebuild`.
    """
    name = build_id(settings, clock.today)
    current = current_publication(settings)
    if not rebuild and current is not None and current.id == name and settings.published_file.exists():
        return _stand(settings, clock, current)
    publication = Publication(
        id=name,
        file=snapshot_name(name, clock.today),
        built_at=clock.now(),
        as_of=clock.today,
        checks_passed=checks_passed,
        checks_total=checks_total,
    )
    store = open_store(settings)
    plans: list[AlertPlan] = []
    tied: list[TieOut] = []

    def alerts(connection: duckdb.DuckDBPyConnection) -> Iterable[Mapping[str, Any]]:
        tied.append(read_tie_out(connection, clock.today, settings.tie_out))
        refuse_differences(tied[0], settings.tie_out)
        plans.append(_plan(settings, clock, store, connection))
        return plans[0].rows

    say("publish", f"publication {name} as of {clock.today.isoformat()}")
    candidate = build_candidate(settings, marts_file(settings), publication, versions=versions(settings), alerts=alerts)
    publish_candidate(settings, candidate)
    commit_plan(store, plans[0], name)
    return Release(publication, tied[0], plans[0])


def complete_alerts(settings: Settings, clock: Clock) -> None:
    """Commit the alerts of the current publication if a crash kept them from being committed; else change nothing."""
    publication = current_publication(settings)
    if publication is not None and publication.as_of == clock.today:
        _stand(settings, clock, publication)


def _stand(settings: Settings, clock: Clock, publication: Publication) -> Release:
    """Leave a publication as it is; commit its alerts unless they are."""
    store = open_store(settings)
    with duckdb.connect(str(settings.published_file), read_only=True) as connection:
        tied = read_tie_out(connection, clock.today, settings.tie_out)
        plan = _plan(settings, clock, store, connection)
    commit_plan(store, plan, publication.id)
    return Release(publication, tied, plan, is_new=False)


def send_mails(settings: Settings, clock: Clock) -> SendReport:
    """Send what waits in the outbox. A server that is down leaves the mails queued and says so in the report."""
    return send_outbox(settings, clock, open_store(settings))


def _plan(settings: Settings, clock: Clock, store: Store, connection: duckdb.DuckDBPyConnection) -> AlertPlan:
    return plan_alerts(
        settings,
        clock,
        read_evaluations(connection, clock.today),
        store,
        context=read_context(connection),
    )
