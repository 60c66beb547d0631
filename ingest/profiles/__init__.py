"""Source profiles: how a kind of export maps to the contract, as data."""

from ingest.profiles.catalogue import Catalogue
from ingest.profiles.load import load_profile
from ingest.profiles.model import ColumnRule, Condition, EntityRule, Profile, ReaderOptions

__all__ = ["Catalogue", "ColumnRule", "Condition", "EntityRule", "Profile", "ReaderOptions", "load_profile"]
