"""The forecast's band: levels it can't excuse, and bands that excuse nothing or everything."""

from collections.abc import Iterator

from remit.performance.linting.findings import Finding, Path, error, warning
from remit.performance.measures.portable import column_kinds, contract_condition
from remit.terms.contracts import Contract
from remit.terms.measure_terms import ServiceFactor
from remit.terms.service_levels import WindowKind

_INTERVALS = "interval_counts"


def levels_no_forecast_excuses(contract: Contract) -> Iterator[Finding]:
    """Relief is by the calendar month, and the model behind the volume's part knows pooled service factors only."""
    terms = contract.forecast
    if terms is None:
        return
    for index, level_id in enumerate(terms.excuses):
        level = contract.service_levels.get(level_id)
        place: Path = ("forecast", "excuses", index)
        if level is None:
            continue
        if level.window.kind is not WindowKind.MONTH:
            what = f"{level_id} is not judged by the month, and a forecast gives relief month by month"
            yield error(place, what, "leave it out, or set its window to a month", rests_on=["service_levels"])
        is_pooled = isinstance(level.measure, ServiceFactor) and level.measure.aggregate == "pooled"
        if terms.relief == "volume_gap" and not is_pooled:
            what = f"{level_id} is no pooled service factor, so nobody can tell the volume's part in it"
            yield error(place, what, "write relief: whole_month, or leave it out", rests_on=["service_levels"])


def conditions_no_interval_knows(contract: Contract) -> Iterator[Finding]:
    """The condition of a level chooses the intervals that tell of its volume, so it must be readable on them."""
    terms = contract.forecast
    for index, level_id in enumerate(() if terms is None else terms.excuses):
        level = contract.service_levels.get(level_id)
        if level is None or level.measure.where is None:
            continue
        try:
            contract_condition(level.measure.where, column_kinds(contract, _INTERVALS))
        except ValueError as fault:
            what = f"the condition of {level_id} can't be read on {_INTERVALS}, where the forecast is: {fault}"
            hint = "use columns that both have, as queue or site, or leave the level out"
            yield error(("forecast", "excuses", index), what, hint, rests_on=["service_levels", "facts"])


def forecasts_without_a_clause(contract: Contract) -> Iterator[Finding]:
    """Relief is asked for by one side and paid for by the other; the clause tells by what right."""
    if contract.forecast is not None and contract.forecast.clause is None:
        yield warning(("forecast",), "it names no clause that gives relief", 'write clause: "Exhibit B 7.2"')
