"""MT940 and CAMT written here: signs, ids, dates, limits, and what must not be read."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest

from ingest.context import IngestContext
from ingest.errors import UnreadableFile
from ingest.loading import try_file

MT940 = """:20:REF1
:25:BANKMXMM/123456789MXN
:28C:7/1
:60F:C250101MXN1000,00
:61:2501020102C250,50NTRFF-100//BR1
:86:/EREF/E2E-9/NAME/ACME SA DE CV/REMI/FACTURA F-100
:61:2501020102D80,25NMSCNONREF//BR2
:86:COMISION
:61:250103RC10,NTRFNONREF//BR3
:61:250103RD5,NTRFNONREF//BR4
:62F:C250103MXN1165,25
-
"""
CAMT = """<?xml version="1.0"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>S1</Id>
<CreDtTm>2025-01-04T00:00:00Z</CreDtTm><Acct><Id><Othr><Id>000123</Id></Othr></Id></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="CLP">100</Amt><CdtDbtInd>DBIT</CdtDbtInd>
<Dt><Dt>2025-01-02</Dt></Dt></Bal>
{entries}
</Stmt></BkToCstmrStmt></Document>"""
ENTRY = """<Ntry><Amt Ccy="CLP">{amount}</Amt><CdtDbtInd>{mark}</CdtDbtInd><RvslInd>{reversal}</RvslInd>
<Sts><Cd>BOOK</Cd></Sts><BookgDt><DtTm>2025-01-03T23:59:00-03:00</DtTm></BookgDt><AcctSvcrRef>R{n}</AcctSvcrRef>
<NtryDtls><TxDtls><Refs><EndToEndId>E{n}</EndToEndId></Refs><RltdPties>
<Dbtr><Pty><Nm>Cliente &amp; Cía</Nm></Pty></Dbtr></RltdPties>
<RmtInf><Ustrd>Factura 77</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"""


def load(home, tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    result = home.load(path, context=IngestContext(companies=("X",)))
    rows = duckdb.sql(
        "select * exclude (company, _source, _file_name, _file_sha256, _loaded_at, _batch_seq, _load_mode) "
        f"from read_parquet('{home.lake.batches_dir}/{result.batch_id}/bank_transactions.parquet') order by _row"
    )
    names = rows.columns
    return result, [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def test_mt940_signs_references_and_balances(home, tmp_path):
    result, rows = load(home, tmp_path, "january.sta", MT940)
    assert [row["amount"] for row in rows] == [Decimal(x) for x in ("250.5", "-80.25", "-10", "5")]
    assert [row["is_reversal"] for row in rows] == [False, False, True, True]
    first = rows[0]
    assert (first["bank_account"], first["currency"]) == ("BANKMXMM/123456789", "MXN")
    assert (first["end_to_end_id"], first["counterparty_name"]) == ("E2E-9", "ACME SA DE CV")
    assert first["structured_reference"] == "F-100" and "FACTURA F-100" in first["remittance_text"]
    assert [row["_row"] for row in rows] == [5, 7, 9, 10]
    sums = result.entities["bank_statements"].sums
    assert (sums["opening"], sums["closing"]) == ("1000.00", "1165.25")
    assert Decimal(sums["opening"]) + sum(row["amount"] for row in rows) == Decimal(sums["closing"])


def test_the_same_movements_in_another_export_have_the_same_ids(home, tmp_path):
    _, rows = load(home, tmp_path, "january.sta", MT940)
    _, again = load(home, tmp_path, "january_2.sta", MT940.replace("\n", "\r\n").replace("REF1", "REF2"))
    assert [row["transaction_id"] for row in rows] == [row["transaction_id"] for row in again]
    assert len({row["transaction_id"] for row in rows}) == 4


def test_equal_fees_on_two_statements_are_two(home, tmp_path):
    one = ":20:A\n:25:1\n:28C:1\n:60F:C250101MXN10,00\n:61:250102D1,00NMSCNONREF\n:62F:C250102MXN9,00\n"
    _, rows = load(home, tmp_path, "fees.sta", one + one.replace(":28C:1", ":28C:2").replace("C250102", "C250103"))
    assert len({row["transaction_id"] for row in rows}) == 2


def test_a_line_that_cannot_be_read_is_rejected_alone(home, tmp_path):
    broken = MT940.replace(":61:2501020102D80,25NMSCNONREF//BR2", ":61:2501020102D12,34,56NMSCNONREF//BR2")
    path = tmp_path / "january.sta"
    path.write_text(broken)
    trial = try_file(path)
    assert [(r.line, r.code) for r in trial.rejected] == [(7, "not_a_statement_line")]
    assert trial.entities["bank_transactions"].rows == 3
    assert home.load(path, context=IngestContext(companies=("X",))).status == "refused"


def test_camt_entries_parties_and_days(home, tmp_path):
    entries = ENTRY.format(amount="250", mark="CRDT", reversal="false", n=1)
    entries += ENTRY.format(amount="40.5", mark="DBIT", reversal="true", n=2)
    result, rows = load(home, tmp_path, "cartola.xml", CAMT.format(entries=entries))
    assert [(row["amount"], row["is_reversal"]) for row in rows] == [(Decimal(250), False), (Decimal("-40.5"), True)]
    first = rows[0]
    # the bank's own day, not that of another zone
    assert str(first["booked_on"]) == "2025-01-03"
    assert (first["counterparty_name"], first["end_to_end_id"]) == ("Cliente & Cía", "E1")
    assert (first["bank_account"], first["remittance_text"]) == ("000123", "Factura 77")
    assert result.entities["bank_statements"].sums == {"opening": "-100.00", "closing": ""}


@pytest.mark.parametrize(
    "namespace", ["", ' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"', ' xmlns="urn:own"']
)
def test_any_namespace_or_none_and_one_line_of_xml(tmp_path, namespace):
    entries = "".join(ENTRY.format(amount=n, mark="CRDT", reversal="false", n=n) for n in (1, 2, 3))
    text = CAMT.format(entries=entries).replace("\n", "")
    text = text.replace(' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"', namespace)
    (tmp_path / "x.xml").write_text(text)
    trial = try_file(tmp_path / "x.xml")
    assert (trial.rejected, trial.entities["bank_transactions"].sums["credits"]) == ((), "6.00")


def test_xml_that_could_harm_is_not_read(tmp_path):
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    text = CAMT.format(
        entries=ENTRY.format(amount="1", mark="CRDT", reversal="false", n=1).replace("Factura 77", "&b;")
    )
    (tmp_path / "x.xml").write_text(text.replace('<?xml version="1.0"?>', '<?xml version="1.0"?>' + bomb))
    with pytest.raises(UnreadableFile, match="document type"):
        try_file(tmp_path / "x.xml", source="camt053")
    secret = tmp_path / "secret.txt"
    secret.write_text("9999")
    outside = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    (tmp_path / "y.xml").write_text(text.replace('<?xml version="1.0"?>', outside).replace("&b;", "&x;"))
    with pytest.raises(UnreadableFile, match="document type"):
        try_file(tmp_path / "y.xml", source="camt053")


def test_cut_off_or_other_xml_is_told(tmp_path):
    path = tmp_path / "x.xml"
    path.write_text(CAMT.format(entries="")[:-30])
    with pytest.raises(UnreadableFile, match="damaged or cut off"):
        try_file(path, source="camt053")
    path.write_text("<Document><Other/></Document>")
    with pytest.raises(UnreadableFile, match="not a bank-to-customer message"):
        try_file(path, source="camt053")
    path.write_text("just words\n")
    with pytest.raises(UnreadableFile, match="not an MT940 message"):
        try_file(path, source="mt940")
