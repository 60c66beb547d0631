"""The worked example of docs/metrics.md says what the models compute."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from ledger.conftest import Library
from ledger.golden import COMPANY

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"
AS_OF = date(2025, 6, 30)
NAMES = ("company", "month_end", "is_month_to_date", "notes")
HEADINGS = {"due_date": "by due date", "issue_date": "`basis := 'issue_date'`"}
ORDER = ("not_due", "1-30", "31-60", "61-90", "90+", "unapplied")


def shown(column: str, value: Decimal) -> str:
    """A figure as the page writes it: whole money with commas, days and shares with their six decimals."""
    if column.endswith("_base"):
        assert value == value.to_integral_value()
        return f"{value:,.0f}".replace("-", "−")
    return f"{value:.6f}"


def test_every_metric_of_the_example_is_on_the_page_as_computed(library: Library) -> None:
    page = PAGE.read_text(encoding="utf-8")
    cursor = library.figures.connection.execute(
        "select * from fct_collection_metrics where company = ? and month_end = ?", [COMPANY, AS_OF]
    )
    names = [column[0] for column in cursor.description or []]
    (row,) = cursor.fetchall()
    paragraphs = [line for block in page.split("\n\n") for line in (block.split("\n") if "|" in block else [block])]
    for name, value in zip(names, row, strict=True):
        if name in NAMES:
            continue
        expected = "null" if value is None else shown(name, value)
        assert any(f"`{name}`" in text and expected in text for text in paragraphs), f"{name}: {expected}"


def test_the_ageing_of_the_example_is_on_the_page_as_computed(library: Library) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for basis, heading in HEADINGS.items():
        rows = library.figures.rows(
            "select bucket, sum(open_base), sum(disputed_base) from aging(?, basis := ?) where company = ? group by 1",
            [AS_OF, basis, COMPANY],
        )
        amounts = {bucket: amount for bucket, amount, _ in rows}
        (line,) = [line for line in page.splitlines() if line.startswith(f"| {heading} |")]
        cells = [cell.strip().removesuffix(" (disputed)") for cell in line.split("|")[2:-1]]
        expected = [shown("open_base", amounts[bucket]) if bucket in amounts else "" for bucket in ORDER]
        assert cells == [*expected, shown("open_base", sum(amounts.values(), Decimal(0)))]
        if basis == "due_date":
            assert [bucket for bucket, amount, disputed in rows if disputed == amount] == ["61-90"]
            assert "8,000 (disputed)" in line
