"""`cartera demo`: the sample group from simulated exports to a served dashboard, by the ordinary way."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

from orchestration.cli.common import Call
from orchestration.console import Progress
from orchestration.errors import BadInput
from orchestration.settings import CARTERA_FILE, Settings

SEED = 20260630
UNTIL = date(2026, 6, 30)
MARKER = "demo.json"


def demo(call: Call, *, size: str, serve: bool, host: str, port: int) -> None:
    """Build the demo in the home, then serve it. What an earlier call did is used again, also after a crash.

    Raises BadInput when the home holds something else: sample figures never mix with real ones.
    """
    home = call.home_path
    _check_home(home, size)
    from orchestration import pipeline

    with call.console.progress() as progress:
        settings = _prepare(home, size, progress)
        clock = call.clock(settings)
        result = pipeline.refresh(settings, clock, progress=progress)
    call.console.result(result.as_json(), result.lines())
    if serve:
        from orchestration.cli.serve import serve as serve_until_stopped

        serve_until_stopped(settings, call.console, host=host, port=port)
    else:
        call.console.note(f"Next: cartera --home {home} serve")


def _check_home(home: Path, size: str) -> None:
    marker = home / MARKER
    if marker.is_file():
        there = json.loads(marker.read_text(encoding="utf-8"))
        if there["size"] == size:
            return
        found = f"a demo of size {there['size']}"
    elif (home / CARTERA_FILE).exists() or any((home / "lake" / "batches").glob("[0-9a-f]*")):
        found = "a home that is not a demo's"
    else:
        return
    raise BadInput(
        "the demo needs a home of its own",
        where=str(home),
        found=found,
        expected=f"no home yet, or one of a demo of size {size}",
        next_step=f"name another folder: cartera --home ./.cartera-demo-{size} demo --size {size}",
    )


def _prepare(home: Path, size: str, progress: Progress) -> Settings:
    """Write the exports once and drop them in landing/; the marker comes first, so that a crash is continued."""
    from orchestration.home import initialise, open_home

    home.mkdir(parents=True, exist_ok=True, mode=0o750)
    marker = home / MARKER
    if not marker.exists():
        _note(marker, size, landed=False)
    exports = home / "demo" / f"exports-{size}"
    if not exports.is_dir():
        _write_exports(exports, size, progress)
    if not (home / CARTERA_FILE).exists():
        from ingest.sample import sample_config

        initialise(home, sample_config(exports))
    settings = open_home(home)
    if not json.loads(marker.read_text(encoding="utf-8"))["landed"]:
        _land(exports, settings.landing_dir, progress)
        _note(marker, size, landed=True)
    return settings


def _write_exports(folder: Path, size: str, progress: Progress) -> None:
    from ingest.sample import simulate, write_exports

    progress("sample group", f"simulating two years of trade, size {size}")
    group = simulate(size=size, seed=SEED, until=UNTIL)
    progress("sample group", "writing its exports as an ERP and banks would")
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    write_exports(group, part)
    part.rename(folder)


def _land(exports: Path, landing: Path, progress: Progress) -> None:
    """Copies, as a person or a machine would drop them; the truth about the sample stays behind."""
    files = sorted(path for path in exports.rglob("*") if path.is_file() and "truth" not in path.parts)
    for number, file in enumerate(files, start=1):
        place = landing / file.relative_to(exports)
        progress("landing", f"{place.name} ({number} of {len(files)})")
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(f".{place.name}.part")
        shutil.copyfile(file, part)
        part.replace(place)


def _note(marker: Path, size: str, *, landed: bool) -> None:
    part = marker.with_suffix(".part")
    part.write_text(json.dumps({"size": size, "seed": SEED, "until": UNTIL.isoformat(), "landed": landed}) + "\n")
    part.replace(marker)
