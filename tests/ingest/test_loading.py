"""Loading: whole or not at all, once, with the bytes kept and the reason told."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import pyarrow.parquet as pq
import pytest

from ingest.context import Binding, IngestContext
from ingest.contract import ENTITIES
from ingest.contract.shape import LINEAGE_COLUMNS
from ingest.errors import (
    AmbiguousFile,
    CompanyUnknown,
    EmptyFile,
    MissingColumns,
    NotWritable,
    UnknownColumns,
    UnreadableFile,
    UnrecognisedFile,
    WrongEncoding,
)
from ingest.lake import Lake, entity_schema
from ingest.loading import load_file, try_file

HEADER = "company,document_id,document_type,customer_id,issue_date,due_date,currency,amount\n"
ROWS = "MX,007,invoice,C1,2025-01-05,2025-02-04,MXN,1250.50\nMX,008,receipt,,2025-01-06,,MXN,50\n"


@pytest.fixture
def documents(tmp_path):
    path = tmp_path / "documents_2025-01.csv"
    path.write_text(HEADER + ROWS)
    return path


def test_a_loaded_file_is_in_lake_and_archive_and_stays_landed(home, documents):
    result = home.load(documents)
    sha = hashlib.sha256(documents.read_bytes()).hexdigest()
    assert (result.status, result.batch_id, result.rows) == ("loaded", sha, {"documents": 2})
    assert home.files() == {
        f"archive/{sha[:2]}/{sha}__documents_2025-01.csv",
        *(f"lake/batches/{sha}/{name}.parquet" for name in ("documents", "_batch", "_rejected")),
    }
    assert documents.exists()
    row = duckdb.sql(
        "select document_id, amount, status, cancel_mode, due_date, _source, _file_sha256, _file_name, _row, "
        f"_loaded_at, _batch_seq, _load_mode from read_parquet('{home.lake.root}/batches/*/documents.parquet') "
        "order by document_id"
    ).fetchall()
    assert row[1] == (
        *("008", Decimal("50.0000"), "posted", "reverse", None, "cartera", sha, "documents_2025-01.csv"),
        *(3, home.loaded_at, 1, "delta"),
    )


def test_the_same_bytes_again_are_a_no_op_that_says_so(home, documents):
    first = home.load(documents)
    before = home.files()
    renamed = documents.rename(documents.with_name("documents_again.csv"))
    again = home.load(renamed, loaded_at=home.loaded_at + timedelta(days=1))
    assert (again.status, again.batch_id, again.rows) == ("already_loaded", first.batch_id, first.rows)
    assert again.reason is not None and "2025-07-01 06:30 UTC as documents_2025-01.csv" in again.reason
    assert home.files() == before


def test_every_parquet_file_has_the_contract_s_types(home, documents):
    home.load(documents)
    for name, entity in ENTITIES.items():
        described = duckdb.sql(f"describe from read_parquet('{home.lake.root}/batches/*/{name}.parquet')").fetchall()
        expected = [(c.name, c.kind.sql) for c in entity.columns] + list(LINEAGE_COLUMNS)
        assert [(column, kind) for column, kind, *_ in described] == expected


def test_the_same_file_gives_the_same_parquet(home, documents, tmp_path):
    home.load(documents)
    other = type(home)(tmp_path / "other")
    other.load(documents)
    for path in home.lake.batches_dir.glob("*/*.parquet"):
        twin = other.lake.batches_dir / path.relative_to(home.lake.batches_dir)
        assert twin.read_bytes() == path.read_bytes(), path.name


def test_batches_are_numbered_and_the_fingerprint_is_theirs(home, documents, tmp_path):
    lake = home.lake
    lake.ensure_schema()
    empty = lake.fingerprint()
    home.load(documents)
    one = lake.fingerprint()
    second = tmp_path / "fx_rates.csv"
    second.write_text("rate_date,from_currency,to_currency,rate\n2025-01-31,USD,MXN,20.1234567891\n")
    home.load(second)
    assert [(b["batch_seq"], b["file_name"]) for b in lake.batches()] == [
        (1, "documents_2025-01.csv"),
        (2, "fx_rates.csv"),
    ]
    assert lake.next_seq() == 3
    assert len({empty, one, lake.fingerprint()}) == 3
    rate = duckdb.sql(f"select rate, rate_type from read_parquet('{lake.root}/batches/*/fx_rates.parquet')").fetchall()
    assert rate == [(Decimal("20.1234567891"), "closing")]


def test_bad_rows_stay_out_whole_and_everything_adds_up(home, tmp_path):
    good = "".join(f"MX,D{n},invoice,C1,2025-01-05,2025-02-04,MXN,10.01\n" for n in range(300))
    bad = (
        "MX,X1,invoice,C1,2025-02-30,oops,MXN,5\n"
        'MX,X2,invoice,C1,2025-01-01,,MXN,"12,34,56"\n'
        "MX,D7,invoice,C9,2025-01-05,,MXN,7\n"
    )
    path = tmp_path / "documents.csv"
    path.write_text(HEADER + good + bad)
    result = home.load(path)
    assert result.status == "loaded"
    assert [(r.line, r.column, r.value, r.code) for r in result.rejected] == [
        (302, "due_date", "oops", "not_a_date"),
        (302, "issue_date", "2025-02-30", "not_a_date"),
        (303, "amount", "12,34,56", "not_a_number"),
        (304, "company/document_id", "MX/D7", "duplicate_key"),
    ]
    assert "already on line 9" in result.rejected[-1].reason
    batch = home.lake.batch(result.batch_id)
    assert (batch["rows_in_file"], batch["rows_accepted"], batch["rows_rejected"]) == (303, 300, 3)
    assert (batch["amount_in_file"], batch["amount_accepted"], batch["amount_rejected"]) == tuple(
        Decimal(x) for x in ("3015.0000", "3003.0000", "12.0000")
    )
    kept = pq.read_table(home.lake.batches_dir / result.batch_id / "_rejected.parquet").to_pylist()
    assert [row["line"] for row in kept] == [302, 302, 303, 304]
    assert all(row["reason_es"] and row["file_name"] == "documents.csv" for row in kept)
    # what could be read of them is kept: a difference with the ledger may be just these rows
    out = pq.read_table(home.lake.batches_dir / result.batch_id / "_rejected_documents.parquet")
    assert out.schema.equals(entity_schema(ENTITIES["documents"]))
    assert [
        (row["_row"], row["document_id"], row["issue_date"], row["due_date"], row["amount"]) for row in out.to_pylist()
    ] == [
        (302, "X1", None, None, Decimal(5)),
        (303, "X2", date(2025, 1, 1), None, None),
        (304, "D7", date(2025, 1, 5), None, Decimal(7)),
    ]


def test_too_many_bad_rows_refuse_the_whole_file(home, tmp_path):
    path = tmp_path / "documents.csv"
    path.write_text(HEADER + ROWS + "MX,009,invoice,C1,2025-13-01,,MXN,1\n")
    result = home.load(path)
    assert result.status == "refused"
    assert result.reason is not None and "1 of 3 rows" in result.reason and "line 4, column issue_date" in result.reason
    assert home.files() == {
        f"rejected/{result.batch_id}__documents.csv",
        *(f"lake/refused/{result.batch_id}/{name}.parquet" for name in ("_batch", "_rejected", "_rejected_documents")),
    }
    # the good rows of a refused file stay out as well
    out = pq.read_table(home.lake.refused_dir / result.batch_id / "_rejected_documents.parquet").to_pylist()
    assert [(row["document_id"], row["issue_date"] is None, row["_file_name"]) for row in out] == [
        ("009", True, "documents.csv"),
        ("007", False, "documents.csv"),
        ("008", False, "documents.csv"),
    ]
    refused = home.lake.refused()[0]
    assert (refused["status"], refused["rows_in_file"], refused["rows_accepted"]) == ("refused", 3, 0)
    assert home.lake.next_seq() == 1


def test_a_refused_file_loads_once_its_profile_is_mended(home, tmp_path, own):
    profile = """name: shop
title: {es: x, en: x}
format: delimited
load: delta
dates: "%s"
entities:
  - entity: gl_balances
    columns: {company: {constant: MX}, account: a, as_of: d, balance: b}
"""
    path = tmp_path / "balances.csv"
    path.write_text("a,d,b\n1100,31/01/2025,10\n")
    context = IngestContext(own_sources=own)
    (own / "shop.yml").write_text(profile % "%Y-%m-%d")
    assert home.load(path, context=context).status == "refused"
    (own / "shop.yml").write_text(profile % "%d/%m/%Y")
    assert home.load(path, context=context).status == "loaded"
    assert home.lake.refused() == []


@pytest.mark.parametrize(
    ("name", "content", "error", "words"),
    [
        ("documents.csv", b"", EmptyFile, "0 bytes"),
        (
            "documents.csv",
            HEADER.encode() + "MX,Ñ1,invoice,C1,2025-01-05,,MXN,1\n".encode("cp1252"),
            WrongEncoding,
            "0xD1",
        ),
        (
            "documents.csv",
            HEADER.encode() + b'MX,"7,invoice,C1,2025-01-05,,MXN,1\n',
            UnrecognisedFile,
            "unexpected end",
        ),
        ("documents.csv", HEADER.replace("amount", "amuont").encode(), UnrecognisedFile, "did you mean amount"),
        ("documents.csv", HEADER.replace("currency,", "").encode(), UnrecognisedFile, "currency"),
        ("notes.csv", b"a,b\n1,2\n", UnrecognisedFile, "nothing that any source reads"),
        ("report.pdf", b"%PDF-1.7 \x00\x01\x02", UnreadableFile, "not text"),
    ],
)
def test_files_that_cannot_be_read_are_refused_and_kept(home, tmp_path, name, content, error, words):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(error) as caught:
        home.load(path)
    assert words in str(caught.value)
    assert caught.value.next_step and caught.value.expected
    assert [row["reason"] for row in home.lake.refused()] == [str(caught.value)]
    assert [p.read_bytes() for p in home.rejected.iterdir()] == [content]
    assert home.lake.batch_ids() == []


def test_a_named_source_says_what_it_lacks(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("Folio,Monto\n1,2\n")
    with pytest.raises(MissingColumns, match="invoiceNumber") as caught:
        try_file(path, source="ibm_ar")
    assert caught.value.found == "Folio, Monto"
    path = tmp_path / "documents.csv"
    path.write_text(HEADER.replace("amount", "amuont"))
    with pytest.raises(UnknownColumns, match="did you mean amount"):
        try_file(path, source="cartera")
    path.write_bytes(HEADER.encode() + "MX,Ñ\n".encode("latin-1"))
    with pytest.raises(WrongEncoding, match="line 2"):
        try_file(path, source="cartera")


def test_a_header_without_rows_is_fine_for_a_delta_but_not_for_a_snapshot(home, tmp_path, own):
    path = tmp_path / "documents.csv"
    path.write_text(HEADER)
    assert home.load(path).rows == {"documents": 0}
    (own / "snap.yml").write_text(
        "name: snap\ntitle: {es: x, en: x}\nformat: delimited\nload: snapshot\nentities:\n  - entity: companies\n"
        "    columns: {company: c, name: n, country: k, functional_currency: f}\n"
    )
    path = tmp_path / "snap.csv"
    path.write_text("c,n,k,f\n")
    with pytest.raises(EmptyFile, match="would close every open item"):
        home.load(path, context=IngestContext(own_sources=own))


def test_trying_writes_nothing(tmp_path, documents):
    before = sorted(p for p in tmp_path.rglob("*"))
    trial = try_file(documents).as_json()
    assert sorted(p for p in tmp_path.rglob("*")) == before
    assert trial["source"] == "cartera"
    assert trial["entities"]["documents"]["sums"] == {"amount": "1300.50", "invoice": "1250.50", "receipt": "50.00"}
    assert {"source", "confidence", "entities", "rejected"} <= trial.keys()


@pytest.mark.parametrize("moment", ["before the archive", "before the lake", "half a batch"])
def test_a_crash_at_any_moment_leaves_nothing_half_done(home, documents, monkeypatch, moment):
    home.lake.ensure_schema()
    with monkeypatch.context() as patch:
        target = {
            "before the archive": "ingest.archive.Staged.keep",
            "before the lake": "ingest.lake.Lake.accept",
            "half a batch": "ingest.lake._sync",
        }[moment]

        def die(*_args, **_kwargs):
            raise KeyboardInterrupt

        patch.setattr(target, die)
        with pytest.raises(KeyboardInterrupt):
            home.load(documents)
    assert home.lake.batch_ids() == []
    result = home.load(documents)
    sha = result.batch_id
    assert result.status == "loaded"
    assert home.files() == {
        f"archive/{sha[:2]}/{sha}__documents_2025-01.csv",
        *(f"lake/batches/{sha}/{name}.parquet" for name in ("documents", "_batch", "_rejected")),
    }


def test_an_unwritable_home_is_told(home, documents, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    with pytest.raises(NotWritable, match="CARTERA_HOME"):
        load_file(
            documents,
            lake=Lake(blocked / "lake"),
            archive=blocked / "archive",
            rejected_dir=blocked / "rejected",
            loaded_at=home.loaded_at,
        )


STATEMENT = """:20:S1
:25:123/456
:28C:1/1
:60F:C250101MXN100,00
:61:2501020102C50,00NTRFNONREF
:86:PAGO FACTURA 7
:62F:C250102MXN150,00
-
"""


def test_the_company_of_a_statement(home, tmp_path):
    path = tmp_path / "bank.sta"
    path.write_text(STATEMENT)
    two = IngestContext(companies=("MX", "CO"))
    with pytest.raises(CompanyUnknown, match="account 123/456"):
        home.load(path, context=two)
    with pytest.raises(CompanyUnknown, match="PE"):
        home.load(path, context=two, company="PE")
    assert try_file(path, context=two).entities["bank_transactions"].rows == 1

    def company_of(context, **options):
        other = type(home)(tmp_path / f"h{len(list(tmp_path.iterdir()))}")
        other.load(path, context=context, **options)
        rows = duckdb.sql(f"select company from read_parquet('{other.lake.root}/batches/*/bank_transactions.parquet')")
        return rows.fetchall()[0][0]

    assert company_of(two, company="CO") == "CO"
    assert company_of(IngestContext(companies=("MX",))) == "MX"
    assert company_of(IngestContext(companies=("MX", "CO"), bank_accounts={"123 456": "CO"})) == "CO"
    assert company_of(IngestContext(companies=("MX", "CO"), bank_accounts={"456": "CO"})) == "CO"
    bound = IngestContext(companies=("MX", "CO"), bindings=(Binding("banco", "*.sta", "mt940", "MX"),))
    assert company_of(bound) == "MX"


def test_a_binding_names_the_source_and_skips_recognition(home, documents):
    context = IngestContext(bindings=(Binding("erp_mx", "documents_*.csv", "cartera"),))
    assert home.load(documents, context=context).source == "erp_mx"
    assert try_file(documents, source="erp_mx", context=context).why == "bound to erp_mx in cartera.yml"


def test_two_profiles_that_fit_equally_are_not_guessed_between(tmp_path, own):
    for name in ("one", "two"):
        (own / f"{name}.yml").write_text(
            f"name: {name}\ntitle: {{es: x, en: x}}\nformat: delimited\nload: delta\nentities:\n  - entity: companies\n"
            "    columns: {company: c, name: n, country: k, functional_currency: f}\n"
        )
    path = tmp_path / "x.csv"
    path.write_text("c,n,k,f\nMX,Uno,MX,MXN\n")
    with pytest.raises(AmbiguousFile, match=r"one .* two"):
        try_file(path, context=IngestContext(own_sources=own))
    assert try_file(path, source="two", context=IngestContext(own_sources=own)).source == "two"
