"""Codes of the data in the reader's words: buckets, entry types, severities, rules."""

from __future__ import annotations

from dashboards.ui.texts import Texts


def bucket_word(texts: Texts, bucket: str | None, basis: str = "due_date") -> str:
    """`Por vencer`, `1–30`, `90+`: a bucket's own name, with words where it has some.

    Counted from the issue date nothing is "not due": the first bucket then holds what was issued on the day itself.
    """
    if bucket is None:
        return texts("bucket.none")
    if bucket == "not_due" and basis == "issue_date":
        return texts("bucket.issued_today")
    return texts.known(f"bucket.{bucket}", bucket.replace("-", "–"))


def entry_word(texts: Texts, code: str | None) -> str:
    """What a document or a movement is called; an unknown code stays itself."""
    return texts.known(f"entry.{code}", (code or "").replace("_", " "))


def severity_word(texts: Texts, code: str | None) -> str:
    """`Crítica` for C or critical."""
    letter = (code or "")[:1].upper()
    return texts.known(f"severity.{letter}", code or "—")


def severity_rank(code: str | None) -> int:
    """Critical first."""
    order = "CHML"
    letter = (code or "")[:1].upper()
    return order.index(letter) if letter and letter in order else len(order)


def rule_word(texts: Texts, rule_id: str) -> str:
    """`R07 · Sobre la línea de crédito`."""
    name = texts.known(f"policy.name.{rule_id}", "")
    return f"{rule_id} · {name}" if name else rule_id
