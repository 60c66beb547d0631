"""`cartera init`."""

from __future__ import annotations

from orchestration.cli.common import Call


def init(call: Call) -> None:
    """Make the home, say what was made, and check that it can be used."""
    from orchestration.home import initialise
    from orchestration.settings import load_settings

    created = initialise(call.home_path)
    load_settings(call.home_path)
    lines = [f"Home: {call.home_path}"]
    if created:
        lines += [f"  made {path.relative_to(call.home_path.parent)}" for path in created]
        lines += ["Next: drop files in landing/ or `cartera ingest FILE`, then `cartera refresh`."]
    else:
        lines += ["  everything is there already; nothing was changed"]
    call.console.result({"home": call.home_path, "created": created}, lines)
