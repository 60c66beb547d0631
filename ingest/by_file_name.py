"""The `cartera` way: a file that already speaks the contract, its entity told by its name."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path

from ingest.contract import ENTITIES
from ingest.errors import MissingColumns, UnknownColumns, UnrecognisedFile
from ingest.profiles.model import ColumnRule, EntityRule, Profile


def entity_in_name(name: str) -> str | None:
    """The entity a file's name begins with, up to its end or a sign: `documents_2025-06.csv` → documents."""
    stem = Path(name).name.casefold()
    found = [entity for entity in ENTITIES if re.match(rf"{entity}(?![a-z0-9])", stem)]
    return max(found, key=len, default=None)


def with_rules(profile: Profile, name: str, columns: tuple[str, ...]) -> Profile:
    """`profile` with the one rule for the entity in `name` and the contract columns that the file has.

    A file without `company` takes it from who loads it. Raises UnrecognisedFile, MissingColumns, UnknownColumns.
    """
    entity_name = entity_in_name(name)
    if entity_name is None:
        raise UnrecognisedFile(
            "the file's name does not begin with an entity of the contract",
            where=name,
            found=Path(name).stem,
            expected=", ".join(ENTITIES),
            next_step="rename the file, for instance documents_2025-06.csv",
        )
    entity = ENTITIES[entity_name]
    by_name = {column.casefold(): column for column in columns}
    unknown = [column for column in columns if column.casefold() not in entity.column_names]
    if unknown:
        near = {c: get_close_matches(c.casefold(), entity.column_names, n=1) for c in unknown}
        hints = [f"{c} (did you mean {n[0]}?)" if n else c for c, n in near.items()]
        raise UnknownColumns(
            f"the file has columns that {entity_name} does not",
            where=name,
            found=", ".join(hints),
            expected=", ".join(entity.column_names),
            next_step="rename or remove them; nothing was loaded",
        )
    rules = {c: ColumnRule(column=(by_name[c],)) for c in entity.column_names if c in by_name}
    if "company" in entity.column_names and "company" not in by_name:
        rules["company"] = ColumnRule(context="company")
    missing = [c for c in entity.required_columns if c not in rules]
    if missing:
        raise MissingColumns(
            f"{entity_name} needs columns the file does not have: {', '.join(missing)}",
            where=name,
            found=", ".join(columns),
            expected=", ".join(entity.required_columns),
            next_step="add them to the export; nothing was loaded",
        )
    return profile.model_copy(update={"entities": (EntityRule(entity=entity_name, columns=rules),)})
