"""Reported figures read from a file or a form: each row a level with its figure, or a record with its verdict."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from remit.web.shared.refusals import Refusal

MOST_ROWS = 100_000
_MET = {"true": True, "1": True, "yes": True, "met": True, "false": False, "0": False, "no": False, "missed": False}
_MOST_COUNTED = 2**62


@dataclass(slots=True)
class Figure:
    """One level as it is reported."""

    level: str
    value: str = ""
    numerator: int | None = None
    denominator: int | None = None
    flags: dict[str, bool] = field(default_factory=dict)


def _no_figure(words: str) -> Refusal:
    what = _("%(words)r is no figure.") % {"words": words[:60]}
    return Refusal(what, _("Write counts as 1912/2051, a share as 93.2%, or 187."))


def figure_in_words(level: str, words: str) -> Figure:
    """A figure as one writes it: 1912/2051, 93.2% or 187. Raises Refusal for anything else."""
    text = words.replace(" ", "")
    if len(text) > 60:
        raise _no_figure(words)
    met, slash, of = text.partition("/")
    if slash:
        counts = [int(one) if one.isascii() and one.isdecimal() else -1 for one in (met, of)]
        if min(counts) < 0 or max(counts) > _MOST_COUNTED or not counts[1]:
            raise _no_figure(words)
        return Figure(level, numerator=counts[0], denominator=counts[1])
    try:
        number = Decimal(text.removesuffix("%"))
    except InvalidOperation:
        raise _no_figure(words) from None
    if not number.is_finite() or abs(number) > _MOST_COUNTED or abs(number.adjusted()) > 20:
        raise _no_figure(words)
    return Figure(level, f"{number / 100 if text.endswith('%') else number:f}")


def figures_in_file(name: str, content: bytes) -> list[Figure]:
    """The figures of a CSV or JSON file.

    A row has a `level` and either `figure` (1912/2051, 93.2%, 187) or `record` with `met` (true or false). Raises
    Refusal with the row that can't be read.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal(_("The file is no text in UTF-8."), _("Save it as CSV in UTF-8, or as JSON.")) from None
    rows = _json_rows(text) if name.lower().endswith(".json") else _csv_rows(text)
    found: dict[str, Figure] = {}
    for number, row in enumerate(rows, 1):
        if number > MOST_ROWS:
            raise Refusal(_("The file has more than %(most)s rows.") % {"most": f"{MOST_ROWS:,}"})
        _add(found, row, number)
    if not found:
        raise Refusal(_("The file has no row."), _("Write a row a level: level,figure and below it SL1,1912/2051."))
    return list(found.values())


def _json_rows(text: str) -> Iterable[Mapping[str, Any]]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, list) or not all(isinstance(row, dict) for row in told):
        raise Refusal(_("The file is no list of objects in JSON."), '[{"level": "SL1", "figure": "1912/2051"}]')
    return told


def _csv_rows(text: str) -> Iterable[Mapping[str, Any]]:
    try:
        return list(csv.DictReader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise Refusal(_("The file is no CSV: %(why)s.") % {"why": error}) from None


def _add(found: dict[str, Figure], row: Mapping[str, Any], number: int) -> None:
    words = {str(name).strip().lower(): str(value).strip() for name, value in row.items() if value is not None}
    level, record = words.get("level", ""), words.get("record", "")
    if not level or (not record and not words.get("figure")):
        raise Refusal(
            _("Row %(number)s has no level, or neither a figure nor a record.") % {"number": number},
            _("The columns are level and figure, or level, record and met."),
        )
    if not record:
        found[level] = figure_in_words(level, words["figure"])
        return
    met = _MET.get(words.get("met", "").lower())
    if met is None:
        raise Refusal(_("Row %(number)s does not say whether its record was met.") % {"number": number}, "true, false")
    found.setdefault(level, Figure(level)).flags[record] = met
