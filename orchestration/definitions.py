"""The Dagster code location: what there is, when it runs, what stops what.

Home and settings come from the environment (CARTERA_HOME), read once when the location is loaded.
"""

from __future__ import annotations

import dagster as dg

from orchestration.defs.build import build_definitions


@dg.definitions
def defs() -> dg.Definitions:
    """Definitions of the home the environment names."""
    from orchestration.home import open_home

    return build_definitions(open_home())
