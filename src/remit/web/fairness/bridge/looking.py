"""A run looked over by `runs.signalling` and `runs.foreseeing`: what `remit signals` and `remit forecast` find."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from remit.ingest.contract_files import ContractVersions
from remit.performance.alerts import Forecast, TrackRecord
from remit.performance.fairness import Edge, Signals
from remit.performance.service_levels import Standing
from remit.reports.charts import ForecastBand, forecast_band_svg
from remit.reports.fairness import (
    about,
    bunching_sentence,
    crowding_sentence,
    inside_sentence,
    redating_sentence,
    reopening_sentence,
)
from remit.reports.figures import count_text, value_text
from remit.runs import Evidence, Request
from remit.runs.behind import levels_of_clock, places_of
from remit.runs.foreseeing import foresight, tried
from remit.runs.signalling import signals
from remit.runs.wording import level_terms
from remit.store import Snapshot
from remit.terms.periods import Period, add_months, month_of
from remit.terms.problems import Problem, ProblemsFound
from remit.web.performance.bridge.measuring import evidence_of_run
from remit.web.performance.bridge.problems import kept
from remit.web.performance.bridge.terms import terms_of_sha256
from remit.web.performance.models import Attained, Run

Tell = Callable[[str, int, int], None]
_ONE_IN_A_MILLION = 1e-6


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look found: its own fields, its signals and its forecasts as their records keep them."""

    fields: Mapping[str, Any]
    signals: Sequence[Mapping[str, Any]] = ()
    forecasts: Sequence[Mapping[str, Any]] = ()


def look(run: Run, *, tell: Tell) -> Looked:
    """Look a run over on the facts it was measured on; problems instead where that can't be done."""
    try:
        with opened(run) as (versions, evidence, stored):
            found = signals(versions, evidence, Request(), stored=stored, progress=tell)
            raised = [_placed(one, versions, evidence) for one in _raised(versions, found)]
            tell("foreseeing the month", 0, 0)
            foreseen = foresight(versions, evidence)
            record = tried(versions, evidence, _ends(run), progress=tell)
    except ProblemsFound as problems:
        return Looked({"problems": kept(problems.problems)})
    return Looked(
        {
            "first_on": found.months[0].start_on if found.months else None,
            "last_on": found.months[-1].start_on if found.months else None,
            "looked_at": found.looked_at,
            "month_on": None if foreseen.month is None else foreseen.month.start_on,
            "left_out": dict(foreseen.left_out),
            "reason": foreseen.reason[:300],
            "tried": {} if record is None else _told(record),
        },
        raised,
        [_forecast(one, versions) for one in foreseen.forecasts],
    )


@contextmanager
def opened(run: Run) -> Iterator[tuple[ContractVersions, Evidence, Snapshot]]:
    """A run's terms and the facts it was measured on. Raises ProblemsFound where the terms are gone."""
    versions = terms_of_sha256(run.engagement, run.contract_sha256)
    if versions is None:
        raise ProblemsFound([Problem("the contract", 0, "", "the one this run was measured by is no longer at hand")])
    with evidence_of_run(run) as (evidence, stored):
        yield versions, evidence, stored


def _ends(run: Run) -> dict[tuple[str, Period], Standing]:
    """How each level's months that are over ended, as the run keeps them."""
    over = run.months.filter(is_provisional=False).values_list("starts_on", flat=True)
    rows = Attained.objects.filter(run=run, dimension="", month_on__in=list(over))
    return {(row.level, Period(row.window_start, row.window_end)): Standing(row.standing) for row in rows}


def _told(record: TrackRecord) -> dict[str, Any]:
    return {"forecasts": record.forecasts, "score": f"{float(record.score):.3f}", "base": f"{float(record.base):.3f}"}


def _forecast(one: Forecast, versions: ContractVersions) -> dict[str, Any]:
    terms = level_terms(versions, one.service_level, one.window)
    unit, so_far = terms.measure.value_unit, one.so_far.value
    texts = {name: value_text(getattr(one, name), unit) for name in ("low", "likely", "high", "expected")}
    says = f"From {texts['low']} to {texts['high']}, likely {texts['likely']}; expected {texts['expected']}."
    counted = None if so_far is None else Decimal(so_far.numerator) / Decimal(so_far.denominator)
    title = f"{one.service_level} {one.window.label}"
    key = f"band-{one.service_level}"
    drawn = ForecastBand(key, title, says, one.low, one.likely, one.high, one.expected, counted)
    return {
        "level": one.service_level,
        "chance": f"{float(one.chance):.3f}",
        "is_warning": one.is_warning,
        "is_critical": terms.is_critical,
        "standing": str(one.standing),
        "numerator": one.so_far.numerator,
        "denominator": one.so_far.denominator,
        "sample": one.so_far.records,
        "so_far": "" if counted is None else f"{counted:f}"[:80],
        **{name: f"{getattr(one, name):f}" for name in ("likely", "low", "high", "expected")},
        "at_most": one.at_most,
        "days_left": one.days_left,
        "drawing": forecast_band_svg(drawn),
    }


@dataclass(frozen=True, slots=True)
class _Raised:
    """A signal before its records were placed: the levels and months in which they may be listed."""

    kind: str
    subject: str
    month: Period
    sentence: str
    figures: Mapping[str, Any]
    keys: Sequence[str] = ()
    levels: tuple[str, ...] = ()
    months: tuple[Period, ...] = field(default=())
    detail: str = ""


def _raised(versions: ContractVersions, found: Signals) -> Iterator[_Raised]:
    for bunch in found.bunched:
        told = {
            "just within": count_text(bunch.found.just_within),
            "expected there": about(bunch.found.expected),
            "just over": count_text(bunch.found.just_over),
            "by chance alone": _once_in(bunch.found.chance),
        }
        level, month = bunch.service_level, bunch.month
        sentence = bunching_sentence(bunch)
        yield _Raised("bunched", level, month, sentence, told, bunch.found.keys, (level,), (month,), bunch.what)
    for clock, soon in found.reopened:
        month = month_of(soon.month_on)
        told = {"undone within the hour": count_text(len(soon.keys)), "stops": count_text(soon.stops)}
        levels = levels_of_clock(versions, clock)
        yield _Raised(
            "reopened", clock, month, reopening_sentence(clock, soon), told, soon.keys, levels, _near(soon.month_on)
        )
    yield from _at_edges(versions, found)
    if found.watermelon is not None:
        months = found.watermelon.months
        outside = f"{', '.join(found.watermelon.met)} met from {months[0].label} to {months[-1].label}"
        for one in found.watermelon.worse:
            told = {"met outside": ", ".join(found.watermelon.met), "standard errors": f"{one.z:.1f}"}
            sentence = f"{outside}, while {inside_sentence(one)}"
            yield _Raised("green_outside", one.service_level, months[-1], sentence, told)


def _at_edges(versions: ContractVersions, found: Signals) -> Iterator[_Raised]:
    for moved in found.redated:
        ended = add_months(moved.month_on, -1)
        told = {**_edge(moved.found), "moved back": count_text(moved.back)}
        yield _Raised(
            "redated",
            moved.what,
            month_of(ended),
            redating_sentence(moved),
            told,
            moved.found.keys,
            moved.levels,
            (month_of(ended), month_of(moved.month_on)),
        )
    for crowd in found.crowded:
        levels = levels_of_clock(versions, crowd.clock)
        edge, month = "first" if crowd.is_first else "last", month_of(crowd.month_on)
        sentence, told = crowding_sentence(crowd), _edge(crowd.found)
        near = _near(crowd.month_on)
        yield _Raised("crowded", crowd.clock, month, sentence, told, crowd.found.keys, levels, near, edge)


def _edge(found: Edge) -> dict[str, str]:
    return {
        "records": count_text(found.records),
        "expected there": about(found.expected),
        "by chance alone": _once_in(found.chance),
    }


def _once_in(chance: float) -> str:
    """A chance as people read it; beyond a million the figure says nothing more."""
    return "less than once in a million" if chance < _ONE_IN_A_MILLION else f"once in {count_text(round(1 / chance))}"


def _near(month_on: date) -> tuple[Period, ...]:
    """A month, and those beside it: a record that stopped in one may be counted in the other."""
    return tuple(month_of(add_months(month_on, step)) for step in (0, 1, -1))


def _placed(one: _Raised, versions: ContractVersions, evidence: Evidence) -> dict[str, Any]:
    """A signal as its record keeps it, each key with the level and month it can be opened in."""
    places = places_of(versions, evidence, one.keys, levels=one.levels, months=one.months) if one.keys else {}
    known = one.subject in versions.latest.service_levels
    records = [[key, *((places[key][0], places[key][1].label) if key in places else ("", ""))] for key in one.keys]
    return {
        "mark": f"{one.kind} {one.month.label} {one.subject} {one.detail}".strip()[:200],
        "kind": one.kind,
        "subject": one.subject[:200],
        "level": one.subject if known else "",
        "month_on": one.month.start_on,
        "sentence": one.sentence,
        "figures": dict(one.figures),
        "records": records,
    }
