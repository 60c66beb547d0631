"""How Dagster calls dbt here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version

from dagster_dbt import DbtCliResource
from packaging.version import Version

from orchestration.build import DBT_PROJECT, dbt_executable


class ModelsDbt(DbtCliResource):
    """dbt on this project, called without what Dagster prepares for column metadata, which we don't fetch.

    That is a first run of dbt just to ask its version, and a second dbt inside this process: five seconds a refresh.
    The names overridden here are Dagster's own; should they change, a refresh gets slower and nothing else.
    """

    @cached_property
    def _cli_version(self) -> Version:
        return Version(version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> None:
        return None


def dbt_resource() -> ModelsDbt:
    """The dbt of this environment, on this project."""
    place = str(DBT_PROJECT)
    return ModelsDbt(project_dir=place, profiles_dir=place, dbt_executable=str(dbt_executable()))
