"""Grupo Andino: a simulated three-company group, its native-looking exports, and the truth about it."""

from ingest.sample.config import sample_config
from ingest.sample.export.write import Exports, write_exports
from ingest.sample.group import Group
from ingest.sample.simulate import simulate
from ingest.sample.truth import Truth, find_truth

__all__ = ["Exports", "Group", "Truth", "find_truth", "sample_config", "simulate", "write_exports"]
