"""Days of a calendar's year in a page: their place in a week, their class, their words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from remit.web.contracts.bridge import DayOfYear

register = template.Library()
_CLASSES = {
    "open": "day-open",
    "weekly closed": "day-weekly",
    "closed day": "day-holiday",
    "special hours": "day-special",
}


@register.filter
def weeks(month: "Sequence[DayOfYear]") -> "list[list[DayOfYear | None]]":
    """A month's days in weeks from Monday; None where a week belongs to the month before or after."""
    days: list[DayOfYear | None] = [*[None] * month[0].on.weekday(), *month]
    days += [None] * (-len(days) % 7)
    return [days[start : start + 7] for start in range(0, len(days), 7)]


@register.filter
def day_class(day: "DayOfYear") -> str:
    """The class that colours a day."""
    return _CLASSES[day.kind] + (" is-marked" if day.is_change or day.clock_change_seconds else "")


@register.filter
def day_words(day: "DayOfYear") -> str:
    """A day in words: what it is, its hours, and what changes on it."""
    kinds = {
        "open": _("open"),
        "weekly closed": _("closed every week"),
        "closed day": _("closed day"),
        "special hours": _("special hours"),
    }
    words = [kinds[day.kind]] + ([day.hours] if day.open_seconds else [])
    words += [_("new hours begin")] if day.is_change else []
    if day.clock_change_seconds:
        words.append(_("clocks go forward") if day.clock_change_seconds > 0 else _("clocks go back"))
    return ", ".join(words)


@register.filter
def hours(seconds: int) -> str:
    """Seconds as hours, with as many places as they need, two at most."""
    places = next((places for places in (0, 1) if seconds * 10**places % 3600 == 0), 2)
    return number_format(seconds / 3600, decimal_pos=places, use_l10n=True, force_grouping=True)
