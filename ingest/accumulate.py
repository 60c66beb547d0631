"""Movements → running sums: what an account holds at each month's end."""

from __future__ import annotations

from ingest.contract import Entity
from ingest.expressions import identifier
from ingest.readers.raw import ROW


def running_sums(entity: Entity, date: str, amount: str, source: str) -> str:
    """SQL of a relation with `_row` and the columns of `entity`: of each key, the sum of `amount` up to `date`.

    `source` is a table expression of movements. A key has one row for each month from its first movement to the
    file's last: at the month's end, or, in the last month, on the last day that has a movement of any key; so no row
    lies ahead of the file. `_row` is the last line that counts in it. Other columns are empty.
    """
    day, money = identifier(date), identifier(amount)
    others = [identifier(name) for name in entity.key if name != date]
    keys = ", ".join(others)
    same = " AND ".join(f"m.{key} = f.{key}" for key in others)
    made = {name: f"f.{identifier(name)}" for name in entity.key} | {amount: f"sum(m.{money})", date: "f.until"}
    columns = ", ".join(
        f"CAST({made.get(column.name, 'NULL')} AS {column.kind.sql}) AS {identifier(column.name)}"
        for column in entity.columns
    )
    shared = ", ".join(f"f.{key}" for key in others)
    return (
        f"(WITH moves AS (SELECT {ROW}, {keys}, {day}, {money} FROM {source}), "
        f"firsts AS (SELECT {keys}, min({day}) AS first FROM moves GROUP BY {keys}), "
        f"ends AS (SELECT {keys}, last, unnest(generate_series(date_trunc('month', first), last, INTERVAL 1 MONTH)) "
        f"AS month FROM firsts CROSS JOIN (SELECT max({day}) AS last FROM moves)), "
        f"f AS (SELECT {keys}, least(last_day(CAST(month AS DATE)), last) AS until FROM ends) "
        f"SELECT max(m.{ROW}) AS {ROW}, {columns} FROM f INNER JOIN moves AS m ON {same} AND m.{day} <= f.until "
        f"GROUP BY f.until, {shared})"
    )
