"""The published file, shown to people."""
