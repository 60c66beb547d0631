"""Where Spark is installed, too, our checks neither load it nor end with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# As xdist starts its workers: without a file, which pyspark takes for a run of its doctests.
IMPORTS = """
import sys
from ingest.quality.spark_hidden import spark_hidden
with spark_hidden():
    import ingest.quality.gx_run
print("alive", "pyspark" in sys.modules)
import pyspark
"""


def test_importing_great_expectations_does_not_end_the_process(tmp_path: Path) -> None:
    package = tmp_path / "pyspark"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit(7)\n", encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{IMPORTS}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout == "alive False\n", ended.stderr
    # afterwards it is there again, for those who want it
    assert ended.returncode == 7
