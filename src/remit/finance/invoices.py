"""An invoice as a provider wrote it, whatever file it came in, and what a look at it can find."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from remit.terms.periods import Period


class EntryKind(StrEnum):
    """What a line of a given invoice says of itself."""

    LINE = "line"
    CREDIT = "credit"
    BONUS = "bonus"


@dataclass(frozen=True, slots=True)
class TaxSubtotal:
    """The tax of one rate: what it is taken of, and what it comes to."""

    rate: Decimal
    category: str
    base: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line as given; what a file leaves out is None, or an empty text.

    `charge` names the line of the rate card; the amount of a credit is positive and taken off, that of a bonus or an
    earn-back is positive and added. `adjusted` is what charges of the line's own add to quantity × rate, less its
    allowances. `place` is where it stands in the file, for a person to find.
    """

    number: str
    amount: Decimal
    kind: EntryKind = EntryKind.LINE
    charge: str = ""
    text: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    rate: Decimal | None = None
    tax_rate: Decimal | None = None
    tax_category: str = ""
    currency: str = ""
    exchange_rate: Decimal | None = None
    first_on: date | None = None
    last_on: date | None = None
    service_level: str = ""
    adjusted: Decimal = Decimal(0)
    place: str = ""

    @property
    def signed(self) -> Decimal:
        """What the line adds to the invoice's net."""
        return -self.amount if self.kind is EntryKind.CREDIT else self.amount


@dataclass(frozen=True, slots=True)
class Invoice:
    """A provider's invoice as given; `net`, `tax` and `total` are what it says of itself, None where it is silent."""

    number: str
    currency: str
    lines: tuple[InvoiceLine, ...]
    issued_on: date | None = None
    seller: str = ""
    buyer: str = ""
    contract: str = ""
    purchase_order: str = ""
    first_on: date | None = None
    last_on: date | None = None
    net: Decimal | None = None
    tax: Decimal | None = None
    total: Decimal | None = None
    subtotals: tuple[TaxSubtotal, ...] = ()

    @property
    def entered(self) -> Decimal:
        """The net its lines come to."""
        return sum((line.signed for line in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True)
class EarlierInvoice:
    """An invoice that was received before, to know a second one by."""

    number: str
    period: Period
    total: Decimal | None = None


class FindingKind(StrEnum):
    """Every kind of difference between an invoice and what the contract makes of the delivered units."""

    WRONG_QUANTITY = "wrong quantity"
    WRONG_RATE = "wrong rate"
    WRONG_BAND = "wrong band"
    INDEXATION_NOT_AGREED = "indexation not agreed"
    NOT_IN_RATE_CARD = "not in the rate card"
    LINE_MISSING = "line missing"
    DUPLICATE_LINE = "duplicate line"
    DUPLICATE_INVOICE = "duplicate invoice"
    MISSING_REFERENCE = "missing reference"
    CREDIT_NOT_NETTED = "credit not netted"
    BONUS_WRONG = "bonus wrong"
    TRUE_UP_WRONG = "true-up wrong"
    WRONG_TAX_RATE = "wrong tax rate"
    TAX_SUM_WRONG = "tax sum wrong"
    WRONG_CURRENCY = "wrong currency"
    WRONG_EXCHANGE_RATE = "wrong exchange rate"
    PERIOD_OUTSIDE = "period outside"
    LINE_ARITHMETIC = "line arithmetic"
    TOTAL_ARITHMETIC = "total arithmetic"
    COST_WITHOUT_EVIDENCE = "pass-through without evidence"


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference, with what it rests on.

    `line` is the number of the invoice's line, empty for the invoice as a whole; `ref` the pro-forma's line it was held
    against. `difference` is what the invoice has too much (negative: too little), before tax except for a tax of
    its own; None where the finding is not about an amount. `evidence` are the steps our figure came from.
    """

    kind: FindingKind
    what: str
    line: str = ""
    ref: str = ""
    charge: str = ""
    expected: str = ""
    invoiced: str = ""
    difference: Decimal | None = None
    evidence: tuple[str, ...] = ()
    clause: str | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """An invoice held against the pro-forma: which line met which (by number and ref), and every difference."""

    pairs: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        return not self.findings

    @property
    def difference(self) -> Decimal:
        """What the invoice has too much before tax, all findings together."""
        own = (one.difference for one in self.findings if one.kind is not FindingKind.TAX_SUM_WRONG)
        return sum((amount for amount in own if amount is not None), Decimal(0))
