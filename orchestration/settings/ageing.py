"""Ageing schemes: buckets that partition all days, so that their sum is always the open balance."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

from pydantic import Field, field_validator

from orchestration.settings.kinds import Name, Strict

RESERVED_BUCKET = "unapplied"


class Bucket(Strict):
    """Days past due from `from_days` to `to_days`, both included; None is open to that side."""

    name: Name
    order: Annotated[int, Field(ge=0)] = 0
    from_days: int | None = None
    to_days: int | None = None


class AgeingScheme(Strict):
    """Named buckets in order. `order` counts from 0 and follows from the place in the list."""

    name: Name
    buckets: tuple[Bucket, ...]

    @field_validator("buckets", mode="after")
    @classmethod
    def _partition(cls, buckets: tuple[Bucket, ...]) -> tuple[Bucket, ...]:
        expected = "buckets without gap or overlap: the first without from_days, the last without to_days"
        if len(buckets) < 2 or buckets[0].from_days is not None or buckets[-1].to_days is not None:
            raise ValueError(f"{expected}, at least two")
        for before, after in pairwise(buckets):
            if before.to_days is None or after.from_days is None or after.from_days != before.to_days + 1:
                raise ValueError(f"{expected} ({after.name!r} must start the day after {before.name!r} ends)")
            if after.to_days is not None and after.to_days < after.from_days:
                raise ValueError(f"{expected} ({after.name!r} ends before it starts)")
        names = [bucket.name for bucket in buckets]
        if len(set(names)) < len(names) or RESERVED_BUCKET in names:
            raise ValueError(f"buckets with names of their own, none of them {RESERVED_BUCKET!r}")
        return tuple(bucket.model_copy(update={"order": order}) for order, bucket in enumerate(buckets))


DEFAULT_SCHEME = AgeingScheme(
    name="default",
    buckets=(
        Bucket(name="not_due", to_days=0),
        Bucket(name="1-30", from_days=1, to_days=30),
        Bucket(name="31-60", from_days=31, to_days=60),
        Bucket(name="61-90", from_days=61, to_days=90),
        Bucket(name="90+", from_days=91),
    ),
)
