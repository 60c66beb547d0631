"""Every check there is, by entity, in the order a reader wants them: shape first, then meaning."""

from __future__ import annotations

from ingest.contract import ENTITIES
from ingest.quality.checks.balances import BALANCE_CHECKS
from ingest.quality.checks.documents import DOCUMENT_CHECKS
from ingest.quality.checks.generated import generated_checks
from ingest.quality.checks.manifest import MANIFEST_CHECKS
from ingest.quality.checks.model import MANIFEST, Check, Severity
from ingest.quality.checks.parties import PARTY_CHECKS
from ingest.quality.checks.periods import PERIOD_CHECKS

_WRITTEN_BY_HAND = (*DOCUMENT_CHECKS, *BALANCE_CHECKS, *PARTY_CHECKS, *PERIOD_CHECKS)

CHECKS: dict[str, tuple[Check, ...]] = {
    MANIFEST: MANIFEST_CHECKS,
    **{
        entity.name: (
            *generated_checks(entity),
            *(check for check in _WRITTEN_BY_HAND if check.entity == entity.name),
        )
        for entity in ENTITIES.values()
    },
}
"""The suites: entity name (and `_batch`, the manifest) to its checks."""

ENTITY_CHECKS: tuple[tuple[str, str, str], ...] = tuple(
    (check.entity, check.check_id, str(check.severity)) for checks in CHECKS.values() for check in checks
)
"""(entity, check_id, severity) of every check, known in advance: what an orchestrator declares."""

__all__ = ["CHECKS", "ENTITY_CHECKS", "MANIFEST", "Check", "Severity"]
