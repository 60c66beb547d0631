"""Grupo Andino: a simulated three-company group, its native-looking exports, and the truth about it."""

from ingest.sample.export.write import Exports, write_exports
from ingest.sample.group import Group
from ingest.sample.simulate import simulate

__all__ = ["Exports", "Group", "simulate", "write_exports"]
