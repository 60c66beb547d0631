"""Readers by format: each turns a file into rows of text cells and knows nothing of receivables."""

from ingest.readers.dispatch import FORMATS, format_of, read_file
from ingest.readers.raw import Limits, RawFile, RawTable

__all__ = ["FORMATS", "Limits", "RawFile", "RawTable", "format_of", "read_file"]
