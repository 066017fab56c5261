"""What a service level measures, in words both sides read: made from the terms, as the query is."""

from collections.abc import Callable
from typing import Any

from remit.terms.clocks import ByDimension, Clock
from remit.terms.contracts import Contract
from remit.terms.durations import Duration
from remit.terms.measure_terms import (
    Abandonment,
    Accuracy,
    Availability,
    Backlog,
    CustomRatio,
    FirstContactResolution,
    ForecastAccuracy,
    Measure,
    ServiceFactor,
    TargetByDimension,
    Throughput,
    Turnaround,
)  # fmt: skip

_FACTORS = {
    1: "contacts answered or abandoned within {t}, over contacts answered or abandoned",
    2: "contacts answered within {t}, over contacts answered",
    3: "contacts answered within {t}, over contacts answered or abandoned",
    4: "contacts answered within {t}, over contacts answered or abandoned after {t}",
    5: "contacts answered within {t} or abandoned within {short}, over contacts answered or abandoned",
    6: "contacts answered within {t}, over contacts answered or abandoned after {short}",
}
_AGENT_TIME = {
    "occupancy": "handling time over handling and available time",
    "utilisation": "handling time over paid time",
    "shrinkage": "paid time not worked, over paid time",
    "adherence": "scheduled time worked as scheduled, over scheduled time",
    "conformance": "time worked over time scheduled",
}


def definition_of(contract: Contract, level_id: str) -> str:
    """One service level in a few sentences: what is counted, of which records, on which clock, and when."""
    level = contract.service_levels[level_id]
    measure = level.measure
    sentences = [_capital(_what(measure))]
    if measure.where:
        sentences.append(f"Only {_plural(measure.table)} where {measure.where}")
    if isinstance(measure, Turnaround):
        sentences += _clock_sentences(contract.clocks[measure.clock])
        still_open = _STILL_OPEN[level.still_open]
        sentences.append(f"A record belongs to the window of its {level.attribute_to}; one still open is {still_open}")
    if level.low_volume is not None:
        then = {
            "not_measured": "is not measured",
            "accumulate": "is added to the next",
            "allow_misses": f"may miss {level.low_volume.misses}",
        }
        sentences.append(f"A window with fewer than {level.low_volume.below} records {then[level.low_volume.then]}")
    if level.rounding is not None:
        sentences.append(
            f"Judged on the value rounded to {level.rounding.places} places, {level.rounding.mode.replace('_', ' ')}"
        )
    return ". ".join(sentences) + "."


_STILL_OPEN = {
    "left_out": "left out",
    "missed_once_past_target": "counted as missed once past its target, in the window it fell due",
    "carried": "carried to the window in which it stops",
}


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def _plural(table: str) -> str:
    return table.replace("_", " ")


def _what(measure: Measure) -> str:
    described = _WORDS.get(measure.kind)
    return described(measure) if described is not None else _AGENT_TIME[measure.kind]


def _service_factor(measure: ServiceFactor) -> str:
    words = _FACTORS[measure.variant].format(t=measure.answer_within, short=measure.short_abandon)
    if measure.aggregate == "pooled":
        return f"{words} (service factor, variant {measure.variant})"
    return f"the share of {measure.interval} intervals in which {words} reached {measure.interval_target:.2%}"


def _abandonment(measure: Abandonment) -> str:
    if measure.short_abandon is None:
        return "contacts abandoned over contacts offered, short abandons counted"
    return f"contacts abandoned after {measure.short_abandon} over contacts offered, those abandoned sooner in neither"


def _turnaround(measure: Turnaround) -> str:
    name = "first response" if measure.kind == "first_response" else "turnaround"
    if measure.share_within is not None:
        within = f"is within {_target(measure.share_within)}; exactly on target counts"
        return f"share of records whose {name} on the clock {measure.clock} {within}"
    statistic = (
        f"{measure.percentile}th percentile (nearest rank)" if measure.statistic == "percentile" else measure.statistic
    )
    return f"{statistic} of the {name} on the clock {measure.clock}"


def _target(target: TargetByDimension | Duration) -> str:
    if isinstance(target, Duration):
        return str(target)
    parts = [f"{length} for {target.by} {value}" for value, length in target.map.items()]
    return ", ".join([*parts, *([f"else {target.otherwise}"] if target.otherwise else [])])


def _clock_sentences(clock: Clock) -> list[str]:
    def moment(given: Any) -> str:
        return str(given) if isinstance(given, str) else f"the first {' or '.join([*given.status, *given.event])}"

    on = clock.calendar if isinstance(clock.calendar, str) else _by(clock.calendar)
    found = [f"The clock runs from {moment(clock.starts)} to {moment(clock.stops)} on the calendar {on}"]
    if clock.pauses is not None:
        cap = f", for at most {clock.max_pause} in all" if clock.max_pause is not None else ""
        found.append(f"It stands while the status is {' or '.join(clock.pauses.status)}{cap}")
    if clock.reopen is not None:
        later = (
            f" within {clock.reopen.within}, else {clock.reopen.otherwise.replace('_', ' ')}"
            if clock.reopen.within
            else ""
        )
        found.append(f"On reopening: {clock.reopen.do.replace('_', ' ')}{later}")
    return found


def _by(choice: ByDimension) -> str:
    parts = [f"{name} for {choice.by} {value}" for value, name in choice.map.items()]
    return ", ".join([*parts, *([f"else {choice.otherwise}"] if choice.otherwise else [])])


def _first_contact(measure: FirstContactResolution) -> str:
    without = f"without another within {measure.repeat_within}"
    return {
        "no_repeat": f"first contacts of a customer for a reason {without}, over first contacts",
        "agent_flag": "contacts flagged by the agent as resolved, over contacts flagged either way",
        "survey": "survey answers that say resolved, over answers to that question",
        "single_contact": "resolved cases that took one contact, over resolved cases with a contact count",
    }[measure.variant]


def _accuracy(measure: Accuracy) -> str:
    errors = {"all": "errors", "critical": "critical errors", "non_critical": "non-critical errors"}.get(
        measure.errors, f"{measure.errors.removesuffix('_critical')} critical errors"
    )
    if measure.per == "opportunity":
        return f"1 − {errors} over opportunities for error"
    return f"audited {_plural(measure.of)} without {errors}, over audited {_plural(measure.of)}"


def _backlog(measure: Backlog) -> str:
    if measure.older_than is not None:
        limit = measure.older_than
        return f"{measure.of} open for more than {limit} at the end of the window, over {measure.of} open then"
    what = "number" if measure.statistic == "count" else "mean age"
    return f"{what} of {measure.of} open at the end of the window"


def _availability(measure: Availability) -> str:
    planned = "planned maintenance left out" if measure.planned == "excluded" else "planned maintenance counted"
    over = f"over scheduled time (calendar {measure.calendar})"
    return f"time without an outage of {measure.service} {over}, {planned}, overlaps once"


def _ratio(measure: CustomRatio) -> str:
    if measure.good is not None:
        return f"{_plural(measure.of)} where {measure.good}, over {measure.total or f'all {_plural(measure.of)}'}"
    return f"Σ {measure.sum} over {f'Σ {measure.per}' if measure.per else f'the number of {_plural(measure.of)}'}"


def _throughput(measure: Throughput) -> str:
    per = "" if measure.per == "window" else f" per {measure.per.replace('_', ' ')} (calendar {measure.calendar})"
    return f"{measure.of} finished in the window{per}"


def _forecast(measure: ForecastAccuracy) -> str:
    if measure.kind == "forecast_bias":
        return "Σ (forecast − actual) over Σ actual, by interval"
    return "1 − Σ |actual − forecast| over Σ actual, by interval"


_WORDS: dict[str, Callable[[Any], str]] = {
    "service_factor": _service_factor,
    "speed_of_answer": lambda _: "average speed of answer: Σ wait of the answered over the answered",
    "handle_time": lambda _: "average handle time: (talk + hold + after-contact work) over handled contacts",
    "abandonment": _abandonment,
    "turnaround": _turnaround,
    "first_response": _turnaround,
    "first_contact_resolution": _first_contact,
    "reopening": lambda _: "resolved cases that were opened again, over resolved cases",
    "backlog": _backlog,
    "accuracy": _accuracy,
    "satisfaction": lambda measure: f"answers in the top {measure.top_boxes} boxes of the scale, over answers",
    "net_promoter": lambda _: "share of marks 9–10 less share of marks 0–6",
    "volume": lambda measure: f"number of {_plural(measure.of)}",
    "throughput": _throughput,
    "availability": _availability,
    "ratio": _ratio,
    "attrition": lambda _: "separations over average headcount, as a yearly rate",
    "forecast_accuracy": _forecast,
    "forecast_bias": _forecast,
}
