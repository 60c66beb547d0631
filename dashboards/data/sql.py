"""Pieces of SQL that several questions share. Constants only: values always travel as bound parameters.

Bound everywhere: `$companies` (list of codes), `$currency` (the one to show), `$as_of` (the day).
"""

# One row per company of the view: its currency and the closing rate of the day into the currency shown
# (1 when they are the same, NULL when nobody knows it). Twelve decimals of rate times four of money stay exact.
SCOPE = """
scope AS (
    SELECT
        c.company,
        c.name AS company_name,
        c.functional_currency AS currency,
        CASE
            WHEN c.functional_currency = $currency THEN CAST(1 AS DECIMAL(18, 12))
            ELSE (
                SELECT CAST(max(r.rate) AS DECIMAL(18, 12))
                FROM fx_rate_closing AS r
                WHERE r.rate_date = $as_of AND r.from_currency = c.functional_currency AND r.to_currency = $currency
            )
        END AS rate
    FROM dim_company AS c
    WHERE list_contains($companies, c.company)
)
"""


def shown(amount: str, rate: str = "scope.rate") -> str:
    """SQL that converts `amount` by `rate` (expressions of this package, never values): DECIMAL(38,4)."""
    return f"CAST(round(CAST({amount} AS DECIMAL(20, 4)) * {rate}, 4) AS DECIMAL(38, 4))"
