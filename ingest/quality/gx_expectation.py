"""The one expectation our suites are made of: a rule, the SQL that finds its breaches, and the count of them by batch.

GX's own expectations give one answer for all the rows they see. We validate many batches at once (see the decision on
speed), so the answer must say which batch, with a few examples and never with all bad rows.
"""

from __future__ import annotations

from typing import Any, ClassVar

import sqlalchemy
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.query_metric_provider import QueryMetricProvider
from great_expectations.render import LegacyDiagnosticRendererType, LegacyRendererType, RenderedStringTemplateContent
from great_expectations.render.renderer.renderer import renderer

EXAMPLES_SHOWN = 5


class BreachesByBatch(QueryMetricProvider):  # type: ignore[misc]  # great_expectations is untyped to us
    """Metric: one record per batch with a breach: batch_id, unexpected (count), examples (up to five texts)."""

    metric_name = "breaches_by_batch"
    value_keys = ("breaches",)
    query_param_name: ClassVar[str] = "breaches"

    @metric_value(engine=SqlAlchemyExecutionEngine)  # type: ignore[untyped-decorator]
    def _sqlalchemy(
        cls,  # GX makes it a class method
        execution_engine: SqlAlchemyExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> list[dict[str, Any]]:
        selectable, _, _ = execution_engine.get_compute_domain(metric_domain_kwargs, domain_type="table")
        breaches = cls._get_substituted_batch_subquery_from_query_and_batch_selectable(
            query=cls._get_query_from_metric_value_kwargs(metric_value_kwargs),
            batch_selectable=selectable,
            execution_engine=execution_engine,
        )
        rows = execution_engine.execute_query(
            sqlalchemy.text(
                "SELECT batch_id, count(*) AS unexpected, list_slice(list("
                "CASE WHEN line > 0 THEN '#' || line || ' ' ELSE '' END || coalesce(example, '') ORDER BY line, example"
                f"), 1, {EXAMPLES_SHOWN}) AS examples FROM ({breaches}) AS breach GROUP BY batch_id ORDER BY batch_id"
            )
        ).fetchall()
        return [{"batch_id": row[0], "unexpected": int(row[1]), "examples": list(row[2])} for row in rows]


class ExpectNoBreachInAnyBatch(BatchExpectation):  # type: ignore[misc]  # great_expectations is untyped to us
    """No row of any batch breaks the rule. `breaches`: SQL as in ingest.quality.checks.model.Check.

    The renderers have the names of those they replace: GX registers both otherwise, and warns.
    """

    check_id: str
    breaches: str
    expected: str
    words_es: str
    words_en: str

    metric_dependencies: ClassVar[tuple[str, ...]] = ("breaches_by_batch",)
    success_keys: ClassVar[tuple[str, ...]] = ("breaches",)
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id", "row_condition", "condition_parser")

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        found = metrics["breaches_by_batch"]
        return {
            "success": not found,
            "result": {"observed_value": sum(batch["unexpected"] for batch in found), "details": {"batches": found}},
        }

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)  # type: ignore[untyped-decorator]
    def _prescriptive_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None, **kwargs: Any
    ) -> list[Any]:
        rule = configuration.kwargs
        severity = {"critical": "bloquea · blocks", "warning": "aviso · warning"}[str(configuration.severity.value)]
        return [
            _text("$words_es", words_es=rule["words_es"]),
            _text("$words_en", words_en=rule["words_en"]),
            _text(
                "$check_id — $severity — $expected",
                check_id=rule["check_id"],
                severity=severity,
                expected=rule["expected"],
            ),
        ]

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.UNEXPECTED_STATEMENT)  # type: ignore[untyped-decorator]
    def _diagnostic_unexpected_statement_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None, **kwargs: Any
    ) -> list[Any]:
        batches = result.result.get("details", {}).get("batches", []) if result is not None else []
        return [
            _text(
                "$batch: $unexpected — $examples",
                batch=batch["batch_id"][:12],
                unexpected=str(batch["unexpected"]),
                examples=" | ".join(batch["examples"]),
            )
            for batch in batches
        ]

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.STATUS_ICON)  # type: ignore[untyped-decorator]
    def _diagnostic_status_icon_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None, **kwargs: Any
    ) -> Any:
        failed = {"critical": "failed", "warning": "warned"}[str(result.expectation_config.severity.value)]
        return RenderedStringTemplateContent(
            content_block_type="string_template",
            string_template={
                "template": "$mark",
                "params": {"mark": "✓" if result.success else "✗" if failed == "failed" else "!"},
                "styling": {"classes": ["mark", "passed" if result.success else failed]},
            },
        )

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.OBSERVED_VALUE)  # type: ignore[untyped-decorator]
    def _diagnostic_observed_value_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None, **kwargs: Any
    ) -> str:
        if result is None or "observed_value" not in result.result:
            return "--"
        count = result.result["observed_value"]
        batches = len(result.result["details"]["batches"])
        return "0" if count == 0 else f"{count} ({batches} lote(s) · batch(es))"


def _text(template: str, **params: str) -> Any:
    return RenderedStringTemplateContent(
        content_block_type="string_template",
        string_template={"template": template, "params": params, "styling": {"classes": list(params)[:1]}},
    )
