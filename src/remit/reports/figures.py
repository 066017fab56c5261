"""How numbers read in print: shares as percent, seconds as hours and minutes, money with its currency."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from zoneinfo import ZoneInfo

from remit.terms.measure_terms import Unit

NOTHING = "–"
MINUS = "\N{MINUS SIGN}"
# ISO 4217 currencies without a minor unit.
_WHOLE_CURRENCIES = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split())
_MOST_PLACES = 12


@dataclass(frozen=True, slots=True)
class _Style:
    """How a unit prints: the usual decimal places and the writer that takes a value and places."""

    places: int
    write: Callable[[Decimal, int], str]


def value_text(value: Decimal | None, unit: Unit, *, beside: Iterable[Decimal | None] = ()) -> str:
    """A measured value as people read it: `95.00 %`, `4 h 05 min`, `12,345`; `–` where nothing was measured.

    `beside` are the values it will be compared with. 94.9996 % against an expected 95 % would print as
    `95.00 %` and look met; so it prints with as many more places as show it apart (`94.9996 %`).
    """
    if value is None:
        return NOTHING
    style = _STYLES[unit]
    others = [other for other in beside if other is not None and other != value]
    for places in range(style.places, _MOST_PLACES + 1):
        text = style.write(value, places)
        if all(style.write(other, places) != text for other in others):
            return text
    return style.write(value, _MOST_PLACES)


def threshold_text(value: Decimal | None, unit: Unit, *, at_most: bool) -> str:
    """An expected or minimum level with the side it asks for: `≥ 95.00 %`, `≤ 30 s`."""
    if value is None:
        return NOTHING
    return f"{'≤' if at_most else '≥'} {value_text(value, unit)}"


def interval_text(interval: tuple[Decimal, Decimal] | None, unit: Unit) -> str:
    """A confidence interval: `81.4–98.4 %` for a share; `–` where there is none."""
    if interval is None:
        return NOTHING
    low, high = interval
    if unit is Unit.SHARE:
        return f"{_fixed(low * 100, 1)}–{_fixed(high * 100, 1)} %"
    return f"{value_text(low, unit)}–{value_text(high, unit)}"


def count_text(count: int) -> str:
    """A whole number with thousands separators."""
    return _fixed(Decimal(count), 0)


def money_text(amount: Decimal, currency: str) -> str:
    """An amount with its currency: `USD 12,000.00`; more places where the contract keeps more."""
    return f"{currency} {amount_text(amount, currency)}"


def amount_text(amount: Decimal, currency: str) -> str:
    """An amount for a column whose head names the currency: `12,000.00`, `−500.00`, `1,200` yen."""
    usual = 0 if currency in _WHOLE_CURRENCIES else 2
    exponent = amount.normalize().as_tuple().exponent
    kept = -exponent if isinstance(exponent, int) else 0
    return _fixed(amount, max(usual, kept))


def change_text(change: Decimal, unit: Unit) -> str:
    """A change with its sign, `+0.42 pp` of a share, `−3 min 20 s`, `±0` where nothing changed."""
    text = f"{_fixed(abs(change) * 100, 2)} pp" if unit is Unit.SHARE else value_text(abs(change), unit)
    return f"{_sign(change)}{text}"


def money_change_text(change: Decimal, currency: str) -> str:
    """A change of an amount with its sign: `+USD 1,200.00`."""
    return f"{_sign(change)}{money_text(abs(change), currency)}"


def _sign(change: Decimal) -> str:
    return "+" if change > 0 else MINUS if change < 0 else "±"


def instant_text(at: int, zone: str) -> str:
    """An instant in the contract's zone with its offset: `2026-04-01 09:30-04:00`."""
    local = datetime.fromtimestamp(at, tz=UTC).astimezone(ZoneInfo(zone))
    return local.isoformat(sep=" ", timespec="minutes")


def percent_text(part: int, whole: int) -> str:
    """A part of a whole with two places, `0.12 %`; `–` of nothing."""
    return _share(Decimal(part) / Decimal(whole), 2) if whole else NOTHING


def _fixed(value: Decimal, places: int) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
    text = f"{abs(rounded):,f}"
    return f"{MINUS}{text}" if rounded < 0 else text


def _share(value: Decimal, places: int) -> str:
    return f"{_fixed(value * 100, places)} %"


def _count(value: Decimal, places: int) -> str:
    whole = value == value.to_integral_value()
    return _fixed(value, 0 if whole else max(places, 1))


def _seconds(value: Decimal, places: int) -> str:
    """`12 s`, `34.2 s`, `3 min 25 s`, `4 h 05 min`; from an hour on, seconds only where places are asked for."""
    length = abs(value)
    if length < 60:
        places = 0 if length == length.to_integral_value() else max(places, 1)
    elif length >= 3600:
        places -= 1
    # Rounded before it is split, so that 59.96 s becomes 1 min 00 s and never 60.0 s.
    rounded = (length / 60).quantize(Decimal(1)) * 60 if places < 0 else length.quantize(Decimal(1).scaleb(-places))
    minutes, seconds = divmod(rounded, 60)
    hours, minutes = divmod(minutes, 60)
    sign = MINUS if value < 0 else ""
    if hours:
        tail = f" {_padded(seconds, places)} s" if places >= 0 and seconds else ""
        return f"{sign}{_fixed(hours, 0)} h {minutes:02f} min{tail}"
    if minutes:
        return f"{sign}{minutes:f} min {_padded(seconds, places)} s"
    return f"{sign}{_fixed(seconds, places)} s"


def _padded(value: Decimal, places: int) -> str:
    text = _fixed(value, max(places, 0))
    return text if len(text.partition(".")[0]) > 1 else f"0{text}"


_STYLES = {
    Unit.SHARE: _Style(2, _share),
    Unit.SECONDS: _Style(0, _seconds),
    Unit.COUNT: _Style(0, _count),
    Unit.SCORE: _Style(2, _fixed),
}
