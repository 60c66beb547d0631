"""What a mail says, in whose words, and that nobody can write into it from outside."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from email import message_from_bytes, policy
from html import unescape
from html.parser import HTMLParser
from typing import Literal

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from orchestration.alerts import AlertParams, Evaluation, MailContext, next_states
from orchestration.alerts.context import Difference
from orchestration.alerts.digest import Digest, build_digest
from orchestration.alerts.message import build_mail
from orchestration.alerts.render import TEMPLATES, Rendered, render
from orchestration.alerts.texts import TEXTS
from orchestration.alerts.view import MAX_CARDS, view_of
from orchestration.alerts.voice import Voice, clean
from orchestration.alerts.words import DigestView
from orchestration.errors import BadInput
from orchestration.settings import Person, Settings
from orchestration.store import Severity
from orchestration.store.records import NewMail

from .cases import CFO, CONTROLLER, DAY, Evaluate, MakeSettings, clock_of

OVER_LIMIT = json.dumps(
    {
        "open_items_net_of_unapplied": "90000.0000",
        "unbilled_orders": "20000.0000",
        "limit_approved_by": "Comité de crédito",
        "limit_valid_from": "2025-01-15",
    }
)
NO_HOLD = json.dumps(
    {
        "documents_past_threshold": 2,
        "example_document": "F-1",
        "past_threshold_base": "60000.0000",
        "hold_due_on": "2025-06-13",
        "last_released_on": "2025-05-02",
    }
)


def first_digest(person: Person, evaluations: list[Evaluation]) -> Digest:
    states = next_states({}, evaluations, DAY, AlertParams(), baseline=True).states
    return build_digest(person, DAY, states, None)


def news_digest(person: Person, evaluations: list[Evaluation]) -> Digest:
    transition = next_states({}, evaluations, DAY, AlertParams())
    return build_digest(person, DAY, transition.states, transition.events)


def mail_of(digest: Digest, settings: Settings, context: MailContext | None = None) -> tuple[DigestView, Rendered]:
    view = view_of(digest, settings, context or MailContext())
    return view, render(view)


def queued(digest: Digest, view: DigestView, rendered: Rendered, sender: str = "c@example.com") -> NewMail:
    return build_mail(
        digest, view.subject, rendered, sender=sender, written_at=clock_of(DAY).now(), thread=("<a@x>", "<b@x>")
    )


class Outline(HTMLParser):
    """Tags with their attributes, and the text a person sees, collapsed to single spaces."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden += tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)

    @property
    def seen(self) -> str:
        return " ".join(" ".join(self.texts).split())


def test_every_text_is_there_in_both_languages_with_the_same_blanks() -> None:
    for name, words in TEXTS.items():
        assert set(words) == {"es", "en"}, name
        blanks = [sorted(re.findall(r"{(\w+)}", text)) for text in words.values()]
        assert blanks[0] == blanks[1], name


def test_a_mail_in_spanish(settings: Settings, evaluate: Evaluate) -> None:
    digest = news_digest(CFO, [evaluate(customer_name="Ferretería Uno", evidence=OVER_LIMIT)])
    view, rendered = mail_of(digest, settings)
    assert view.subject == "[MEDIO] 1 cliente sobre su línea · MXN 110 k · Andino México"
    lines = rendered.text.splitlines()
    assert lines[0] == "1 alerta nueva"
    assert lines[1] == (
        "En juego: MXN 110,000.00. Es lo que cambió desde su correo anterior, con datos al 30 jun 2025."
    )
    for fact in (
        "Regla: Exposición sobre la línea de crédito (R07)",
        "Observado: MXN 110,000.00, límite MXN 100,000.00 (110 %)",
        "Desde: 2 jun 2025 (28 días)",
        "Exposición: MXN 110,000.00",
        "Por qué: Excede su límite por MXN 10,000.00. Suma MXN 90,000.00 de saldo abierto, neto de cobros sin "
        "aplicar, y MXN 20,000.00 de pedidos sin facturar. Límite aprobado por Comité de crédito, vigente desde el "
        "15 ene 2025.",
        "Qué hacer: Detener pedidos y cobrar lo vencido",
        "Responsable: Controller de crédito",
        "https://cartera.andino.example/?page=alerts&as_of=2025-06-30&lang=es&company=AMX&customer=C-001",
        "Versión de las reglas: R07 2025-01-01",
    ):
        assert fact in rendered.text


def test_the_same_mail_in_english(settings: Settings, evaluate: Evaluate) -> None:
    view, rendered = mail_of(news_digest(CONTROLLER, [evaluate(evidence=OVER_LIMIT)]), settings)
    assert view.subject == "[MEDIUM] 1 customer over limit · MXN 110K · Andino México"
    for fact in (
        "Observed: MXN 110,000.00, limit MXN 100,000.00 (110 %)",
        "Why: It is MXN 10,000.00 over its limit. It adds MXN 90,000.00 of open balance, net of unapplied cash, and "
        "MXN 20,000.00 of unbilled orders. Limit approved by Comité de crédito, in force since 15 Jan 2025.",
        "What to do: Hold orders and collect what is overdue",
        "Tom Baker is listed for the alert digest of Andino México.",
    ):
        assert fact in rendered.text
    assert 'lang="en"' in rendered.html


def test_a_limit_that_is_none_gives_no_absurd_percentage(settings: Settings, evaluate: Evaluate) -> None:
    found = evaluate(observed=Decimal(34109903), threshold=Decimal(1))
    _, rendered = mail_of(news_digest(CONTROLLER, [found]), settings)
    assert "limit MXN 1.00 (> 999 %)" in rendered.text


def test_numbers_are_written_as_where_the_reader_is(settings: Settings, evaluate: Evaluate) -> None:
    colombian = CFO.model_copy(update={"companies": ("ACO",)})
    found = [evaluate(company="ACO", base_currency="COP", exposure_base=Decimal("1234567.5"))]
    _, rendered = mail_of(news_digest(colombian, found), settings)
    assert "COP 1.234.567,50" in rendered.text


@pytest.mark.parametrize(
    ("language", "country", "written"),
    [
        ("es", "MX", "1,234.5"),
        ("es", "CO", "1.234,5"),
        ("es", "CA", "1,234.5"),
        ("es", None, "1,234.5"),
        ("en", "CO", "1,234.5"),
    ],
)
def test_a_pair_nobody_wrote_down_has_a_sensible_voice(
    language: Literal["es", "en"], country: str | None, written: str
) -> None:
    assert Voice.of(language, country).number(Decimal("1234.5")) == written


def test_no_currency_pushes_another_out(evaluate: Evaluate) -> None:
    pesos = {"company": "ACO", "base_currency": "COP"}
    found = [evaluate(f"P{n}", exposure_base=Decimal(900 - n), **pesos) for n in range(3)]
    found += [evaluate(f"M{n}", exposure_base=Decimal(90 - n)) for n in range(2)]
    found += [evaluate("worst", severity=Severity.CRITICAL, exposure_base=Decimal(1))]
    order = [item.alert.subject for item in news_digest(CFO, found).new]
    assert order == ["worst", "P0", "M0", "P1", "M1", "P2"]


@pytest.mark.parametrize(("currency", "written"), [("MXN", "MXN 1,234.50"), ("CLP", "CLP 1,234"), ("", "1,234.50")])
def test_money_has_the_decimals_of_its_currency(currency: str, written: str) -> None:
    assert Voice.of("es", "MX").money(Decimal("1234.5"), currency) == written


def test_amounts_beyond_a_float_are_written_to_the_cent() -> None:
    assert Voice.of("es", "MX").money(Decimal("12345678901234567.89"), "MXN") == "MXN 12,345,678,901,234,567.89"


def test_a_hold_that_is_missing_is_told_in_days(settings: Settings, evaluate: Evaluate) -> None:
    days = {"observed": Decimal(78), "threshold": Decimal(60)}
    found = [evaluate(rule_id="R11", severity=Severity.CRITICAL, evidence=NO_HOLD, **days)]
    view, rendered = mail_of(news_digest(CFO, found), settings)
    assert view.subject == "[CRÍTICO] 1 cliente sin bloqueo · MXN 110 k · Andino México"
    assert "Observado: 78 días, límite 60 días" in rendered.text
    assert (
        "Por qué: Su partida más antigua lleva 78 días vencida y no hay bloqueo; la política lo pide a los 60 días. "
        "Pasan de ese plazo 2 documentos, F-1 entre ellos, por MXN 60,000.00. El bloqueo debía estar puesto el "
        "13 jun 2025. El bloqueo anterior se levantó el 2 may 2025."
    ) in rendered.text


@pytest.mark.parametrize(
    "evidence", ["", "[]", "null", "{", '{"unbilled_orders": "NaN", "open_items_net_of_unapplied": []}', '{"x": 1}']
)
def test_evidence_nobody_can_read_leaves_the_arithmetic(settings: Settings, evaluate: Evaluate, evidence: str) -> None:
    _, rendered = mail_of(news_digest(CFO, [evaluate(evidence=evidence)]), settings)
    assert "Por qué: Excede su límite por MXN 10,000.00.\n" in rendered.text


def test_currencies_stand_side_by_side(settings: Settings, evaluate: Evaluate) -> None:
    found = [evaluate("A"), evaluate("B", company="ACO", base_currency="COP", exposure_base=Decimal(5000000))]
    view, rendered = mail_of(news_digest(CFO, found), settings)
    assert view.subject == "[MEDIO] 2 clientes sobre su línea · COP 5 M, MXN 110 k"
    assert "En juego: COP 5,000,000.00 y MXN 110,000.00." in rendered.text


def test_only_ten_are_told_and_the_rest_is_counted(settings: Settings, evaluate: Evaluate) -> None:
    found = [evaluate(f"C-{n:02}", exposure_base=Decimal(200000 - n)) for n in range(13)]
    view, rendered = mail_of(news_digest(CFO, found), settings)
    assert [len(section.cards) for section in view.sections] == [MAX_CARDS]
    assert "Y 3 más, sin detalle aquí." in rendered.text
    assert "Cliente C-10" not in rendered.text
    view, rendered = mail_of(first_digest(CFO, found), settings)
    assert [(len(section.cards), len(section.rows)) for section in view.sections] == [(5, 5)]
    assert "Y 3 más, sin detalle aquí." in rendered.text
    assert len(rendered.html) < 102_000, "some mail programs cut longer ones off"


def test_good_news_is_not_dressed_as_bad(settings: Settings, evaluate: Evaluate) -> None:
    yesterday = DAY - timedelta(days=1)
    opened = next_states({}, [evaluate(day=yesterday)], yesterday, AlertParams()).states
    paid = next_states(opened, [replace(evaluate("X"), exposure_base=Decimal(0))], DAY, AlertParams())
    digest = build_digest(CFO, DAY, paid.states, [event for event in paid.events if event.kind == "resolved"])
    view, rendered = mail_of(digest, settings)
    assert view.subject == "[RESUELTO] 1 alerta resuelta · Andino México"
    assert "resuelta el 30 jun 2025" in rendered.text


def test_the_foot_tells_ties_differences_and_what_was_not_compared(settings: Settings, evaluate: Evaluate) -> None:
    off = MailContext(differences=(Difference("ACO", "1305", Decimal("-1250.5")),))
    _, rendered = mail_of(news_digest(CFO, [evaluate()]), settings, off)
    assert "Andino Colombia, cuenta 1305: diferencia sin explicar de COP -1,250.50" in rendered.text
    assert "Andino México: sin saldo contable para comparar" in rendered.text
    tied = MailContext(tied=frozenset({"AMX"}))
    _, rendered = mail_of(news_digest(CONTROLLER, [evaluate()]), settings, tied)
    assert "Tie-out: Andino México: ties to the ledger\n" in rendered.text
    before = date(2025, 5, 31)
    earlier = MailContext(tied=frozenset({"AMX"}), compared_on={"AMX": before})
    _, rendered = mail_of(news_digest(CONTROLLER, [evaluate()]), settings, earlier)
    assert "Andino México: ties to the ledger (as of 31 May 2025)\n" in rendered.text
    off = MailContext(differences=(Difference("ACO", "1305", Decimal(1), before),), compared_on={"ACO": before})
    _, rendered = mail_of(news_digest(CFO, [evaluate()]), settings, off)
    assert "diferencia sin explicar de COP 1.00 (al 31 may 2025)" in rendered.text


def facts_of(view: DigestView) -> Iterator[str]:
    yield from (view.headline, view.lead, view.product, *(text for pair in view.counts for text in pair))
    yield from (text for row in view.rules for text in row)
    yield from (text for pair in view.foot for text in pair)
    for section in view.sections:
        yield from (text for row in section.rows for text in row)
        yield from (text for card in section.cards for pair in card.facts for text in pair)
        yield from (text for card in section.cards for text in (card.customer, card.company, card.severity_text))
        yield from filter(None, (section.more, *(card.remark for card in section.cards)))


def test_text_and_html_hold_the_same_facts(settings: Settings, evaluate: Evaluate) -> None:
    found = [evaluate(f"C-{n:02}", customer_name=f"López & Hijos <{n}>", evidence=OVER_LIMIT) for n in range(13)]
    for digest in (first_digest(CFO, found), news_digest(CONTROLLER, found)):
        view, rendered = mail_of(digest, settings)
        seen = Outline(rendered.html).seen.replace("\xa0", " ")
        for fact in facts_of(view):
            assert fact in seen
            assert fact.lower() in rendered.text.lower()
        links = {attributes["href"] for tag, attributes in Outline(rendered.html).tags if tag == "a"}
        assert links == set(re.findall(r"https://\S+", rendered.text))


def test_the_html_is_readable_by_machines_that_read_aloud(settings: Settings, evaluate: Evaluate) -> None:
    _, rendered = mail_of(first_digest(CFO, [evaluate(f"C-{n}") for n in range(13)]), settings)
    outline = Outline(rendered.html)
    tags = [tag for tag, _ in outline.tags]
    assert tags.count("h1") == 1
    assert dict(outline.tags)["html"] == {"lang": "es"}
    assert all(attributes.get("scope") in ("row", "col") for tag, attributes in outline.tags if tag == "th")
    layout = [attributes for tag, attributes in outline.tags if tag == "table" and attributes.get("role")]
    assert {attributes["role"] for attributes in layout} == {"presentation"}
    assert not {"img", "script", "link", "iframe"} & set(tags)
    assert min(int(size) for size in re.findall(r"font-size: ?(\d+)px", rendered.html)) >= 16
    assert "@media (prefers-color-scheme: dark)" in rendered.html


HOSTILE = [
    "<script>alert(1)</script>",
    'A" onmouseover="x',
    "Uno\r\nBcc: thief@example.com",
    "Dos\n\nhttps://evil.example",
    "{{ 7 * 7 }} {% include 'x' %} {0.__class__}",
    "\u202egnp.exe\u202c",
    "x" * 5000,
    "\x00\x1b[31m",
    "=?utf-8?q?=0d=0aBcc:_thief=40example.com?=",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_a_name(make_settings: MakeSettings, evaluate: Evaluate, name: str) -> None:
    person = Person(name="Ana", email="ana@example.com", language="es")
    found = [evaluate(customer_name=name, owner=name, corrective_es=name, subject=name, customer_id=name)]
    digest = news_digest(person, found)
    view, rendered = mail_of(digest, make_settings())
    mail = queued(digest, view, rendered)
    message = message_from_bytes(mail.mime, policy=policy.default)
    assert message["Bcc"] is None
    assert message["To"] == "Ana <ana@example.com>"
    assert set(message.keys()) <= {
        "Subject", "From", "To", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
        "Content-Language", "Content-Type", "MIME-Version",
    }  # fmt: skip
    assert len(mail.subject) <= 60
    outline = Outline(rendered.html)
    assert "script" not in [tag for tag, _ in outline.tags]
    assert not any(key.startswith("on") for _, attributes in outline.tags for key in attributes)
    assert "49" not in rendered.text.replace("149", "")
    assert "\u202e" not in rendered.text + unescape(rendered.html)
    for line in rendered.text.splitlines():
        assert not line.startswith(("Bcc:", "https://evil"))


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=120), company=st.text(min_size=1, max_size=80), amount=st.decimals(0, 10**13, places=2))
def test_any_name_and_amount_make_a_mail_with_a_short_subject(
    settings: Settings, evaluate: Evaluate, name: str, company: str, amount: Decimal
) -> None:
    found = [evaluate(customer_name=name, company=company, exposure_base=amount, observed=amount)]
    digest = news_digest(CFO, found)
    view, rendered = mail_of(digest, settings)
    mail = queued(digest, view, rendered)
    assert 0 < len(mail.subject) <= 60
    assert message_from_bytes(mail.mime, policy=policy.default)["Subject"] == mail.subject
    assert mail.mime.isascii()


def test_the_headers_of_a_mail(settings: Settings, evaluate: Evaluate) -> None:
    digest = news_digest(CFO, [evaluate()])
    view, rendered = mail_of(digest, settings)
    mail = queued(digest, view, rendered, sender="Cartera <cartera@andino.example>")
    message = message_from_bytes(mail.mime, policy=policy.default)
    assert message["From"] == "Cartera <cartera@andino.example>"
    assert message["To"] == "Lucía Ramírez <lucia@andino.example>"
    assert (message["In-Reply-To"], message["References"]) == ("<b@x>", "<a@x> <b@x>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime.date() == DAY
    assert re.fullmatch(r"<cartera\.[0-9a-f]{32}@andino\.example>", mail.message_id)
    assert mail.mime.isascii()
    body, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert body is not None
    assert html is not None
    assert body.get_content().splitlines() == rendered.text.splitlines()
    assert html.get_content().splitlines() == rendered.html.splitlines()
    assert queued(digest, view, rendered).message_id != mail.message_id, "the sender's domain is in it"


@pytest.mark.parametrize(
    "name",
    ["Ana", "Ñandú, S.A.", 'Quote "d" <x@y>', "=?utf-8?q?=0d=0aBcc:_x=40y?=", "A: B;", "José Ñáñez Díaz"],
)
def test_any_name_of_a_person_survives_its_header(settings: Settings, evaluate: Evaluate, name: str) -> None:
    person = Person(name=name, email="ana@example.com", language="es")
    digest = news_digest(person, [evaluate()])
    view, rendered = mail_of(digest, settings)
    message = message_from_bytes(queued(digest, view, rendered).mime, policy=policy.default)
    (address,) = message["To"].addresses
    assert (address.display_name, address.addr_spec) == (clean(name), "ana@example.com")
    assert message["Bcc"] is None


@pytest.mark.parametrize("sender", ["nobody", "", "a@b\r\nBcc: x@y", "Ana <ana@>"])
def test_a_sender_no_header_can_hold_is_refused(settings: Settings, evaluate: Evaluate, sender: str) -> None:
    digest = news_digest(CFO, [evaluate()])
    view, rendered = mail_of(digest, settings)
    with pytest.raises(BadInput, match="no mail address"):
        queued(digest, view, rendered, sender=sender)


def test_clean_keeps_letters_and_drops_what_can_not_be_seen() -> None:
    assert clean(" Ñandú\t& Cía.\r\n S.A.\u200b\u202e 日本 ") == "Ñandú & Cía. S.A. 日本"


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_badges_and_the_button_have_contrast() -> None:
    css = (TEMPLATES / "digest.css").read_text(encoding="utf-8")
    pairs = re.findall(r"background: (#\w{6})[^;]*; (?:color|[^}]*?[^-]color): (#\w{6})", css)
    assert len(pairs) >= 11
    for background, colour in pairs:
        assert contrast(background, colour) >= 4.5, (background, colour)
