"""What a match of an invoice found, for people and for programs."""

import csv
import json
from io import StringIO
from typing import Any

from remit.finance.invoices import Finding, Invoice, Matched
from remit.finance.pro_forma import ProForma
from remit.reports.figures import amount_text
from remit.reports.quoting import inert, printable

_COLUMNS = "kind line charge ref place expected invoiced difference what clause evidence".split()


def findings_as_text(matched: Matched, invoice: Invoice, ours: ProForma) -> str:
    """The findings one by one, each with its evidence, and what they come to."""
    title = f"invoice {printable(invoice.number)} against the pro-forma of {ours.period.label}"
    if matched.is_clean:
        return f"{title}: nothing to object, {amount_text(ours.total, ours.currency)} {ours.currency} to pay\n"
    told = [f"{title}: {len(matched.findings)} differences"]
    for one in matched.findings:
        told.append("")
        told.append(f"{one.kind}{_where(one)}: {printable(one.what)}{_cited(one)}")
        if one.difference is not None:
            told.append(f"    difference {amount_text(one.difference, ours.currency)} {ours.currency}")
        told += [f"    {printable(step)}" for step in one.evidence]
    told += [
        "",
        f"before tax the invoice has {amount_text(matched.difference, ours.currency)} {ours.currency} too much",
    ]
    return "\n".join(told) + "\n"


def _where(one: Finding) -> str:
    words = [f"line {one.line}" if one.line else "", one.charge, one.place]
    told = ", ".join(printable(word) for word in words if word)
    return f" ({told})" if told else ""


def _cited(one: Finding) -> str:
    return f" ({printable(one.clause)})" if one.clause else ""


def findings_as_json(matched: Matched, invoice: Invoice, ours: ProForma) -> str:
    """The findings as JSON, amounts as texts; `pairs` says which line was held against which of ours."""
    document = {
        "invoice": invoice.number,
        "contract": ours.contract,
        "period": {"start": ours.period.start_on.isoformat(), "end": ours.period.end_on.isoformat()},
        "currency": ours.currency,
        "invoiced": None if invoice.total is None else f"{invoice.total:f}",
        "by_the_contract": f"{ours.total:f}",
        "difference": f"{matched.difference:f}",
        "findings": [finding_fields(one) for one in matched.findings],
        "pairs": [{"line": line, "ref": ref} for line, ref in matched.pairs],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def finding_fields(one: Finding) -> dict[str, Any]:
    """One finding with its words as names."""
    return {
        "kind": str(one.kind),
        "line": one.line,
        "charge": one.charge,
        "ref": one.ref,
        "place": one.place,
        "expected": one.expected,
        "invoiced": one.invoiced,
        "difference": None if one.difference is None else f"{one.difference:f}",
        "what": one.what,
        "clause": one.clause,
        "evidence": list(one.evidence),
    }


def findings_as_csv(matched: Matched) -> str:
    """A row a finding."""
    told = StringIO()
    writer = csv.writer(told, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for one in matched.findings:
        fields = {**finding_fields(one), "evidence": "; ".join(one.evidence)}
        writer.writerow([inert("" if fields[name] is None else fields[name]) for name in _COLUMNS])
    return told.getvalue()
