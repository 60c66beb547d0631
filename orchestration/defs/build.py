"""All definitions of one home, put together."""

from __future__ import annotations

import dagster as dg

from orchestration.defs.automation import REFRESH_JOB, daily_refresh, landing_sensor
from orchestration.defs.dbt import dbt_resource
from orchestration.defs.lake import lake_assets, landing_asset
from orchestration.defs.release import alert_asset, publication_asset
from orchestration.defs.run import RefreshRun, note_failure
from orchestration.defs.transform import dbt_models
from orchestration.settings import Settings


def build_definitions(settings: Settings) -> dg.Definitions:
    """Assets, checks, job, sensor and schedule for a home; reads or makes its dbt manifest."""
    job = dg.define_asset_job(
        REFRESH_JOB,
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        hooks={note_failure},
        description="Landing, lake, checks, models, publication, alerts: in one process, one at a time.",
    )
    return dg.Definitions(
        assets=[landing_asset, lake_assets, dbt_models(settings), publication_asset, alert_asset],
        jobs=[job],
        sensors=[landing_sensor(settings)],
        schedules=[daily_refresh(settings)],
        resources={
            "run": RefreshRun(home=str(settings.home)),
            "dbt": dbt_resource(),
        },
    )
