"""Benchmarks: books of any size, what the product takes for them, and what hand-written SQL takes (`make bench`)."""
