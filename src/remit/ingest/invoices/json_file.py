"""Invoices in JSON: an object with the invoice's own words and a list of lines."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from remit.finance.invoice_words import HEAD, LINE, TOTALS
from remit.finance.invoices import Invoice
from remit.ingest.invoices.given import Faults
from remit.ingest.invoices.rows import Row, invoice_of


def read_json(content: bytes, faults: Faults) -> Invoice | None:
    """An object with the words of the CSV's columns; `lines` is a list of objects, `net`, `tax` and `total` numbers."""
    try:
        given = json.loads(content.decode("utf-8-sig"), parse_float=Decimal, parse_int=Decimal, parse_constant=str)
    except (UnicodeDecodeError, RecursionError):
        faults.add("", "can't be read as JSON", "save it as JSON in UTF-8")
        return None
    except json.JSONDecodeError as error:
        faults.add("", f"can't be read as JSON: {error.msg}", "look for a comma or a bracket", line=error.lineno)
        return None
    if isinstance(given, list) and len(given) == 1:
        given = given[0]
    if not isinstance(given, dict) or not isinstance(given.get("lines"), list):
        faults.add("lines", "there is no list of lines", 'write {"invoice": "…", "currency": "EUR", "lines": [{…}]}')
        return None
    return invoice_of(_rows(given, faults), faults)


def _rows(given: dict[str, Any], faults: Faults) -> list[Row]:
    """The lines and the sums as rows; the first bears the words of the whole."""
    rows = []
    for position, line in enumerate(given["lines"]):
        place = f"lines[{position}]"
        if isinstance(line, dict):
            rows.append(Row({"kind": "line", **_cells(line, LINE, f"{place}.", faults)}, place))
        else:
            faults.add(place, "is no object", 'write {"charge": "…", "amount": 100}')
    sums = _cells(given, TOTALS, "", faults)
    rows += [Row({"kind": name, "amount": text}, name) for name, text in sums.items()]
    if rows:
        rows[0] = Row({**rows[0].cells, **_cells(given, HEAD, "", faults)}, rows[0].place)
    return rows


def _cells(given: dict[str, Any], names: Sequence[str], place: str, faults: Faults) -> dict[str, str]:
    told = {name: _text(given[name], f"{place}{name}", faults) for name in names if given.get(name) is not None}
    return {name: text for name, text in told.items() if text}


def _text(value: Any, place: str, faults: Faults) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, str):
        return value
    faults.add(place, "is neither a text nor a number", "write one value")
    return ""
