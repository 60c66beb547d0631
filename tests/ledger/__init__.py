"""The ledger against an oracle, against other systems' cases, against a worked example and against real exports."""
