"""The subject line: how bad, what, how much, where; at most 60 characters, so that a phone shows all of it."""

from __future__ import annotations

from collections.abc import Mapping

from orchestration.alerts.digest import Digest
from orchestration.alerts.rules import counted
from orchestration.alerts.voice import Voice, clean

SUBJECT_LENGTH = 60


def subject_of(digest: Digest, voice: Voice, names: Mapping[str, str]) -> str:
    """`[CRITICAL] 2 customers over limit · MXN 1.4M · ACME MX`; what does not fit is left out, the last part first.

    `names`: companies by code. Amounts of several currencies stand side by side, never added.
    """
    alarms = (*digest.new, *digest.worse)
    top = digest.top_severity
    tag = voice.say(f"severity.{top}").upper() if top else voice.say("subject.resolved")
    money = ", ".join(voice.short_money(amount, currency) for currency, amount in digest.exposure.items())
    companies = sorted({item.alert.company for item in (alarms or digest.resolved)})
    if len(companies) == 1:
        where = clean(names.get(companies[0], companies[0]))
    else:
        where = voice.count("subject.companies", len(companies))
    subject = f"[{tag}] {_what(digest, voice)}"
    for part in (money, where):
        if part and len(subject) + 3 + len(part) <= SUBJECT_LENGTH:
            subject += f" · {part}"
    return subject if len(subject) <= SUBJECT_LENGTH else subject[: SUBJECT_LENGTH - 1] + "…"


def _what(digest: Digest, voice: Voice) -> str:
    alarms = (*digest.new, *digest.worse)
    if not alarms:
        return voice.count("subject.done", len(digest.resolved))
    rules = {item.alert.rule_id for item in alarms}
    if len(rules) == 1 and (words := counted(rules.pop(), len(alarms), voice)):
        return words
    return voice.count("subject.baseline" if digest.kind == "baseline" else "subject.mixed", len(alarms))
