"""Comparing: a level's figure of each site or provider, raw and with everybody's mix of work."""

from collections.abc import Sequence

from remit.ingest.contract_files import ContractVersions
from remit.performance.facts import DIMENSIONS
from remit.performance.fairness import Comparison, standardised
from remit.performance.service_levels import Ratio
from remit.runs.evidence import Evidence
from remit.runs.judging import JudgedMonth, Request, measure_months, walk_of
from remit.runs.measured import adds_up
from remit.runs.wording import level_terms
from remit.terms.measure_terms import Turnaround
from remit.terms.problems import Problem, ProblemsFound


def compare(
    versions: ContractVersions,
    evidence: Evidence,
    level_id: str,
    request: Request,
    *,
    by: str,
    adjust: Sequence[str],
) -> Comparison:
    """Each value of `by` with its figure raw and adjusted for the mix of the columns `adjust`.

    The counts are those the level is judged by, over the months asked for together. Raises ProblemsFound where there
    are none, where the facts do not fill a column for the level's records, and where parts of the level do not add up.
    """
    _must_compare(versions, evidence, level_id, (by, *adjust))
    walk = walk_of(versions, evidence, request.as_of)
    months = () if walk is None else tuple(one for one in walk.months(request) if request.includes(one))
    counts: dict[tuple[str, str], Ratio] = {}
    if walk is not None:
        judged = [JudgedMonth(month, versions.terms_for(month)) for month in months]
        judged = [month for month in judged if level_id in month.contract.service_levels]
        for (_, (subject, *strata)), found in measure_months(walk, judged, level_id, dimensions=(by, *adjust)).items():
            key = (subject, " · ".join(strata))
            counts[key] = counts.get(key, Ratio(0, 0, 0)) + found.ratio
    if not counts:
        raise ProblemsFound([Problem(versions.files[0], 0, level_id, "the facts hold no record of it to compare")])
    return Comparison(level_id, level_terms(versions, level_id), months, by, tuple(adjust), standardised(counts))


def _must_compare(versions: ContractVersions, evidence: Evidence, level_id: str, columns: Sequence[str]) -> None:
    """Raises ProblemsFound for a level, or a column, that can't be evened out."""
    level = level_terms(versions, level_id)
    if not adds_up(level.measure):
        what = "it can't be put at one mix: its parts do not add up to it, as those of a share or a mean do"
        raise ProblemsFound([Problem(versions.files[0], 0, level_id, what, "compare a share or a mean")])
    contract = next(one.contract for one in reversed(versions.versions) if level_id in one.contract.service_levels)
    measure = level.measure
    table = contract.clocks[measure.clock].of if isinstance(measure, Turnaround) else measure.table
    filled = evidence.filled.get(table, frozenset())
    for name in columns if table in evidence.columns else ():
        if name not in filled:
            choice = ", ".join(one for one in DIMENSIONS if one in filled) or "nothing"
            what = f"its records say nothing in {name!r}"
            raise ProblemsFound([Problem(versions.files[0], 0, level_id, what, f"they can be told apart by {choice}")])
