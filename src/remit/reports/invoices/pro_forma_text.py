"""The pro-forma on a terminal: each line with its quantity, rate and amount, what comes off it, its tax."""

from collections.abc import Iterator
from decimal import Decimal

from remit.finance.pro_forma import LUMP, ProForma, ProFormaLine
from remit.reports.figures import amount_text
from remit.reports.quoting import printable

_NARROWEST = 60


def pro_forma_as_text(ours: ProForma, *, width: int = 100, traced: bool = False) -> str:
    """The pro-forma in lines of at most `width` signs; `traced` adds the steps behind each charge."""
    width = max(width, _NARROWEST)
    told = [
        f"Pro-forma invoice for {ours.period.label}: {printable(ours.provider)} to {printable(ours.client)}",
        f"contract {ours.contract}{_order(ours)}; amounts in {ours.currency}",
        "",
    ]
    for line in ours.lines:
        told += _two(printable(line.name), amount_text(line.amount, ours.currency), width)
        told.append(f"    {_figures(line)}{_clause(line)}")
    told += _steps(ours) if traced else []
    told += _two("charges", amount_text(ours.charged, ours.currency), width)
    for one in ours.adjustments:
        words = f"{one.kind} of {one.month}, {one.service_level}"
        told += _two(words, amount_text(one.amount, ours.currency), width)
        told.append(f"    {printable(one.reason)}")
    told += _two("net", amount_text(ours.net, ours.currency), width)
    for tax in ours.subtotals:
        words = f"tax at {(tax.rate * 100).normalize():f} % on {amount_text(tax.base, ours.currency)}"
        told += _two(words, amount_text(tax.tax, ours.currency), width)
    told += _two("to pay", f"{ours.currency} {amount_text(ours.total, ours.currency)}", width)
    told += [f"note: {printable(note)}" for note in ours.notes]
    return "\n".join(told) + "\n"


def _order(ours: ProForma) -> str:
    return f", order {ours.terms.purchase_order}" if ours.terms.purchase_order else ""


def _two(left: str, right: str, width: int) -> Iterator[str]:
    """Words on the left, an amount on the right; on two lines where one is too short."""
    room = width - len(right) - 1
    if len(left) > room:
        yield left[:width]
        left = ""
    yield f"{left}{' ' * (width - len(left) - len(right))}{right}"


def _figures(line: ProFormaLine) -> str:
    if line.unit == LUMP:
        return f"{line.first_on} to {line.last_on}"
    converted = "" if line.exchange_rate == 1 else f" {line.currency} at {line.exchange_rate:f}"
    return f"{_shortened(line.quantity)} {line.unit} × {line.rate:f}{converted}"


def _shortened(quantity: Decimal) -> str:
    text = f"{quantity:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _clause(line: ProFormaLine) -> str:
    return f" ({printable(line.clause)})" if line.clause else ""


def _steps(ours: ProForma) -> Iterator[str]:
    yield ""
    yield "how each charge came about"
    for charge, trace in {(line.charge, line.kind): (line.charge, line.trace) for line in ours.lines}.values():
        yield from (f"    {charge}: {step.value}: {printable(step.rule)}" for step in trace)
    yield ""
