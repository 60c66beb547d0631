"""Great Expectations is imported as if Spark were not there: we check files with DuckDB only.

It imports whatever it finds of pyspark (great_expectations 1.24.1, compatibility/pyspark.py), and pyspark's client
takes a process without a `__main__` file, such as a worker that was started with `python -c`, for a run of its own
doctests and ends it: sys.exit(0) in pyspark 4.3.0, sql/connect/utils.py.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

# The whole package, and the part that ends processes in case the package is imported already.
_HIDDEN = ("pyspark", "pyspark.sql.connect")


@contextmanager
def spark_hidden() -> Iterator[None]:
    """Within, importing pyspark fails as if it were not installed; what was imported before stays."""
    hidden = [name for name in _HIDDEN if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None there means: not to be found
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
