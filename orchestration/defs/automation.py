"""When a refresh runs by itself: when a file has arrived whole, and every morning of the company's time zone."""

from __future__ import annotations

import hashlib
import json

import dagster as dg

from orchestration.landing import landed_files
from orchestration.settings import Settings

REFRESH_JOB = "refresh"
# An analyst drops a file and looks at the page: the ticks must not be what they wait for.
SENSOR_SECONDS = 4
DAILY = "0 6 * * *"
_BUSY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


def landing_sensor(settings: Settings) -> dg.SensorDefinition:
    """Asks for a refresh when the landing folder holds files that did not change since the tick before.

    The same files are asked for once: a refusal is not tried over and over.
    """

    @dg.sensor(
        name="landing",
        job_name=REFRESH_JOB,
        minimum_interval_seconds=SENSOR_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Refreshes when a file has arrived whole.",
    )
    def landing(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        seen = _seen(settings)
        before = json.loads(context.cursor) if context.cursor else {}
        whole = {name: look for name, look in seen.items() if before.get(name) == look}
        if not whole:
            return dg.SensorResult(cursor=json.dumps(seen), skip_reason="no file has arrived whole")
        if context.instance.get_runs(dg.RunsFilter(job_name=REFRESH_JOB, statuses=_BUSY), limit=1):
            return dg.SensorResult(cursor=json.dumps(seen), skip_reason="a refresh is running")
        key = hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()
        return dg.SensorResult(run_requests=[dg.RunRequest(run_key=key)], cursor=json.dumps(seen))

    return landing


def _seen(settings: Settings) -> dict[str, list[int]]:
    """Size and time of change of each landed file, by its path in the landing folder."""
    looks: dict[str, list[int]] = {}
    for path in landed_files(settings.landing_dir):
        try:
            found = path.stat()
        except FileNotFoundError:
            continue
        looks[path.relative_to(settings.landing_dir).as_posix()] = [found.st_size, found.st_mtime_ns]
    return looks


def daily_refresh(settings: Settings) -> dg.ScheduleDefinition:
    """A refresh every morning, in the company's time zone: a new day ages every item, with or without new files."""
    return dg.ScheduleDefinition(
        name="daily",
        job_name=REFRESH_JOB,
        cron_schedule=DAILY,
        execution_timezone=settings.time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Every morning, before people come in.",
    )
