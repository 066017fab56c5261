"""A level compared at one mix by `runs.comparing`: the page's numbers are those of `remit compare`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from remit.reports.charts import Chart, Compared, ComparisonChart, comparison_chart
from remit.reports.fairness import comparison_as_json
from remit.reports.figures import NOTHING, count_text, interval_text, value_text
from remit.runs import Request
from remit.runs.comparing import compare
from remit.terms.measure_terms import Unit
from remit.terms.periods import month_of
from remit.terms.problems import ProblemsFound
from remit.web.fairness.bridge.looking import Tell, opened
from remit.web.performance.bridge.pictures import chart_words
from remit.web.performance.bridge.problems import kept
from remit.web.performance.models import Run
from remit.web.shared.bridge import in_locale

_MOST_DRAWN = 24


def compared(run: Run, level: str, columns: Sequence[str], months: tuple[date, date], *, tell: Tell) -> dict[str, Any]:
    """The comparison as JSON with its unit, or the `problems` in its way.

    `columns` are what is compared by, then the mix; months are their first days, the last one in.
    """
    tell(f"comparing {level}", 0, 0)
    request = Request(month_of(months[0]), month_of(months[1]))
    try:
        with opened(run) as (versions, evidence, _stored):
            found = compare(versions, evidence, level, request, by=columns[0], adjust=columns[1:])
    except ProblemsFound as problems:
        return {"problems": kept(problems.problems)}
    told: dict[str, Any] = json.loads(comparison_as_json(found))
    return told | {"unit": str(found.level.measure.value_unit)}


@dataclass(frozen=True, slots=True)
class SubjectShown:
    """A subject in words; `left_out` is the part of the mix it has no records in, empty where it has all."""

    name: str
    records: str
    raw: str
    raw_interval: str
    adjusted: str
    interval: str
    difference: str
    left_out: str
    has_thin: bool


@dataclass(frozen=True, slots=True)
class StratumShown:
    """A stratum's line: its weight, and each subject's value with whether it has few records."""

    name: str
    weight: str
    cells: Sequence[tuple[str, str, bool]]


def subjects_shown(found: Mapping[str, Any]) -> list[SubjectShown]:
    """The subjects of a kept comparison, as the reader's locale writes figures."""
    return [_subject(one, Unit(found["unit"])) for one in found["subjects"]]


def _subject(one: Mapping[str, Any], unit: Unit) -> SubjectShown:
    raw, adjusted = _number(one["raw"]), _number(one["adjusted"])
    moved = "" if raw is None or adjusted is None else value_text(adjusted - raw, unit)
    missing = Decimal(1) - (_number(one["weight_covered"]) or Decimal(0))
    return SubjectShown(
        name=one["subject"],
        records=in_locale(count_text(one["records"])),
        raw=in_locale(value_text(raw, unit)),
        raw_interval=in_locale(interval_text(_interval(one["raw_interval"]), unit)),
        adjusted=in_locale(value_text(adjusted, unit)),
        interval=in_locale(interval_text(_interval(one["interval"]), unit)),
        difference=in_locale(moved) or NOTHING,
        left_out=in_locale(value_text(missing, Unit.SHARE)) if missing > 0 else "",
        has_thin=any(stratum["is_thin"] for stratum in one["strata"]),
    )


def strata_shown(found: Mapping[str, Any]) -> list[StratumShown]:
    """The strata of a kept comparison, each with its weight and every subject's figure."""
    unit = Unit(found["unit"])
    lines = zip(*(one["strata"] for one in found["subjects"]), strict=True)
    return [
        StratumShown(
            cells[0]["stratum"],
            in_locale(value_text(_number(cells[0]["weight"]), Unit.SHARE)),
            [
                (
                    in_locale(value_text(_number(one["value"]), unit)),
                    in_locale(count_text(one["records"])),
                    one["is_thin"],
                )
                for one in cells
            ],
        )
        for cells in lines
    ]


def picture_of(found: Mapping[str, Any]) -> Chart | None:
    """The chart of a kept comparison; None where there is nothing to compare."""
    subjects = [one for one in found["subjects"] if one["adjusted"] is not None][:_MOST_DRAWN]
    if len(subjects) < 2:
        return None
    drawn = tuple(
        Compared(
            one["subject"],
            one["records"],
            _number(one["raw"]),
            _interval(one["raw_interval"]),
            _number(one["adjusted"]),
            _interval(one["interval"]),
        )
        for one in subjects
    )
    title = _("%(level)s by %(column)s") % {"level": found["service_level"], "column": found["by"]}
    says = _("%(count)s compared, raw and at one mix of %(columns)s.") % {
        "count": len(subjects),
        "columns": ", ".join(found["adjusted_for"]),
    }
    chart = ComparisonChart("comparison", title, says, Unit(found["unit"]), drawn, _("raw"), _("at one mix"))
    return comparison_chart(chart, chart_words())


def _number(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _interval(bounds: Sequence[float] | None) -> tuple[Decimal, Decimal] | None:
    return None if bounds is None else (Decimal(str(bounds[0])), Decimal(str(bounds[1])))
