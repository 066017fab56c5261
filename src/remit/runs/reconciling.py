"""Reconciling: the source's own verdicts or figures against ours, each difference with its cause.

A cause is found by measuring again with one thing changed at a time, in a fixed order, and asking whether the two sides
would then agree: the calendar, the pauses, the instant the clock stops at, the target's priority.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from sqlglot import exp

from remit.engines.measuring import records_of
from remit.ingest.contract_files import ContractVersions
from remit.performance.explanations import MeasuredRecord
from remit.performance.facts import TABLES
from remit.performance.measures.catalogue import compile_level
from remit.performance.measures.windows import disjoint_groups
from remit.performance.reconciliations import Difference, FigureDifference, Reconciliation
from remit.performance.service_levels import Attainment, Ratio
from remit.runs.evidence import Evidence
from remit.runs.explaining import NotExplainable, explain
from remit.runs.judging import EVERYTHING, JudgedMonth, Request, Walk, walk_of
from remit.runs.measured import missing_tables, scope_for, with_contracts
from remit.runs.wording import level_terms
from remit.terms.calendars import AROUND_THE_CLOCK
from remit.terms.clocks import Clock, PriorityChange
from remit.terms.contracts import Contract
from remit.terms.measure_terms import Turnaround, Unit
from remit.terms.periods import Period
from remit.terms.problems import Problem, ProblemsFound

Change = Callable[[Contract, str], Contract]

VERDICT = "provider_verdict"
_EXTRA = "extra records (not among the level's records of the month)"
_NEAR_SECONDS = 60
_PERCENT_PLACES = 2


def reconcile(
    versions: ContractVersions, evidence: Evidence, level_id: str, request: Request = EVERYTHING
) -> Reconciliation:
    """Both sides' verdicts on a level's records over the months asked for; or their monthly figures where given.

    Raises NotExplainable where the facts bring neither a verdict column nor figures.
    """
    walk = walk_of(versions, evidence, request.as_of)
    if walk is None:
        raise NotExplainable("there are no facts to compare")
    asked = [month for month in walk.months(request) if request.includes(month)]
    if not asked:
        raise NotExplainable("there are no facts in the months asked for")
    measure = level_terms(versions, level_id).measure
    has_verdicts = VERDICT in evidence.filled.get(measure.table, frozenset())
    if has_verdicts and measure.is_share:
        return _by_record(walk, level_id, asked)
    if "provider_figures" in evidence.columns:
        return _by_figure(walk, level_id, asked)
    if has_verdicts:
        raise NotExplainable(
            f"{level_id} judges no single record, so the source's verdicts say nothing of it; "
            "bring its figures as the table provider_figures"
        )
    raise NotExplainable(
        f"the facts bring neither verdicts nor figures: map {measure.table}.{VERDICT}, or bring provider_figures"
        if measure.table == "cases"
        else "the facts bring no figures of the provider's: bring the table provider_figures"
    )


def _span(months: Sequence[Period]) -> Period:
    return Period(months[0].start_on, months[-1].end_on)


def _by_record(walk: Walk, level_id: str, months: Sequence[Period]) -> Reconciliation:
    return compare_records(walk, level_id, months, _verdicts(walk, level_id))


def compare_records(
    walk: Walk, level_id: str, months: Sequence[Period], theirs: Mapping[str, bool | None], *, is_whole: bool = False
) -> Reconciliation:
    """Our verdicts on a level's records against theirs, each difference with its cause.

    `is_whole` says that theirs are of these months alone: a record of theirs that we do not have there is then an extra
    one, and one of ours that they lack a missing one. Raises NotExplainable where the facts lack a table.
    """
    ours = _records(walk, level_id, months)
    judged = {key: record for key, record in ours.items() if record.met is not None or theirs.get(key) is not None}
    different = {key: record for key, record in judged.items() if record.met != theirs.get(key)}
    causes = _causes(walk, level_id) if different else iter(())
    found = _with_causes(different, theirs, causes)
    extra = sorted(key for key in theirs if key not in ours and theirs[key] is not None) if is_whole else []
    found += [Difference(key, None, theirs[key], _EXTRA) for key in extra]
    return Reconciliation(
        service_level=level_id,
        period=_span(months),
        total=len(judged) + len(extra),
        agree=len(judged) - len(different),
        differences=tuple(found),
        ours=_counted(record.met for record in judged.values()),
        theirs=_counted(theirs.get(key) for key in (*judged, *extra)),
    )


def _counted(verdicts: Iterable[bool | None]) -> Ratio:
    """How many of some records are met, of those that are judged at all."""
    judged = [verdict for verdict in verdicts if verdict is not None]
    return Ratio(sum(judged), len(judged), len(judged))


def _records(walk: Walk, level_id: str, months: Sequence[Period]) -> dict[str, MeasuredRecord]:
    """Every record of the months as it counted, by the terms in force; a query for each version of them."""
    by_terms: dict[int, tuple[Contract, list[Period]]] = {}
    for month in months:
        judged = JudgedMonth(month, walk.versions.terms_for(month))
        for window in judged.windows_of(level_id):
            for piece in walk.pieces_of(judged, level_id, window):
                by_terms.setdefault(id(piece.contract), (piece.contract, []))[1].append(piece.days)
    found: dict[str, MeasuredRecord] = {}
    for contract, asked in by_terms.values():
        missing = missing_tables(contract, level_id, walk.evidence)
        if missing:
            raise NotExplainable(f"the facts have no table {' and no table '.join(missing)}")
        for group in disjoint_groups(tuple(asked)):
            scope = scope_for(contract, level_id, group, walk.evidence, as_of=walk.as_of)
            listing = walk.evidence.engine.listing(compile_level(scope))
            judged_by_record = contract.service_levels[level_id].measure.is_share
            found.update({record.key: record for record in records_of(listing, judged=judged_by_record)})
    return found


def _verdicts(walk: Walk, level_id: str) -> dict[str, bool | None]:
    table = level_terms(walk.versions, level_id).measure.table
    (key,) = TABLES[table].key
    query = exp.select(exp.column(key, quoted=True), exp.column(VERDICT, quoted=True)).from_(table)
    return dict(walk.evidence.engine.rows(query))


def _with_causes(
    different: dict[str, MeasuredRecord],
    theirs: Mapping[str, bool | None],
    causes: Iterator[tuple[str, dict[str, MeasuredRecord]]],
) -> list[Difference]:
    """Each difference with the first cause that explains it; recomputing stops when nothing is left to explain."""
    explained: dict[str, str] = {
        key: cause for key, record in different.items() if (cause := _plain_cause(record, verdict=theirs.get(key)))
    }
    left = [key for key in different if key not in explained]
    for cause, again in causes:
        if not left:
            break
        explained |= {key: cause for key in left if key in again and again[key].met == theirs.get(key)}
        left = [key for key in left if key not in explained]
    return [
        Difference(key, different[key].met, theirs.get(key), explained.get(key, "unexplained"))
        for key in sorted(different)
    ]


def _plain_cause(record: MeasuredRecord, *, verdict: bool | None) -> str:
    """Causes that need no second measurement."""
    if record.excluded_by is not None:
        return f"exclusion (we leave it out: {record.excluded_by})"
    if verdict is None:
        return "missing verdict (the source gives none)"
    if record.seconds is not None and record.target_seconds is not None:
        gap = abs(record.seconds - record.target_seconds)
        if gap < _NEAR_SECONDS:
            return "rounding (within a minute of its target)"
    return ""


def _causes(walk: Walk, level_id: str) -> Iterator[tuple[str, dict[str, MeasuredRecord]]]:
    """Our records again under each change of terms that means anything for the level and that the facts can tell.

    One at a time, and of all months, since a clock that stops at another instant may stop in another month.
    """
    months = walk.months(EVERYTHING)
    for cause, change in CHANGES_OF_CLOCKS:
        changed = with_contracts(walk.versions, _applied(change, level_id))
        needs_more = any(
            level_id in one.contract.service_levels and missing_tables(one.contract, level_id, walk.evidence)
            for one in changed.versions
        )
        if changed != walk.versions and not needs_more:
            yield cause, _records(replace(walk, versions=changed), level_id, months)


def _applied(change: Change, level_id: str) -> Callable[[Contract], Contract]:
    return lambda contract: change(contract, level_id)


def _with_clock(contract: Contract, level_id: str, **changes: object) -> Contract:
    measure = contract.service_levels[level_id].measure
    if not isinstance(measure, Turnaround):
        return contract
    clock = contract.clocks[measure.clock].model_copy(update=changes)
    return contract.model_copy(update={"clocks": {**contract.clocks, measure.clock: clock}})


def _clock_of(contract: Contract, level_id: str) -> Clock | None:
    level = contract.service_levels.get(level_id)
    return contract.clocks[level.measure.clock] if level is not None and isinstance(level.measure, Turnaround) else None


def _without_pauses(contract: Contract, level_id: str) -> Contract:
    clock = _clock_of(contract, level_id)
    if clock is None or clock.pauses is None:
        return contract
    return _with_clock(contract, level_id, pauses=None, max_pause=None)


def _stopping_at(instant: str) -> Change:
    """The change that lets a clock on cases stop at another of their instants."""

    def changed(contract: Contract, level_id: str) -> Contract:
        clock = _clock_of(contract, level_id)
        if clock is None or clock.of != "cases" or not isinstance(clock.stops, str):
            return contract
        return _with_clock(contract, level_id, stops=instant)

    return changed


def _initial_priority(contract: Contract, level_id: str) -> Contract:
    clock = _clock_of(contract, level_id)
    if clock is None or clock.of != "cases" or clock.priority_change is PriorityChange.INITIAL:
        return contract
    return _with_clock(contract, level_id, priority_change=PriorityChange.INITIAL)


def _without_holidays(contract: Contract, level_id: str) -> Contract:
    if _clock_of(contract, level_id) is None:
        return contract
    plain = {name: calendar.without_holidays() for name, calendar in contract.calendars.items()}
    return contract.model_copy(update={"calendars": plain})


def _around_the_clock(contract: Contract, level_id: str) -> Contract:
    if _clock_of(contract, level_id) is None:
        return contract
    return contract.model_copy(update={"calendars": dict.fromkeys(contract.calendars, AROUND_THE_CLOCK)})


CHANGES_OF_CLOCKS: tuple[tuple[str, Change], ...] = (
    ("pauses (agrees if nothing pauses the clock)", _without_pauses),
    ("stop (agrees if the clock stops at resolved_at)", _stopping_at("resolved_at")),
    ("stop (agrees if the clock stops at closed_at)", _stopping_at("closed_at")),
    ("priority (agrees by the first one it had)", _initial_priority),
    ("holidays (agrees if closed days count)", _without_holidays),
    ("calendar (agrees if every hour counts)", _around_the_clock),
)


def _by_figure(walk: Walk, level_id: str, months: Sequence[Period]) -> Reconciliation:
    theirs = figures_of(walk, level_id)
    least_places = least_places_of(walk.versions, level_id)
    compared, found = 0, []
    for month in months:
        figure = theirs.get(month.start_on.isoformat()[:7])
        if figure is None:
            continue
        compared += 1
        try:
            (*_, explanation) = explain(walk.versions, walk.evidence, level_id, month, as_of=walk.as_of)
        except NotExplainable:
            found.append(FigureDifference(month, None, figure[0], "not measured by us"))
            continue
        difference = _figure_difference(month, explanation.attainment, figure, least_places=least_places)
        if difference is not None:
            found.append(difference)
    return Reconciliation(level_id, _span(months), compared, compared - len(found), (), tuple(found))


Figure = tuple[Decimal | None, int | None, int | None]


def figures_of(walk: Walk, level_id: str) -> dict[str, Figure]:
    """The source's own figures of a level by month, in the contract's zone.

    A figure that starts on another day than a month's first was mapped in another zone, and would stand against the
    month before its own: it is refused.
    """
    names = ("starts_at", "value", "numerator", "denominator")
    query = (
        exp.select(*[exp.column(name, quoted=True) for name in names])
        .from_("provider_figures")
        .where(exp.column("service_level", quoted=True).eq(exp.Literal.string(level_id)))
    )
    rows = walk.evidence.engine.rows(query)
    days = [walk.local_day(at) for at, *_ in rows]
    astray = sorted(day for day in days if day.day != 1)
    if astray:
        what = f"a figure of {level_id} starts on {astray[0]} in {walk.versions.signed.zone.key}, not on the first"
        hint = "is the time_zone of this source the contract's? Write it in the mapping beside its files"
        raise ProblemsFound([Problem("provider_figures", 0, "starts_at", what, hint)])
    return {day.isoformat()[:7]: (row[1], row[2], row[3]) for day, row in zip(days, rows, strict=True)}


def _figure_difference(
    month: Period, ours: Attainment, theirs: Figure, *, least_places: int
) -> FigureDifference | None:
    value, numerator, denominator = theirs
    if numerator is not None and denominator is not None:
        same = (numerator, denominator) == (ours.ratio.numerator, ours.ratio.denominator)
        cause = counts_cause(ours, denominator)
    else:
        same = value is not None and ours.exact is not None and rounds_to(ours.exact, value, least=least_places)
        cause = "formula, exclusion or data (only the value was given)"
    if same:
        return None
    return FigureDifference(
        month, ours.value, value, cause, ours.ratio.numerator, ours.ratio.denominator, numerator, denominator
    )


def least_places_of(versions: ContractVersions, level_id: str) -> int:
    """The places a figure of a level is taken to have at least: percent whole, and anything else whole."""
    is_share = level_terms(versions, level_id).measure.value_unit is Unit.SHARE
    return _PERCENT_PLACES if is_share else 0


def rounds_to(exact: Fraction, value: Decimal, *, least: int) -> bool:
    """Whether a figure is ours at its own number of places, and at `least` so many; half of the last either way.

    Zeros at its end do not count as places, since facts keep four of every decimal.
    """
    exponent = value.normalize().as_tuple().exponent
    places = max(least, -exponent if isinstance(exponent, int) else 0)
    return abs(exact - Fraction(value)) <= Fraction(1, 2 * 10**places)


def counts_cause(ours: Attainment, denominator: int) -> str:
    """What their number of records tells of the cause, where nothing else is known."""
    if ours.excluded and denominator == ours.ratio.denominator + ours.excluded:
        return "exclusion (they count what the contract leaves out)"
    if denominator < ours.ratio.denominator:
        return "missing records (theirs has fewer)"
    if denominator > ours.ratio.denominator:
        return "extra records (theirs has more)"
    return "formula, calendar or pause (same records, other verdicts)"
