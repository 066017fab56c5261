"""What every subject takes from the pure rooms: figures and standings in the reader's words, texts made harmless."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.formats import get_format
from django.utils.translation import gettext_lazy

from remit.reports.figures import money_text
from remit.reports.quoting import inert
from remit.reports.standings import BELOW_EXPECTED, BELOW_MINIMUM, MET, NOT_MEASURED, REPORTED, Mark

__all__ = ["STANDING_STYLES", "STANDING_WORDS", "in_locale", "inert", "money"]

STANDING_STYLES: Mapping[Mark, str] = {
    MET: "met",
    BELOW_EXPECTED: "below",
    BELOW_MINIMUM: "missed",
    REPORTED: "none",
    NOT_MEASURED: "none",
}
"""A standing's look on a page."""

STANDING_WORDS: Mapping[Mark, object] = {
    MET: gettext_lazy("met"),
    BELOW_EXPECTED: gettext_lazy("below expected"),
    BELOW_MINIMUM: gettext_lazy("below minimum"),
    REPORTED: gettext_lazy("reported"),
    NOT_MEASURED: gettext_lazy("not measured"),
}
"""A standing in words, never by colour alone."""


def in_locale(text: str) -> str:
    """Figures as the reader's locale writes them: its decimal mark and its mark between thousands."""
    return text.translate(
        {ord("."): str(get_format("DECIMAL_SEPARATOR")), ord(","): str(get_format("THOUSAND_SEPARATOR"))}
    )


def money(amount: str | Decimal, currency: str) -> str:
    """An amount with its currency."""
    return in_locale(money_text(Decimal(amount), currency))
