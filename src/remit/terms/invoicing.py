"""Invoicing: what an invoice must bear to be paid, the tax on it, and how near its lines must come."""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from remit.terms.money import Rounding
from remit.terms.notation import Number, Rate, Term

TaxCategory = Literal["S", "Z", "E", "AE", "G", "O"]
"""UN/CEFACT 5305: standard, zero, exempt, reverse charge, export, not subject to tax."""


class InvoicedParty(Term):
    """A side as its invoices must name it; EN 16931 asks for the country, and for the seller's tax number."""

    country: str = Field(pattern="^[A-Z]{2}$", description="ISO 3166 code of its country: `PL`.")
    vat_id: str | None = Field(
        None,
        pattern="^[A-Z]{2}[A-Z0-9]{2,13}$",
        description="Its VAT number with the country before it: `PL5260001246`.",
    )
    registration: str | None = Field(None, description="Its number in the register of companies.")
    street: str | None = Field(None, description="Street and number.")
    city: str | None = Field(None, description="City.")
    postal_code: str | None = Field(None, description="Postal code.")


class InvoicingTerms(Term):
    """What an invoice must bear, how it is taxed, and how near its figures must come to ours."""

    purchase_order: str | None = Field(None, description="The client's order number; an invoice must name it.")
    contract_reference: bool = Field(True, description="Whether an invoice must name the contract's id.")
    tax: Rate = Field(Decimal(0), ge=0, le=1, description="The tax on lines that name none of their own: `23%`.")
    tax_category: TaxCategory | None = Field(
        None, description="UN/CEFACT 5305: S standard, Z zero, E exempt, AE reverse charge, G export, O none."
    )
    tax_rounding: Literal["total", "line"] = Field(
        "total", description="Tax is rounded once for each rate (`total`), or for each line."
    )
    rounding: Rounding = Field(Rounding(), description="How tax is rounded.")
    quantity_places: int = Field(4, ge=0, le=8, description="Decimal places of the quantities on an invoice.")
    tolerance: Number = Field(
        Decimal(0), ge=0, description="By how much a line's amount may differ; nothing without it."
    )
    due_days: int | None = Field(None, ge=0, description="Days from the invoice's date to payment.")

    provider: InvoicedParty | None = Field(None, description="The seller as invoices name it.")
    client: InvoicedParty | None = Field(None, description="The buyer as invoices name it.")

    @property
    def category(self) -> str:
        """The category of the default tax: as written, else standard, or none where there is no tax."""
        return self.tax_category or ("S" if self.tax else "O")
