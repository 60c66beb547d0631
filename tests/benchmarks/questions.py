"""What people ask of the published file, and how long the answers take."""

from __future__ import annotations

import statistics
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb

# How long before the last day an as-of question looks back.
_BACK = {"today": 0, "half a year ago": 181, "a year and a half ago": 546}


def ask_all(published: Path, last_day: date, company: str, times: int) -> dict[str, dict[str, float]]:
    """Each question asked once and then `times` more: seconds of the first answer and the median of the others.

    Answers are fetched whole. The file is opened once, as a page or an analyst holds it.
    """
    told = {}
    with duckdb.connect(str(published), read_only=True, config={"threads": "2"}) as connection:
        for name, sql in _questions(last_day).items():
            seconds = []
            rows = 0
            for _ in range(times + 1):
                began = time.monotonic()
                rows = connection.execute(sql, [company] if "?" in sql else None).to_arrow_table().num_rows
                seconds.append(time.monotonic() - began)
            told[name] = {"first": seconds[0], "median": statistics.median(seconds[1:]), "rows": rows}
    return told


def _questions(last_day: date) -> dict[str, str]:
    asked = {}
    for words, days in _BACK.items():
        day = (last_day - timedelta(days=days)).isoformat()
        asked[f"aging, {words}"] = f"select * from aging(date '{day}')"
        # what was known that evening: later entries, also those dated before, are not seen
        asked[f"aging as known then, {words}"] = (
            f"select * from aging(date '{day}', known_at := timestamp '{day} 23:00:00')"
        )
    asked["bucket totals of all month ends, one company"] = (
        "select month_end, bucket, sum(open_base) as open_base from fct_aging_monthly where company = ?"
        " group by all order by all"
    )
    return asked
