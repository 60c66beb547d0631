"""The foot of a mail: what the figures rest on, and why the reader gets it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from orchestration.alerts.context import MailContext
from orchestration.alerts.digest import Digest
from orchestration.alerts.voice import Voice, clean
from orchestration.settings.models import Settings
from orchestration.store.records import AlertState


def foot_of(
    digest: Digest, voice: Voice, settings: Settings, context: MailContext, names: Mapping[str, str]
) -> Iterable[tuple[str, str]]:
    """Label and text of each line: data as of, loads, tie-out of the reader's companies, rule versions, why."""
    yield voice.say("foot.as_of"), voice.day(digest.as_of)
    loads = [f"{clean(source)} {voice.moment(moment, settings.time_zone)}" for source, moment in context.sources]
    yield voice.say("foot.loads"), "; ".join(loads) or voice.say("foot.loads.none")
    if tie := "; ".join(_tie_out(digest, voice, settings, context, names)):
        yield voice.say("foot.tie"), tie
    alerts = [item.alert for item in (*digest.new, *digest.worse, *digest.eased, *digest.resolved)]
    yield voice.say("foot.rules"), ", ".join(sorted({_version(alert) for alert in alerts}))
    scope = [names.get(code, code) for code in digest.person.companies]
    yield (
        voice.say("foot.why"),
        voice.say(
            "foot.why.text",
            name=clean(digest.person.name),
            # the sentence ends here: `S.A. de C.V.` brings its own full stop
            companies=voice.listed(scope).removesuffix(".") if scope else voice.say("foot.all_companies"),
        ),
    )


def _version(alert: AlertState) -> str:
    version = clean(alert.rule_version)
    return version if version.startswith(alert.rule_id) else f"{alert.rule_id} {version}".strip()


def _tie_out(
    digest: Digest, voice: Voice, settings: Settings, context: MailContext, names: Mapping[str, str]
) -> Iterable[str]:
    currencies = {company.code: company.functional_currency for company in settings.companies}
    compared = context.tied | {difference.company for difference in context.differences}
    scope = set(digest.person.companies) or (set(currencies) | compared)
    by_day: dict[date, list[str]] = {}
    for code in sorted(scope & context.tied):
        by_day.setdefault(context.compared_on.get(code, digest.as_of), []).append(names.get(code, code))
    for day, tied in sorted(by_day.items(), reverse=True):
        yield voice.say("tie.tied", companies=voice.listed(tied)) + _at(day, digest, voice)
    for difference in context.differences:
        if difference.company in scope:
            yield voice.say(
                "tie.off",
                company=names.get(difference.company, difference.company),
                account=clean(difference.account),
                amount=voice.money(difference.unexplained, currencies.get(difference.company, "")),
            ) + _at(difference.as_of, digest, voice)
    if unknown := sorted(scope - compared):
        yield voice.say("tie.unknown", companies=voice.listed([names.get(code, code) for code in unknown]))


def _at(day: date | None, digest: Digest, voice: Voice) -> str:
    """The day of the ledger's balances, where it is not the mail's own."""
    return "" if day is None or day == digest.as_of else " " + voice.say("tie.at", day=voice.day(day))
