"""Records of a level's month chosen by name, by a condition or by a span of time, as a list that stands."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from remit.ingest.contract_files import ContractVersions
from remit.performance.explanations import Explanation, MeasuredRecord
from remit.performance.facts import DIMENSIONS, TABLES
from remit.performance.measures.expressions import column, qualified, where_all
from remit.performance.measures.outcomes import instant_of, key_of
from remit.performance.measures.portable import column_kinds, contract_condition
from remit.runs.evidence import Evidence
from remit.runs.explaining import explain, relief_name
from remit.runs.measured import refusals_told
from remit.terms.clocks import ReopenPolicy
from remit.terms.contracts import Contract
from remit.terms.measure_terms import Turnaround
from remit.terms.periods import Period
from remit.terms.problems import Problem, ProblemsFound

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Choice:
    """Which records of a level's month are meant; every further word narrows them, and none means all of them.

    `where` is an SQL condition as a contract's, on the columns of the level's table. `from_at` and `to_at` are UTC
    seconds, half-open, between which a record's own time lies (a case's opening, a contact's arrival). `containing` is
    a text that stands in a record's key or in one of its dimensions, capitals or not.
    """

    keys: tuple[str, ...] = ()
    where: str = ""
    from_at: int | None = None
    to_at: int | None = None
    is_missed_only: bool = False
    containing: str = ""

    @property
    def looks_at_columns(self) -> bool:
        """Whether the records' own columns decide, beside how they counted."""
        return bool(self.where or self.containing) or self.from_at is not None or self.to_at is not None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A record that was chosen: as it counts before anything is waived, and in which window."""

    window: str
    record: MeasuredRecord


def condition_fault(contract: Contract, level_id: str, where: str) -> str:
    """What is wrong with a condition on a level's records, in a sentence; empty where it can be computed."""
    try:
        contract_condition(where, column_kinds(contract, contract.service_levels[level_id].measure.table))
    except ValueError as fault:
        return str(fault)
    return ""


def choose(
    versions: ContractVersions, evidence: Evidence, level_id: str, period: Period, choice: Choice
) -> tuple[Chosen, ...]:
    """The records of a level's windows that end in a period and fit a choice, without those left out already.

    They are told by the same walk as `explain`, so that what is waived are the very records behind the number. Raises
    NotExplainable where the level is not judged in the period, and ProblemsFound for a record named that does not
    stand behind the number, for a condition that can't be computed, and for columns the level's records don't have.
    """
    found = explain(versions, evidence, level_id, period)
    listed = [Chosen(one.attainment.window.label, record) for one in found for record in _records(one)]
    _must_be_known(choice, listed, level_id, period)
    contract = versions.terms_for(period)
    fitting = _fitting(contract, evidence, level_id, choice) if choice.looks_at_columns else None
    wanted = frozenset(choice.keys)
    return tuple(
        one
        for one in listed
        if one.record.excluded_by is None
        and (not wanted or one.record.key in wanted)
        and (not choice.is_missed_only or one.record.met is False)
        and (fitting is None or _own_key(one.record.key, contract, level_id) in fitting)
    )


def _records(explanation: Explanation) -> Iterator[MeasuredRecord]:
    """The records behind a number; what belongs to the window itself, as its length or its relief does, is none."""
    window = explanation.attainment.window
    own = {f"the window {window.label}", relief_name(window)}
    return (one for one in explanation.records if one.key not in own)


def _must_be_known(choice: Choice, listed: Sequence[Chosen], level_id: str, period: Period) -> None:
    known = {one.record.key for one in listed}
    strange = [key for key in dict.fromkeys(choice.keys) if key not in known]
    if strange:
        more = f" and {len(strange) - _MOST_NAMED} more" if len(strange) > _MOST_NAMED else ""
        what = f"{', '.join(strange[:_MOST_NAMED])}{more}: no such record stands behind {level_id} in {period.label}"
        raise ProblemsFound([Problem("records", 0, "", what, "take the keys from the level's list of records")])


def _fitting(contract: Contract, evidence: Evidence, level_id: str, choice: Choice) -> Collection[str]:
    """The keys of the level's table whose rows fit the words about columns."""
    table = contract.service_levels[level_id].measure.table
    query = exp.select(key_of(table)).from_(exp.to_table(table).as_("r"))
    shown = [name for name in DIMENSIONS if name in evidence.filled.get(table, ())] if choice.containing else []
    query = query.select(*[column(name) for name in shown]).where(_condition(contract, table, choice))
    with refusals_told(f"service_levels.{level_id}"):
        rows = evidence.engine.rows(query)
    text = choice.containing.casefold()
    return {str(row[0]) for row in rows if any(text in str(value or "").casefold() for value in row)}


def _condition(contract: Contract, table: str, choice: Choice) -> exp.Expr | None:
    parts: list[exp.Expr | None] = []
    if choice.where:
        parts.append(qualified(contract_condition(choice.where, column_kinds(contract, table))))
    at = instant_of(table)
    if choice.from_at is not None:
        parts.append(at.copy() >= choice.from_at)
    if choice.to_at is not None:
        parts.append(at.copy() < choice.to_at)
    return where_all(*parts)


def _own_key(key: str, contract: Contract, level_id: str) -> str:
    """The key a record has in its table: a case opened again may be a record of its own, `key#2`."""
    measure = contract.service_levels[level_id].measure
    clock = contract.clocks[measure.clock] if isinstance(measure, Turnaround) else None
    reopen = None if clock is None else clock.reopen
    if reopen is None or ReopenPolicy.NEW_RECORD not in (reopen.do, reopen.otherwise):
        return key
    case, mark, number = key.rpartition("#")
    return case if mark and number.isdecimal() else key


def time_column(contract: Contract, level_id: str) -> str:
    """The column by which a span of time finds a level's records."""
    return TABLES[contract.service_levels[level_id].measure.table].time_column


def columns_to_choose_by(contract: Contract, level_id: str) -> Mapping[str, str]:
    """The columns a condition may name, with their kinds."""
    return column_kinds(contract, contract.service_levels[level_id].measure.table)
