"""The raw contract: what every source is mapped to, before any business rule."""

from ingest.contract.entities import ENTITIES
from ingest.contract.shape import Column, Entity, Kind

__all__ = ["ENTITIES", "Column", "Entity", "Kind"]
