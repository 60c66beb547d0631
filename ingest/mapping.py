"""Profile + raw rows → contract rows + rejected rows, set-wise in DuckDB.

A row that fails anywhere is rejected whole: an invoice must not arrive without its receipt. So, always,
rows in the file = rows accepted + rows rejected, and the same for the control total.
"""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pyarrow as pa

from ingest.accumulate import running_sums
from ingest.contract import ENTITIES, Column, Entity
from ingest.derived import Companions, Unmatched, derive
from ingest.expressions import BLANKS, UNMAPPED, column_sql, identifier, literal, where_sql
from ingest.mapped import Companies, Mapped, control_rules
from ingest.profiles.model import ColumnRule, EntityRule, Profile
from ingest.readers.raw import MAIN, NATIVE, PROBLEM, ROW, RawFile
from ingest.reasons import Reject, explain

_ZERO = Decimal(0)

__all__ = ["Companies", "Mapped", "map_file"]


def map_file(raw: RawFile, profile: Profile, companies: Companies, companions: Companions | None = None) -> Mapped:
    """Map every row of `raw` by the rules of `profile`, whose columns must all be in the file.

    `companions`: by source, the files that the profile's lookups may read, the preferred first.
    """
    with duckdb.connect(":memory:", config={"threads": "2"}) as con:
        con.execute("SET TimeZone = 'UTC'")
        return _Run(con, raw, profile, companies, companions or {}).result()


class _Run:
    """One mapping: the tables of one connection, in the order they are made."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        raw: RawFile,
        profile: Profile,
        companies: Companies,
        companions: Companions,
    ) -> None:
        self.con, self.raw, self.profile, self.companies, self.companions = con, raw, profile, companies, companions
        self.entities = tuple(dict.fromkeys(rule.entity for rule in profile.rules))
        self.distinct = {rule.entity for rule in profile.rules if rule.distinct}
        self.accumulated = {rule.entity: rule.accumulated for rule in profile.rules if rule.accumulate}
        self.rejects: list[Reject] = []
        self.unmatched: tuple[Unmatched, ...] = ()

    def result(self) -> Mapped:
        self.con.execute("CREATE TABLE bad (record_set VARCHAR, row BIGINT, entity VARCHAR)")
        rows = sum(self._load(name) for name in self.raw.sets)
        for number, rule in enumerate(self.profile.rules):
            if rule.record_set in self.raw.sets:
                self._map(number, rule)
        self._reject_unmapped()
        for entity in self.entities:
            self._union(ENTITIES[entity])
        for entity in self.entities:
            if entity in self.distinct:
                self._reject_untold(ENTITIES[entity])
            elif entity not in self.accumulated:
                self._reject_duplicates(ENTITIES[entity])
        self.con.execute("CREATE TABLE bad_rows AS SELECT DISTINCT record_set, row FROM bad")
        in_file, rejected = self._control_total()
        return Mapped(
            tables={entity: self._accepted(ENTITIES[entity]) for entity in self.entities},
            documents_left_out=self._left_out(ENTITIES["documents"]),
            rejected=tuple(sorted(self.rejects, key=lambda r: (r.line, r.entity or "", r.column or ""))),
            rejected_by_entity=self._rejected_by_entity(),
            rows_in_file=rows,
            rows_rejected=self._number("SELECT count(*) FROM bad_rows"),
            amount_in_file=in_file,
            amount_rejected=rejected,
            notes=tuple(unmatched.words for unmatched in self.unmatched if unmatched.rows),
        )

    def _number(self, sql: str) -> int:
        row = self.con.execute(sql).fetchone()
        return int(row[0]) if row else 0

    def _load(self, name: str) -> int:
        """Make raw_<set>: trimmed cells, empty ones and the profile's words for nothing as null, totals dropped."""
        source = self.raw.sets[name]
        nulls = ", ".join(literal(word.lower()) for word in ("", *self.profile.nulls))
        cells = ", ".join(
            f"CASE WHEN lower(trim({c}, {BLANKS})) NOT IN ({nulls}) THEN trim({c}, {BLANKS}) END AS {c}"
            for c in map(identifier, source.columns)
        )
        self.con.register("arrow_rows", source.table)
        table = identifier(f"raw_{name}")
        self.con.execute(f"CREATE TABLE {table} AS SELECT {ROW}, {PROBLEM}, {cells or 'NULL AS none'} FROM arrow_rows")
        self.con.unregister("arrow_rows")
        if name == MAIN:
            rules = self.profile.derived.values()
            context: dict[str, str] = {rule.context: self._outside(rule) for rule in rules if rule.context}
            self.unmatched = derive(self.con, table, self.profile, context, self.companions)
        for where in self.profile.reader.skip:
            self.con.execute(f"DELETE FROM {table} WHERE {where_sql(where)}")
        broken = self.con.execute(f"SELECT {ROW}, {PROBLEM} FROM {table} WHERE {PROBLEM} IS NOT NULL").fetchall()
        self.rejects += [explain(problem, line=line) for line, problem in broken]
        self.con.execute(f"INSERT INTO bad SELECT ?, {ROW}, NULL FROM {table} WHERE {PROBLEM} IS NOT NULL", [name])
        return self._number(f"SELECT count(*) FROM {table}")

    def _map(self, number: int, rule: EntityRule) -> None:
        """Make map_<n>: the row, and for each contract column its text t, value v and error e."""
        entity = ENTITIES[rule.entity]
        used = [(i, c, rule.columns[c.name]) for i, c in enumerate(entity.columns) if c.name in rule.columns]
        sql = {
            i: column_sql(
                c,
                r,
                self.profile,
                str(i),
                context=self._outside(r),
                may_be_empty=rule.entity in self.distinct and c.name not in entity.key,
            )
            for i, c, r in used
        }
        texts = ", ".join(f"{s.text} AS t{i}" for i, s in sql.items())
        normals = ", ".join(f"{s.normal} AS n{i}" for i, s in sql.items())
        values = ", ".join(f"{s.value} AS v{i}" for i, s in sql.items())
        errors = ", ".join(f"{s.error} AS e{i}" for i, s in sql.items())
        self.con.execute(
            f"CREATE TABLE map_{number} AS SELECT *, {errors} FROM (SELECT *, {values} FROM (SELECT *, {normals} FROM "
            f"(SELECT {ROW}, {texts} FROM {identifier('raw_' + rule.record_set)} "
            f"WHERE {PROBLEM} IS NULL AND ({where_sql(rule.where)}))))"
        )
        counts = self.con.execute(f"SELECT {', '.join(f'count(e{i})' for i in sql)} FROM map_{number}").fetchone()
        for (i, column, column_rule), count in zip(used, counts or (), strict=True):
            if count:
                self._reject_column(number, rule, i, column, column_rule)

    def _outside(self, rule: ColumnRule) -> str:
        """What the context says, as SQL."""
        if rule.context == "currency":
            return literal(self.companies.currency) if self.companies.currency else "NULL"
        fallback = literal(self.companies.fallback) if self.companies.fallback else "NULL"
        if rule.by is None or not self.companies.by_account:
            return fallback
        cases = " ".join(f"WHEN {literal(k)} THEN {literal(v)}" for k, v in self.companies.by_account.items())
        account = identifier(rule.by)
        # some banks put their own code before the number: 51230800/0000007055
        forms = (account, f"split_part({account}, '/', -1)")
        keys = [f"upper(regexp_replace({form}, '[^A-Za-z0-9]', '', 'g'))" for form in forms]
        return f"coalesce({', '.join(f'CASE {key} {cases} END' for key in keys)}, {fallback})"

    def _reject_column(self, number: int, rule: EntityRule, i: int, column: Column, source: ColumnRule) -> None:
        found = self.con.execute(f"SELECT {ROW}, t{i}, e{i} FROM map_{number} WHERE e{i} IS NOT NULL").fetchall()
        columns = self.profile.columns_of(source.source_columns)
        name = ", ".join(columns) if any(c in self.profile.derived for c in source.source_columns) else ""
        name = name or (columns[0] if columns else column.name)
        for line, text, code in found:
            value = text.lstrip(NATIVE + UNMAPPED) if text is not None else None
            expected = self._expected(code, column, source)
            self.rejects.append(
                explain(
                    code,
                    line=line,
                    entity=rule.entity,
                    column=name,
                    field=column.name if name == column.name else f"{name} ({column.name})",
                    value=value,
                    expected=expected,
                )
            )
        self.con.execute(
            f"INSERT INTO bad SELECT ?, {ROW}, ? FROM map_{number} WHERE e{i} IS NOT NULL",
            [rule.record_set, rule.entity],
        )

    def _expected(self, code: str, column: Column, source: ColumnRule) -> str:
        profile = self.profile
        if code == "not_a_date":
            return " / ".join(source.dates or profile.dates or ("%Y-%m-%d",))
        if code == "not_allowed":
            return ", ".join(column.allowed)
        if code == "not_in_map":
            return ", ".join(source.map or ())
        if code == "not_a_boolean":
            return ", ".join((*(source.true or profile.true or ()), *(source.false or profile.false or ())))
        if code == "not_a_number":
            decimal = source.decimal or profile.decimal or "."
            thousands = source.thousands if source.thousands is not None else profile.thousands
            return f"1{thousands[0] if thousands else ''}234{decimal}56"
        return ""

    def _reject_unmapped(self) -> None:
        if self.profile.has_no_rows:
            return
        for name in self.raw.sets:
            maps = [n for n, rule in enumerate(self.profile.rules) if rule.record_set == name]
            seen = " UNION ALL ".join(f"SELECT {ROW} FROM map_{n}" for n in maps) or f"SELECT 0::BIGINT AS {ROW}"
            unmapped = f"FROM {identifier('raw_' + name)} WHERE {PROBLEM} IS NULL AND {ROW} NOT IN ({seen})"
            rows = self.con.execute(f"SELECT {ROW} {unmapped}").fetchall()
            self.rejects += [explain("no_entity", line=line) for (line,) in rows]
            self.con.execute(f"INSERT INTO bad SELECT ?, {ROW}, NULL {unmapped}", [name])

    def _union(self, entity: Entity) -> None:
        """Make all_<entity>: record set, row and the contract's columns, whatever is wrong with them."""
        parts = []
        for number, rule in enumerate(self.profile.rules):
            if rule.entity != entity.name or rule.record_set not in self.raw.sets:
                continue
            columns = ", ".join(
                f"CAST({f'v{i}' if c.name in rule.columns else _absent(c)} AS {c.kind.sql}) AS {identifier(c.name)}"
                for i, c in enumerate(entity.columns)
            )
            parts.append(f"SELECT {literal(rule.record_set)} AS _set, {ROW}, {columns} FROM map_{number}")
        if not parts:
            empty = ", ".join(f"CAST(NULL AS {c.kind.sql}) AS {identifier(c.name)}" for c in entity.columns)
            parts.append(f"SELECT '' AS _set, 0::BIGINT AS {ROW}, {empty} WHERE false")
        self.con.execute(f"CREATE TABLE {identifier('all_' + entity.name)} AS {' UNION ALL '.join(parts)}")

    def _reject_duplicates(self, entity: Entity) -> None:
        keys = [*entity.key, *(["recorded_at"] if "recorded_at" in entity.column_names else [])]
        listed = ", ".join(map(identifier, keys))
        shown = " || '/' || ".join(f"coalesce(CAST({identifier(key)} AS VARCHAR), '')" for key in entity.key)
        self.con.execute(
            f"CREATE OR REPLACE TABLE duplicates AS SELECT * FROM (SELECT _set, {ROW}, {shown} AS shown, "
            f"first_value({ROW}) OVER w AS first, row_number() OVER w AS place FROM {identifier('all_' + entity.name)} "
            f"WHERE (_set, {ROW}) NOT IN (SELECT (record_set, row) FROM bad) "
            f"WINDOW w AS (PARTITION BY {listed} ORDER BY {ROW})) WHERE place > 1"
        )
        field = "/".join(entity.key)
        for line, value, first in self.con.execute(f"SELECT {ROW}, shown, first FROM duplicates").fetchall():
            reject = explain(
                "duplicate_key", line=line, entity=entity.name, column=field, field=field, value=value, first=first
            )
            self.rejects.append(reject)
        self.con.execute(f"INSERT INTO bad SELECT _set, {ROW}, ? FROM duplicates", [entity.name])

    def _reject_untold(self, entity: Entity) -> None:
        """Derived rows may leave a required column to another row of their key, but one of them must tell it."""
        keys = ", ".join(map(identifier, entity.key))
        for name in entity.required_columns:
            if name in entity.key:
                continue
            self.con.execute(
                f"CREATE OR REPLACE TABLE untold AS SELECT _set, {ROW} FROM (SELECT *, count({identifier(name)}) "
                f"OVER (PARTITION BY {keys}) AS told FROM {identifier('all_' + entity.name)} "
                f"WHERE (_set, {ROW}) NOT IN (SELECT (record_set, row) FROM bad)) WHERE told = 0"
            )
            for (line,) in self.con.execute(f"SELECT {ROW} FROM untold").fetchall():
                column = self._source_column(entity.name, name)
                field = name if column == name else f"{column} ({name})"
                self.rejects.append(explain("missing_value", line=line, entity=entity.name, column=column, field=field))
            self.con.execute(f"INSERT INTO bad SELECT _set, {ROW}, ? FROM untold", [entity.name])

    def _source_column(self, entity: str, name: str) -> str:
        rules = [rule.columns[name] for rule in self.profile.rules if rule.entity == entity and name in rule.columns]
        return next((column for rule in rules for column in rule.source_columns), name)

    def _accepted(self, entity: Entity) -> pa.Table:
        source = (
            f"{identifier('all_' + entity.name)} WHERE (_set, {ROW}) NOT IN (SELECT (record_set, row) FROM bad_rows)"
        )
        names = [identifier(name) for name in entity.column_names]
        if place := self.accumulated.get(entity.name):
            source = running_sums(entity, *place, source)
        if entity.name in self.distinct:
            # several rows tell the same thing: the last one that says something wins
            last = ", ".join(
                name if column in entity.key else f"arg_max({name}, {ROW}) FILTER (WHERE {name} IS NOT NULL) AS {name}"
                for name, column in zip(names, entity.column_names, strict=True)
            )
            keys = ", ".join(map(identifier, entity.key))
            source = f"(SELECT max({ROW}) AS {ROW}, {last} FROM {source} GROUP BY {keys})"
        ordered = f"SELECT {ROW}, {', '.join(names)} FROM {source} ORDER BY {ROW}, {names[0]}, {names[1]}"
        return self.con.execute(ordered).to_arrow_table()

    def _left_out(self, entity: Entity) -> pa.Table:
        """What could be read of the entity's rejected rows: a difference with the ledger may be just these."""
        names = ", ".join(map(identifier, entity.column_names))
        if entity.name not in self.entities:
            empty = ", ".join(f"CAST(NULL AS {c.kind.sql}) AS {identifier(c.name)}" for c in entity.columns)
            return self.con.execute(f"SELECT 0::BIGINT AS {ROW}, {empty} WHERE false").to_arrow_table()
        return self.con.execute(
            f"SELECT {ROW}, {names} FROM {identifier('all_' + entity.name)} "
            f"WHERE (_set, {ROW}) IN (SELECT (record_set, row) FROM bad_rows) ORDER BY {ROW}"
        ).to_arrow_table()

    def _control_total(self) -> tuple[Decimal, Decimal]:
        total, rejected = _ZERO, _ZERO
        for number in control_rules(self.profile):
            rule = self.profile.rules[number]
            if rule.record_set not in self.raw.sets:
                continue
            place = ENTITIES[rule.entity].column_names.index("amount")
            row = self.con.execute(
                f"SELECT sum(v{place}), sum(v{place}) FILTER (WHERE b.row IS NOT NULL) FROM map_{number} m "
                f"LEFT JOIN bad_rows b ON b.row = m.{ROW} AND b.record_set = ?",
                [rule.record_set],
            ).fetchone()
            if row:
                total, rejected = total + (row[0] or _ZERO), rejected + (row[1] or _ZERO)
        return total, rejected

    def _rejected_by_entity(self) -> dict[str, int]:
        """Rows of each entity that stay out, whichever entity's column was at fault."""
        counts = {}
        for entity in self.entities:
            counts[entity] = self._number(
                f"SELECT count(*) FROM {identifier('all_' + entity)} "
                f"WHERE (_set, {ROW}) IN (SELECT (record_set, row) FROM bad_rows)"
            )
        return counts


def _absent(column: Column) -> str:
    return literal(column.default) if column.default else "NULL"
