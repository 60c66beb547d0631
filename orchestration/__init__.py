"""When, in what order, what stops what; and what leaves the building."""
