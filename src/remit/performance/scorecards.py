"""Scorecards: many attainments as one score, for comparing providers, sites or months."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from remit.performance.service_levels import Attainment
from remit.terms.money import Rounding
from remit.terms.periods import Period
from remit.terms.service_levels import ScorecardTerms, ScorecardWeight

_FULL = 100
_PRINTED = Rounding(places=1)


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One level's part: its value, its score from 0 to 100, and the weight it has; None where it was not measured."""

    service_level: str
    value: Fraction | None
    score: Decimal | None
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One subject's score over a period.

    `subject` is the value of the compared column, empty for the whole. `score` is the weighted mean of the levels that
    were measured and `coverage` the share of the weight they carry: a subject without a record has no score, neither 0
    nor 100, and one measured in part says so. `band` is the name of the band the score lies in as it is printed, so
    that 79.96, printed as 80.0, is in the band from 80; empty below the lowest band.
    """

    period: Period
    subject: str
    lines: tuple[ScoreLine, ...]
    score: Decimal | None
    coverage: Decimal
    band: str

    @property
    def is_partial(self) -> bool:
        """Whether it has a score to which a level with a weight is missing; such a score compares with care."""
        return self.score is not None and any(line.score is None and line.weight > 0 for line in self.lines)


def compose(
    terms: ScorecardTerms, attainments: Mapping[str, Attainment], *, period: Period, subject: str = ""
) -> Scorecard:
    """The scorecard of one subject from its attainments by service level.

    Each level scores 0 at `zero_at`, 100 at `full_at`, straight between, and no more or less outside; all of it in
    fractions, rounded once to one place half up.
    """
    lines = []
    points, weight = Fraction(0), Fraction(0)
    for level_id, wanted in terms.weights.items():
        value = attainments[level_id].exact if level_id in attainments else None
        if value is None:
            lines.append(ScoreLine(level_id, None, None, wanted.weight))
            continue
        score = _score(value, wanted)
        points += score * Fraction(wanted.weight)
        weight += Fraction(wanted.weight)
        lines.append(ScoreLine(level_id, value, _PRINTED.apply(score), wanted.weight))
    whole = sum((Fraction(wanted.weight) for wanted in terms.weights.values()), Fraction(0))
    total = _PRINTED.apply(points / weight) if weight else None
    coverage = Rounding(places=4).apply(weight / whole) if whole else Decimal(0)
    return Scorecard(period, subject, tuple(lines), total, coverage, _band(terms, total))


def ranked(scorecards: Sequence[Scorecard]) -> tuple[Scorecard, ...]:
    """Scorecards from the best score down, those without one last, ties by name."""
    return tuple(sorted(scorecards, key=lambda one: (one.score is None, -(one.score or Decimal(0)), one.subject)))


def places(scorecards: Sequence[Scorecard]) -> dict[str, int]:
    """The place of each compared subject that has a score: equal scores share one, and the next place is left out.

    The whole is not compared with its parts.
    """
    scores = {one.subject: one.score for one in scorecards if one.subject and one.score is not None}
    return {subject: 1 + sum(other > score for other in scores.values()) for subject, score in scores.items()}


def _score(value: Fraction, wanted: ScorecardWeight) -> Fraction:
    zero, full = Fraction(wanted.zero_at), Fraction(wanted.full_at)
    return min(max((value - zero) / (full - zero), Fraction(0)), Fraction(1)) * _FULL


def _band(terms: ScorecardTerms, score: Decimal | None) -> str:
    if score is None:
        return "not measured"
    reached = [band for band in terms.bands if score >= band.score_from]
    return max(reached, key=lambda band: band.score_from).name if reached else ""
