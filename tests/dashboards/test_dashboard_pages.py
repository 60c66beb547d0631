"""Every page over the hand-made publication: headline figures, filters, languages, and what is shown when there is
nothing to show.
"""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl

import duckdb
import pytest
from conftest import OpenApp
from published_file import AS_OF, HOSTILE, publish
from streamlit.testing.v1 import AppTest

NBSP = "\N{NO-BREAK SPACE}"


def figures(app: AppTest) -> dict[str, tuple[str, str]]:
    assert not app.exception
    return {metric.label: (metric.value.replace(NBSP, " "), metric.delta.replace(NBSP, " ")) for metric in app.metric}


def words(app: AppTest) -> str:
    parts = [*app.title, *app.subheader, *app.markdown, *app.caption, *app.warning, *app.error]
    return "\n".join(part.value for part in parts).replace(NBSP, " ").replace("\\", "")


def plain_tables(app: AppTest) -> list[list[list[str]]]:
    """The page's own tables (style elements are no tables), row by row, as texts; a link is `text <address>`."""
    found = []
    for element in app.get("html"):
        body = element.proto.body.replace(NBSP, " ")
        if "<table" in body:
            rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
            cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
            found.append([[re.sub(r'<a href="([^"]*)">(.*?)</a>', r"\2 <\1>", cell) for cell in row] for row in cells])
    return found


def test_headline_figures_are_those_of_the_worked_example(published: Path, open_app: OpenApp) -> None:
    assert figures(open_app(company="MX01")) == {
        "Por cobrar · MXN": ("81.0 mil", "+12.0 mil"),
        "Vencido · MXN": ("28.0 mil", "+8,000"),
        "Al corriente": ("67.4 %", "−3.6 pp"),
        "DSO · agotamiento": ("69.4 d", "+19.7 d"),
        "Mejor DSO posible": ("52.1 d", "+21.1 d"),
    }


def test_dso_method_is_a_switch(published: Path, open_app: OpenApp) -> None:
    found = figures(open_app(company="MX01", dso="balance"))
    assert found["DSO · saldo 90 d"][0] == "70.1 d"
    assert found["Mejor DSO posible"][0] == "50.2 d"


def test_group_converts_and_sets_apart(published: Path, open_app: OpenApp) -> None:
    app = open_app()
    assert figures(app)["Por cobrar · MXN"] == ("756 mil", "+457 mil")
    assert "Aparte, sin sumar: Andina Chile CLP 1,000,000" in words(app)
    assert "1 COP = 0.0045 MXN" in words(app)
    assert figures(app)["DSO · agotamiento"][1] == "", "Colombia has no figure for May: no change is shown"


def test_group_nobody_can_convert(published: Path, open_app: OpenApp) -> None:
    (published / "cartera.yml").write_text("presentation_currency: USD\nlanguage: es\n")
    assert "Por cobrar · CLP" in figures(open_app()), "opens with the first company"
    app = open_app(company="group")
    assert not app.metric, "no zero stands for what is not known"
    assert "El grupo no se puede mostrar en USD" in words(app)
    assert "Andina México MXN 81.000,00" in words(app)


def test_english_and_the_company_s_own_notation(published: Path, open_app: OpenApp) -> None:
    assert figures(open_app(company="MX01", lang="en"))["Receivables · MXN"] == ("81.0 K", "+12.0 K")
    colombia = open_app(company="CO01")
    assert figures(colombia)["Al corriente"][0] == "66,7 %"
    assert "COP 150.000.000" in words(colombia)


def test_filters_change_the_figures_and_the_address(published: Path, open_app: OpenApp) -> None:
    app = open_app(company="MX01")
    app.selectbox(key="w_segment").select("A").run()
    assert figures(app)["Por cobrar · MXN"][0] == "19.0 mil"
    assert app.query_params["segment"] == "A"
    app.selectbox(key="w_segment").select("(none)").run()
    assert figures(app)["Por cobrar · MXN"][0] == "33.0 mil"
    app.selectbox(key="w_segment").select("").run()
    app.date_input(key="w_as_of").set_value(date(2025, 5, 31)).run()
    assert figures(app)["Vencido · MXN"][0] == "20.0 mil"
    assert app.query_params["as_of"] == "2025-05-31"
    app.selectbox(key="w_company").select("CO01").run()
    assert "Por cobrar · COP" in figures(app)
    app.selectbox(key="w_compare").select("none").run()
    assert figures(app)["Por cobrar · COP"][1] == ""


def test_an_address_opens_exactly_the_view(published: Path, open_app: OpenApp) -> None:
    address = {"company": "MX01", "as_of": "2025-05-31", "compare": "quarter", "segment": "B", "lang": "en"}
    app = open_app(**address)
    assert dict(app.query_params) == address
    assert app.selectbox(key="w_segment").value == "B"
    assert app.date_input(key="w_as_of").value == date(2025, 5, 31)


@pytest.mark.parametrize(
    "address",
    [
        {"company": "nobody", "as_of": "not a day", "lang": "fr", "compare": "x", "segment": "zzz"},
        {"as_of": "1900-01-01"},
        {"as_of": "2999-01-01"},
        {"page": "ageing", "by": "x", "bucket": "x", "scheme": "x", "basis": "x", "customer": "x", "item": "x/y"},
        {"company": "x" * 5000},
    ],
)
def test_a_nonsense_address_still_opens(published: Path, open_app: OpenApp, address: dict[str, str]) -> None:
    app = open_app(**address)
    assert not app.exception and app.title


def test_ties_to_the_ledger(published: Path, open_app: OpenApp) -> None:
    assert "Cuadra con la contabilidad" in words(open_app(company="MX01"))
    assert "diferencia **0.00**" in words(open_app(company="MX01"))
    chile = words(open_app(company="CL01"))
    assert "No cuadra con la contabilidad" in chile and "diferencia **10.000**" in chile
    assert "2 de 3 empresas cuadran" in words(open_app())
    assert "Sin saldo contable" in words(open_app(company="MX01", as_of="2025-06-15"))


def test_a_difference_is_told_from_the_ledger_to_the_sub_ledger(published: Path, open_app: OpenApp) -> None:
    in_english = plain_tables(open_app(company="CL01", lang="en"))[:3]
    assert in_english == [
        [
            ["Account", "Sub-ledger", "Ledger", "Difference", "Unexplained"],
            ["1105" + under("Andina Chile · CLP"), "1,000,000", "990,000", "10,000", "4,000"],
        ],
        [
            ["Item", "Amount CLP"],
            ["Ledger balance", "990,000"],
            ["Bank receipts not posted" + under("at the bank and not in the sub-ledger · rows: 1"), "6,000"],
            ["Unexplained" + under("more than the tolerance of 0"), "4,000"],
            ["Sub-ledger balance", "1,000,000"],
        ],
        [
            ["Document or bank line", "Reason", "Date", "Amount CLP"],
            ["T-77" + under("bank 001"), "Bank receipts not posted", "28 Jun 2025", "6,000"],
        ],
    ]
    in_spanish = plain_tables(open_app(company="CL01", lang="es"))[1]
    assert [row[0] for row in in_spanish] == [
        "Concepto",
        "Saldo contable",
        "Cobros del banco sin registrar" + under("están en el banco y no en el auxiliar · renglones: 1"),
        "Sin explicar" + under("más que la tolerancia de 0"),
        "Saldo del auxiliar",
    ]


def test_an_account_that_ties_has_no_reasons(published: Path, open_app: OpenApp) -> None:
    ties, *others = plain_tables(open_app(company="MX01", lang="en"))
    assert ties == [
        ["Account", "Sub-ledger", "Ledger", "Difference"],
        ["1105" + under("Andina México · MXN"), "81,000.00", "81,000.00", "0.00"],
    ]
    assert not [table for table in others if table[0][0] == "Item"]


def under(words: str) -> str:
    return f'<div class="under">{words}</div>'


def test_age_of_the_data_and_failed_checks(published: Path, open_app: OpenApp) -> None:
    text = words(open_app(company="MX01"))
    assert "banco hace" in text and "comprobaciones fallidas: 1" in text


def test_policy_breaches_with_exposure(published: Path, open_app: OpenApp) -> None:
    text = words(open_app(company="MX01"))
    assert "2 casos de 3 evaluados" in text
    assert "no evaluables por falta de datos: 1" in text
    assert "No hay evaluaciones hasta" in words(open_app(company="MX01", as_of="2025-05-31"))


def test_exposures_say_who_owes_how_late_and_lead_to_the_items(published: Path, open_app: OpenApp) -> None:
    heads, *rows = plain_tables(open_app(company="MX01"))[-1]
    assert heads == ["Cliente", "Abierto", "Vencido", "Peor mora", "Uso de línea"]
    assert [row[1:] for row in rows] == [
        ["33.0 mil", "8,000", "76 d", "—"],
        ["29.0 mil", "15.0 mil", "11 d", "50 %"],
        ["19.0 mil", "5,000", "31 d", "116 %"],
    ]
    name, address = rows[0][0].removesuffix(">").split(" <")
    link = dict(parse_qsl(unescape(address).removeprefix("?")))
    assert name == "Comercial del Sur"
    assert link["page"] == "ageing" and link["customer"] == "MX01/C" and link["as_of"] == "2025-06-30"
    assert "Partidas abiertas · Comercial del Sur" in words(open_app(**link))


def test_a_customer_who_is_not_late_has_no_delay(published: Path, open_app: OpenApp) -> None:
    rows = plain_tables(open_app(company="CL01"))[-1][1:]
    assert [row[2:4] for row in rows] == [["0", "—"]]


def test_cases_by_exposure_each_with_rule_and_day(published: Path, open_app: OpenApp) -> None:
    _, *rows = plain_tables(open_app(company="MX01"))[2]
    assert [row[1] for row in rows] == ["33.0 mil", "29.0 mil"]
    assert "Comercial del Sur" in rows[0][0] and "R11 · desde el 2 jun 2025" in rows[0][0]


def test_ageing_page_by_anything(published: Path, open_app: OpenApp) -> None:
    for by in ("company", "segment", "customer", "collector"):
        app = open_app(page="ageing", company="MX01", by=by)
        assert not app.exception
        assert "Total: MXN 81,000.00 neto = 86,000.00 en tramos − 5,000.00 sin aplicar" in words(app)
    assert "MXN 756,000.00 neto" in words(open_app(page="ageing"))


def test_drill_to_the_items_and_movements(published: Path, open_app: OpenApp) -> None:
    app = open_app(page="ageing", company="MX01", customer="MX01/A", item="MX01/MX01:I2")
    text = words(app)
    assert "Partidas abiertas · Abarrotes del Norte" in text
    assert "4 de 4 partidas" in text
    assert "Movimientos · F-I2" in text
    assert "Los movimientos suman el saldo abierto: MXN 5,000.00" in text
    app.button(key="clear_selection").click().run()
    assert "9 de 9 partidas" in words(app)
    assert "customer" not in app.query_params


def test_a_mail_s_link_leads_to_the_customer(published: Path, open_app: OpenApp) -> None:
    app = open_app(page="alerts", company="MX01", customer="C", as_of="2025-06-30", lang="en")
    assert "Open items · Comercial del Sur" in words(app)
    assert "page" not in app.query_params


def test_settled_item_says_so(published: Path, open_app: OpenApp) -> None:
    text = words(open_app(page="ageing", company="MX01", item="MX01/MX01:I1"))
    assert "Esta partida no está abierta en este día" in text and "Movimientos" in text


def test_bucket_choice_and_issue_basis(published: Path, open_app: OpenApp) -> None:
    app = open_app(page="ageing", company="MX01", basis="issue_date", bucket="31-60")
    assert "2 de 2 partidas" in words(app)
    app = open_app(page="ageing", company="MX01", scheme="quincenas", bucket="15+")
    assert "2 de 2 partidas" in words(app)


def test_hostile_names_are_only_text(published: Path, open_app: OpenApp) -> None:
    app = open_app(page="ageing", company="CO01", customer="CO01/D", lang="en")
    assert not app.exception
    heading = next(part.value for part in app.subheader if "Open items" in part.value)
    assert "<script>" not in heading.replace("\\<", "") and r"\[x\]\(javascript" in heading
    assert HOSTILE.split()[0] in heading.replace("\\", "")


def test_new_publication_is_followed_and_a_chosen_day_kept(published: Path, open_app: OpenApp) -> None:
    app = open_app(company="MX01", segment="A")
    publish(published, "cccc2222", extra_invoice=Decimal(5000))
    app.run()
    assert figures(app)["Por cobrar · MXN"][0] == "24.0 mil"
    assert app.query_params["segment"] == "A"


def test_nothing_published_yet(home: Path, open_app: OpenApp) -> None:
    for language, expected in (("es", "Todavía no hay nada publicado"), ("en", "Nothing is published yet")):
        text = words(open_app(lang=language))
        assert expected in text and "cartera refresh" in text


def test_appears_by_itself_when_published(home: Path, open_app: OpenApp) -> None:
    app = open_app(company="MX01")
    assert not app.metric
    publish(home)
    app.run()
    assert len(app.metric) == 5


def test_pointer_that_leads_nowhere(published: Path, open_app: OpenApp) -> None:
    for copy in (published / "snapshots").iterdir():
        copy.unlink()
    assert "La copia publicada no se encuentra" in words(open_app())
    (published / "published" / "publication.json").write_text("{not json")
    assert "Todavía no hay nada publicado" in words(open_app())


def test_empty_publication(home: Path, open_app: OpenApp) -> None:
    publish(home, empty=True)
    assert "La publicación no tiene empresas" in words(open_app())


def test_a_day_without_data_is_said(published: Path, open_app: OpenApp) -> None:
    early = open_app(company="MX01", as_of="1999-12-31")
    assert "Los datos empiezan el 14 feb 2025" in early.info[0].value.replace(NBSP, " ")
    late = open_app(company="MX01", as_of="2031-01-01", lang="en")
    assert "The data ends on 30 Jun 2025" in late.info[0].value.replace(NBSP, " ")
    assert not open_app(company="MX01", as_of="2025-05-31").info
    assert not open_app(company="MX01").info


def test_a_day_before_anything_was_owed(published: Path, open_app: OpenApp) -> None:
    app = open_app(company="CO01", as_of="2025-03-01")
    assert "Sin partidas abiertas al 1 mar 2025" in words(app)
    assert "Sin partidas abiertas" in words(open_app(page="ageing", company="CO01", as_of="2025-03-01"))


def test_publication_of_another_version(published: Path, open_app: OpenApp) -> None:
    with duckdb.connect(str(next((published / "snapshots").iterdir()))) as connection:
        connection.execute("DROP TABLE fct_collection_metrics")
    app = open_app(company="MX01")
    assert not app.exception
    assert "La publicación no se puede leer" in words(app) and "fct_collection_metrics" not in words(app)


@pytest.mark.parametrize(
    ("language", "status", "expected"),
    [
        ("es", "refused", "La última actualización fue rechazada"),
        ("en", "failed", "The last refresh failed"),
        ("es", "published", ""),
    ],
)
def test_banner_of_a_refused_refresh(
    published: Path, open_app: OpenApp, language: str, status: str, expected: str
) -> None:
    (published / "ops").mkdir()
    document = {
        "status": status,
        "at": "2025-06-30T18:30:00",
        "reason_es": "Las sumas no cuadran",
        "reason_en": "Totals differ",
    }
    (published / "ops" / "last_refresh.json").write_text(json.dumps(document))
    app = open_app(company="MX01", lang=language)
    assert len(app.metric) == 5, "the last good publication is still shown"
    if not expected:
        assert not app.warning
        return
    text = app.warning[0].value
    assert expected in text
    assert ("Las sumas no cuadran" if language == "es" else "Totals differ") in text


def test_broken_settings_are_said_without_details(published: Path, open_app: OpenApp) -> None:
    (published / "cartera.yml").write_text("presentation_currency: [secret-looking\n")
    app = open_app()
    assert not app.exception
    assert "La configuración tiene errores" in words(app) and "secret-looking" not in words(app)


def test_downloads_hold_the_whole_selection(published: Path, open_app: OpenApp) -> None:
    app = open_app(page="ageing", company="MX01")
    labels = [button.label for button in app.get("download_button")]
    assert labels == ["CSV", "XLSX", "CSV", "XLSX"]


def test_as_of_is_the_publication_s_day(published: Path, open_app: OpenApp) -> None:
    assert open_app().date_input(key="w_as_of").value == AS_OF
