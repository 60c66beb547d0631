"""The credit policy as effective-dated data: versions of rules, each with the parameters of its own kind."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from orchestration.settings.kinds import Currency, Language, Name, Strict

Severity = Literal["critical", "high", "medium", "low"]
Amount = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=4)]
Share = Annotated[Decimal, Field(ge=0, le=100, decimal_places=6)]
Days = Annotated[int, Field(ge=0, le=3650)]
RuleId = Literal["R07", "R11"]


class R07Parameters(Strict):
    """Exposure over the approved limit. Shares of the limit: 0.20 is twenty per cent over it.

    A breach is exposure strictly above limit × (1 + tolerance); above limit × (1 + hard) it has `hard_severity`.
    """

    tolerance: Share = Decimal(0)
    hard: Share = Decimal("0.20")
    hard_severity: Severity = "critical"

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.hard < self.tolerance:
            raise ValueError("hard at or above tolerance")
        return self


class R11Parameters(Strict):
    """Credit hold due. Days past due of the oldest item by segment; items under the floor don't count.

    `floor` is an amount per functional currency (a currency that isn't listed has floor 0); the hold must stand
    within `grace_business_days` after the day was reached.
    """

    days_by_segment: dict[Name, Days] = Field(default_factory=lambda: {"A": 60, "B": 45, "C": 15})
    default_days: Days = 45
    floor: dict[Currency, Amount] = Field(default_factory=dict)
    grace_business_days: Annotated[int, Field(ge=0, le=30)] = 1


PARAMETERS: dict[str, type[Strict]] = {"R07": R07Parameters, "R11": R11Parameters}
"""The kind of parameters of each rule; a new rule is one entry here."""


class Waiver(Strict):
    """Who may waive the rule for a subject, and for how long at most (None: no longest time)."""

    authority: tuple[Name, ...] = ()
    max_days: Annotated[int, Field(ge=1)] | None = None


class PolicyRule(Strict):
    """One version of one rule, in force from `valid_from` to `valid_to`, both days included (None: until further).

    `materiality_floor`: exposure per functional currency below which a breach is counted but nobody is alerted.
    `parameters` is what the rule's own kind of parameters allows, defaults filled in; decimals, never floats.
    """

    rule_id: RuleId
    valid_from: date
    valid_to: date | None = None
    severity: Severity
    owner: Name
    corrective_action: dict[Language, Name]
    waiver: Waiver = Waiver()
    materiality_floor: dict[Currency, Amount] = Field(default_factory=dict)
    parameters: dict[str, Any] = Field(default_factory=dict, validate_default=True)

    @field_validator("valid_to")
    @classmethod
    def _after_start(cls, valid_to: date | None, info: ValidationInfo) -> date | None:
        start = info.data.get("valid_from")
        if valid_to is not None and start is not None and valid_to < start:
            raise ValueError(f"a day on or after valid_from ({start.isoformat()})")
        return valid_to

    @field_validator("corrective_action")
    @classmethod
    def _both_languages(cls, texts: dict[Language, str]) -> dict[Language, str]:
        if set(texts) != {"es", "en"}:
            raise ValueError("a text in Spanish (es) and one in English (en)")
        return texts

    @field_validator("parameters", mode="before")
    @classmethod
    def _of_the_rule(cls, parameters: Any, info: ValidationInfo) -> Any:
        kind = PARAMETERS.get(info.data.get("rule_id", ""))
        return kind.model_validate(parameters or {}).model_dump() if kind else parameters

    def overlaps(self, other: PolicyRule) -> bool:
        """Whether both are versions of one rule with a day in common."""
        return (
            self.rule_id == other.rule_id
            and self.valid_from <= (other.valid_to or date.max)
            and other.valid_from <= (self.valid_to or date.max)
        )


class PoliciesFile(Strict):
    """policies.yml: the list of rule versions."""

    policies: tuple[PolicyRule, ...] = ()
