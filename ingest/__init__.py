"""Exports to lake: read files as they are, map them to the contract, keep every byte."""
