"""A digest as words: every string both halves of the mail show, so that text and HTML hold the same facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from orchestration.alerts.context import MailContext
from orchestration.alerts.digest import Digest, Item, exposure_of
from orchestration.alerts.foot import foot_of
from orchestration.alerts.rules import observed_against, rule_name
from orchestration.alerts.subject import subject_of
from orchestration.alerts.voice import Voice, clean
from orchestration.alerts.why import why
from orchestration.alerts.words import Card, DigestView, Link, Section
from orchestration.settings.models import Settings
from orchestration.store.records import AlertState

MAX_CARDS = 10
"""Alerts told in full in one mail, new and worse together; the rest is one link away."""

MAX_NAME = 90
"""Letters of a customer's name: a mail is no place for what somebody pasted into the wrong field."""

BASELINE_CARDS = 5
"""A first mail tells fewer in full and the next ones in a line each, up to ten: it is to be read, not worked off."""

MAX_ROWS = 5
"""Rows of each short table (resolved, less severe, back soon)."""


def view_of(digest: Digest, settings: Settings, context: MailContext) -> DigestView:
    """Puts a digest into its reader's words."""
    return _Writer(digest, settings, context).view()


class _Writer:
    """Holds what every part of one mail needs; one digest, one writer."""

    def __init__(self, digest: Digest, settings: Settings, context: MailContext) -> None:
        self.digest = digest
        self.settings = settings
        self.context = context
        scope = digest.person.companies
        self.voice = Voice.for_company(settings, digest.person.language, scope[0] if scope else None)
        self.names = {company.code: clean(company.name) for company in settings.companies}

    def view(self) -> DigestView:
        digest, voice = self.digest, self.voice
        headline = self._headline()
        return DigestView(
            language=voice.language,
            subject=subject_of(digest, voice, self.names),
            headline=headline,
            lead=self._lead(),
            product=voice.say("product"),
            counts_title=voice.say("table.counts"),
            counts=self._counts(),
            rules_title=voice.say("table.rules"),
            rules_head=(voice.say("table.rule"), voice.say("table.alerts"), voice.say("table.exposure")),
            rules=self._rules(),
            rows_head=(voice.say("table.customer"), voice.say("table.what")),
            sections=tuple(self._sections()),
            all_link=Link(voice.say("link.all", day=voice.day(digest.as_of)), self._url(None)),
            foot_title=voice.say("foot.title"),
            foot=tuple(foot_of(digest, voice, self.settings, self.context, self.names)),
        )

    # --- headline, lead, counts -------------------------------------------------------------------------------

    def _headline(self) -> str:
        digest, voice = self.digest, self.voice
        if digest.kind == "baseline":
            return voice.count("subject.baseline", len(digest.new))
        named = (("change.new", digest.new), ("change.worse", digest.worse), ("change.resolved", digest.resolved))
        return voice.listed([voice.count(name, len(items)) for name, items in named if items])

    def _lead(self) -> str:
        digest, voice = self.digest, self.voice
        name = "lead.baseline" if digest.kind == "baseline" else "lead.since_last"
        sentences = [voice.say(name, day=voice.day(digest.as_of))]
        if stake := self._amounts(digest.exposure):
            sentences.insert(0, voice.say("lead.stake", amounts=stake))
        if digest.kind == "digest" and digest.still_open:
            sentences.append(voice.count("lead.open", digest.still_open))
        return " ".join(sentences)

    def _counts(self) -> tuple[tuple[str, str], ...]:
        digest, voice = self.digest, self.voice
        if digest.kind == "baseline":
            counted_by = {
                severity: sum(item.alert.severity == severity for item in digest.new)
                for severity in ("critical", "high", "medium", "low")
            }
            named = [(voice.say(f"severity.{severity}"), n) for severity, n in counted_by.items() if n]
        else:
            named = [
                (voice.say("section.new"), len(digest.new)),
                (voice.say("section.worse"), len(digest.worse)),
                (voice.say("section.open"), digest.still_open),
                (voice.say("section.resolved"), len(digest.resolved)),
            ]
        return tuple((label, voice.number(Decimal(n))) for label, n in named)

    def _rules(self) -> tuple[tuple[str, str, str], ...]:
        """A table by rule, where there are more alerts than cards: nobody should have to count."""
        alarms = [item.alert for item in (*self.digest.new, *self.digest.worse)]
        if len(alarms) <= MAX_CARDS:
            return ()
        rows = []
        for rule_id in sorted({alert.rule_id for alert in alarms}):
            mine = [alert for alert in alarms if alert.rule_id == rule_id]
            exposure = self._amounts(exposure_of(mine))
            rows.append((rule_name(rule_id, self.voice), self.voice.number(Decimal(len(mine))), exposure))
        return tuple(rows)

    # --- sections ----------------------------------------------------------------------------------------------

    def _sections(self) -> Iterable[Section]:
        digest, voice = self.digest, self.voice
        if digest.kind == "baseline":
            yield self._baseline()
        room = MAX_CARDS
        for name, items in (("section.new", digest.new), ("section.worse", digest.worse)):
            if items and digest.kind == "digest":
                cards = tuple(self._card(item) for item in items[:room])
                room -= len(cards)
                yield Section(voice.say(name), cards=cards, more=self._more(items, len(cards)))
        for name, items, words in (
            ("section.resolved", digest.resolved, self._resolved_words),
            ("section.eased", digest.eased, self._eased_words),
            ("section.expiring", digest.expiring, self._expiring_words),
        ):
            if items:
                rows = tuple((self._customer(item.alert), words(item)) for item in items[:MAX_ROWS])
                yield Section(voice.say(name), rows=rows, more=self._more(items, len(rows)))

    def _baseline(self) -> Section:
        items = self.digest.new
        return Section(
            self.voice.say("section.baseline"),
            cards=tuple(self._card(item) for item in items[:BASELINE_CARDS]),
            rows=tuple((self._customer(i.alert), self._in_a_line(i)) for i in items[BASELINE_CARDS:MAX_CARDS]),
            more=self._more(items, MAX_CARDS),
        )

    def _in_a_line(self, item: Item) -> str:
        severity = self.voice.say(f"severity.{item.alert.severity}")
        facts = (rule_name(item.alert.rule_id, self.voice), observed_against(item.alert, self.voice))
        return f"{severity}: {'; '.join(fact for fact in facts if fact)}"

    def _more(self, items: Sequence[Item], shown: int) -> str | None:
        return self.voice.count("more", len(items) - shown) if len(items) > shown else None

    def _card(self, item: Item) -> Card:
        alert, voice = item.alert, self.voice
        customer = self._customer(alert)
        remark = None
        if item.again:
            remark = voice.say("again")
        elif item.severity_before is not None:
            remark = voice.say("was", severity=voice.say(f"severity.{item.severity_before}").lower())
        action = alert.corrective_es if voice.language == "es" else alert.corrective_en
        days = max((self.digest.as_of - alert.since).days, 0)
        age = voice.count("since.days", days) if days else voice.say("since.today")
        exposure = None
        if alert.exposure_base is not None:
            exposure = voice.money(alert.exposure_base, alert.base_currency)
        facts = (
            ("fact.rule", rule_name(alert.rule_id, voice)),
            ("fact.observed", observed_against(alert, voice)),
            ("fact.since", f"{voice.day(alert.since)} ({age})"),
            ("fact.exposure", exposure),
            ("fact.why", why(alert, voice)),
            ("fact.action", clean(action) if action else None),
            ("fact.owner", clean(alert.owner) if alert.owner else None),
        )
        return Card(
            severity=alert.severity,
            severity_text=voice.say(f"severity.{alert.severity}"),
            customer=customer,
            company=self.names.get(alert.company, clean(alert.company)),
            exposure=exposure,
            remark=remark,
            facts_title=voice.say("table.facts", customer=customer),
            facts=tuple((voice.say(name), text) for name, text in facts if text),
            link=Link(
                voice.say("link.customer", customer=customer, day=voice.day(self.digest.as_of)), self._url(alert)
            ),
        )

    def _resolved_words(self, item: Item) -> str:
        day: date = item.alert.resolved_on or item.alert.last_evaluated_on
        return self.voice.say("resolved.on", rule=rule_name(item.alert.rule_id, self.voice), day=self.voice.day(day))

    def _eased_words(self, item: Item) -> str:
        voice = self.voice
        before, now = (voice.say(f"severity.{s}").lower() for s in (item.severity_before, item.alert.severity))
        return voice.say("eased.to", rule=rule_name(item.alert.rule_id, voice), before=before, now=now)

    def _expiring_words(self, item: Item) -> str:
        day: date = item.alert.snoozed_until or item.alert.last_evaluated_on
        return self.voice.say("expiring.on", rule=rule_name(item.alert.rule_id, self.voice), day=self.voice.day(day))

    # --- small words -------------------------------------------------------------------------------------------

    def _customer(self, alert: AlertState) -> str:
        name = clean(alert.customer_name or "") or clean(alert.customer_id or "")
        if len(name) > MAX_NAME:
            name = f"{name[: MAX_NAME - 1]}…"
        return name or self.voice.say("customer.unidentified")

    def _amounts(self, exposure: dict[str, Decimal]) -> str:
        return self.voice.listed([self.voice.money(amount, currency) for currency, amount in exposure.items()])

    def _url(self, alert: AlertState | None) -> str:
        """The page that shows what the mail says: the same day, the same company, the same customer."""
        query = {"page": "alerts", "as_of": self.digest.as_of.isoformat(), "lang": self.voice.language}
        if alert is not None:
            query |= {"company": alert.company}
            if alert.customer_id:
                query |= {"customer": alert.customer_id}
        elif len(self.digest.person.companies) == 1:
            query |= {"company": self.digest.person.companies[0]}
        return f"{self.settings.mail.base_url.rstrip('/')}/?{urlencode(query)}"
