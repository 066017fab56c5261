"""Invoices from files: what can't be read is a sentence with its place, and nothing in a file is fetched."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from remit.finance.invoices import EntryKind
from remit.ingest.invoices import LARGEST_BYTES, read_invoice, read_invoice_file
from remit.terms.problems import ProblemsFound

CSV = """invoice,currency,contract,from,to,kind,line,charge,quantity,rate,amount,tax_rate
2026-117,EUR,C-1,2026-12-01,2026-12-31,line,1,minutes,100,0.42,42.00,23%
2026-117,EUR,C-1,2026-12-01,2026-12-31,credit,2,,,,2.00,23%
,,,,,net,,,,,40.00,
,,,,,total,,,,,49.20,
"""

XML = """<?xml version="1.0"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
  xmlns:c="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
  xmlns:a="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2">
  <c:ID>2026-117</c:ID><c:DocumentCurrencyCode>EUR</c:DocumentCurrencyCode>
  <a:InvoiceLine><c:ID>1</c:ID><c:LineExtensionAmount>42.00</c:LineExtensionAmount>
    <a:Price><c:PriceAmount>42</c:PriceAmount><c:BaseQuantity>100</c:BaseQuantity></a:Price></a:InvoiceLine>
</Invoice>
"""


def problem(name: str, content: str | bytes) -> str:
    with pytest.raises(ProblemsFound) as refused:
        read_invoice(name, content.encode() if isinstance(content, str) else content)
    return str(refused.value)


def test_a_csv_is_read_with_its_sums_whatever_separates_it() -> None:
    for text in (CSV, CSV.replace(",", ";"), "\ufeff" + CSV.replace(",", "\t"), CSV.replace("\n", "\r\n")):
        invoice = read_invoice("march.csv", text.encode())
        assert (invoice.number, invoice.contract, str(invoice.net), str(invoice.total)) == (
            "2026-117", "C-1", "40.00", "49.20",
        )  # fmt: skip
        assert [(one.kind, str(one.amount), str(one.tax_rate)) for one in invoice.lines] == [
            (EntryKind.LINE, "42.00", "0.23"),
            (EntryKind.CREDIT, "2.00", "0.23"),
        ]


def test_a_price_for_a_base_quantity_is_one_unit_s() -> None:
    (line,) = read_invoice("march.xml", XML.encode()).lines

    assert (str(line.rate), line.place) == ("0.42", "line 6")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "", "a.csv: is empty; send the invoice again"),
        ("a.csv", "invoice,currency,ammount\n1,EUR,5\n", "a.csv:1: there is no column 'amount'; is it 'ammount'?"),
        ("a.csv", "invoice,currency,amount\n", "a.csv: there is no line below the header"),
        (
            "a.csv",
            "invoice,currency,amount\n1,EUR,1.234,56\n",
            "a.csv:2: line 2: it has 4 cells, and the header names 3",
        ),
        ("a.csv", CSV.replace("42.00", "42.00 EUR"), "a.csv:2: line 2, amount: '42.00 EUR' is not a number"),
        ("a.csv", CSV.replace("42.00", "NaN"), "'NaN' is not a number"),
        ("a.csv", CSV.replace("42.00", "1e999999"), "'1e999999' is not a number"),
        ("a.csv", CSV.replace("23%", "123%"), "is not a tax rate"),
        ("a.csv", CSV.replace("2026-12-31", "31.12.2026"), "'31.12.2026' is not a day; write it as 2026-03-31"),
        ("a.csv", CSV.replace("EUR", "euro"), "'euro' is not a currency; write its three letters, as EUR"),
        ("a.csv", CSV.replace("credit", "rebate"), "line 3, kind: 'rebate' is no kind of row"),
        ("a.csv", CSV + "other,,,,,line,,,,,1,\n", "invoice is 'other' here and '2026-117' above"),
        ("a.csv", CSV + ",,,,,net,,,,,1,\n", "the net is given twice"),
        ("a.csv", CSV + ",,,,,line,,,,,,1%\n", "line 6, amount: is empty; every row has an amount"),
        ("a.csv", CSV + '"open', "can't be read as CSV"),
        ("a.csv", b"invoice,currency,amount\n1,EUR,\xff\n", "a.csv:2: is not written in UTF-8"),
        ("a.csv", b"\x00\x01\x02", "holds bytes that are no text"),
        ("a.csv", "invoice,currency,amount,kind\n1,EUR,5,total\n", "no row of it is a line"),
        ("a.json", "{", "a.json:1: can't be read as JSON"),
        ("a.json", "[1, 2]", "a.json: lines: there is no list of lines"),
        ("a.json", '{"invoice": "1", "currency": "EUR", "lines": [5]}', "lines[0]: is no object"),
        ("a.json", '{"currency": "EUR", "lines": [{"amount": 5}]}', "invoice: is empty"),
        ("a.json", '{"invoice": "1", "currency": "EUR", "lines": [{"amount": [5]}]}', "lines[0].amount: is neither"),
        ("a.json", "[" * 100_000, "can't be read as JSON"),
        ("a.xlsx", b"PK\x03\x04 broken", "can't be read as a workbook"),
        ("a.xml", "<Invoice>", "a.xml:1: can't be read as XML"),
        ("a.xml", "<html/>", "is a html, not a UBL 2.1 Invoice"),
        ("a.xml", XML.replace("42.00", "a lot"), "a.xml:6: LineExtensionAmount: 'a lot' is not a number"),
        ("a.xml", XML.replace("<c:BaseQuantity>100", "<c:BaseQuantity>0"), "BaseQuantity: is 0"),
        ("a.xml", XML.replace("<c:ID>2026-117</c:ID>", ""), "ID: the invoice bears no number"),
        ("a.xml", XML.replace("LineExtensionAmount", "Other"), "LineExtensionAmount: InvoiceLine has none"),
    ],
)
def test_what_cannot_be_read_is_a_sentence_with_its_place(name: str, content: str | bytes, said: str) -> None:
    assert said in problem(name, content)


def test_entities_and_document_types_are_refused_before_anything_is_expanded_or_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("top secret")
    bomb = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12))
    for declared in (f'<!ENTITY x SYSTEM "file://{secret}">', f'<!ENTITY a0 "ha">{bomb}', ""):
        attack = XML.replace('<?xml version="1.0"?>', f'<?xml version="1.0"?><!DOCTYPE Invoice [{declared}]>')
        assert "has a document type declaration, which no invoice needs" in problem("a.xml", attack)


def test_a_depth_or_a_size_beyond_any_invoice_is_refused() -> None:
    assert "nested or long beyond any invoice" in problem("a.xml", "<a>" * 100)
    assert "more than 10 MB" in problem("a.csv", b"x" * (LARGEST_BYTES + 1))
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 150_000_000)
    assert "unpacks to 150 MB" in problem("a.xlsx", packed.getvalue())


def test_all_faults_are_told_at_once() -> None:
    told = problem("a.csv", CSV.replace("42.00", "x").replace("2.00,23%", "y,23%"))

    assert told.count("is not a number") == 2


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"gone\.csv"):
        read_invoice_file(tmp_path / "gone.csv")
