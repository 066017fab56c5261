"""Forecasts as pages show them: figures as the reader's locale writes them, each standing with its word."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString, mark_safe

from remit.performance.service_levels import Standing
from remit.reports.figures import count_text, threshold_text, value_text
from remit.reports.standings import mark_of_standing
from remit.web.fairness.models import LevelForecast
from remit.web.performance.bridge.kept import StatementContext
from remit.web.shared.bridge import STANDING_STYLES, STANDING_WORDS, in_locale


@dataclass(frozen=True, slots=True)
class ForecastShown:
    """A level's forecast in words; `drawing` is its band."""

    level: str
    name: str
    is_critical: bool
    is_warning: bool
    chance: str
    so_far: str
    counts: str
    likely: str
    band: str
    expected: str
    style: str
    words: object
    drawing: SafeString


def forecast_shown(one: LevelForecast, words: StatementContext) -> ForecastShown:
    """A kept forecast in words."""
    level = words.words(one.level)
    unit = level.unit
    mark = mark_of_standing(Standing(one.standing))
    low, likely, high, expected = (Decimal(text) for text in (one.low, one.likely, one.high, one.expected))
    return ForecastShown(
        level=one.level,
        name=level.name,
        is_critical=one.is_critical,
        is_warning=one.is_warning,
        chance=percent(one.chance),
        so_far=in_locale(value_text(Decimal(one.so_far) if one.so_far else None, unit, beside=(expected,))),
        counts=in_locale(f"{count_text(one.numerator)} / {count_text(one.denominator)}"),
        likely=in_locale(value_text(likely, unit, beside=(expected,))),
        band=in_locale(f"{value_text(low, unit)} – {value_text(high, unit)}"),
        expected=in_locale(threshold_text(expected, unit, at_most=one.at_most)),
        style=STANDING_STYLES[mark],
        words=STANDING_WORDS[mark],
        # Drawn by us: what contracts call things was escaped there.
        drawing=mark_safe(one.drawing),  # noqa: S308
    )


def percent(chance: str) -> str:
    """A chance in whole percent; one that is not quite sure is never written as sure."""
    value = Decimal(chance) * 100
    whole = round(value)
    if whole == 100 and value < 100:
        return "> 99 %"
    return "< 1 %" if whole == 0 and value > 0 else f"{whole} %"
