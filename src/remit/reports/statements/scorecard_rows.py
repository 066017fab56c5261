"""Scorecards arranged as people read them: the ranked subjects of a period, and subjects against periods."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from remit.performance.scorecards import Scorecard, ScoreLine, places
from remit.performance.settlements import Settlement
from remit.reports.figures import NOTHING, value_text
from remit.reports.statements.contexts import StatementContext
from remit.terms.money import Rounding
from remit.terms.service_levels import ScorecardBand

ALL = "All together"
# Five steps, worst to best, whatever the number of bands; a page and a sheet have colours for each.
TONES = ("worst", "poor", "middling", "good", "best")
_VALUE_PLACES = 12
_SHARE_PLACES = 2
PARTIAL_SIGN = "*"


@dataclass(frozen=True, slots=True)
class ScoreCell:
    """A score as it shows in a grid; a subject that a period does not know has no cell at all."""

    score: Decimal | None
    band: str
    is_partial: bool


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A subject, or a level where nothing is compared, across the periods."""

    name: str
    is_whole: bool
    cells: tuple[ScoreCell | None, ...]


def has_scorecards(settlements: Iterable[Settlement]) -> bool:
    """Whether any period has a scorecard to show."""
    return any(settlement.scorecards for settlement in settlements)


def last_with_scorecards(settlements: Sequence[Settlement]) -> Settlement:
    """The last period that has scorecards, whose ranking is the news."""
    return next(settlement for settlement in reversed(settlements) if settlement.scorecards)


def is_compared(scorecards: Iterable[Scorecard]) -> bool:
    """Whether subjects are compared, rather than one score given to the whole."""
    return any(one.subject for one in scorecards)


def placed(scorecards: Sequence[Scorecard]) -> Iterator[tuple[str, Scorecard]]:
    """Each scorecard with its place: the whole first and without one, shared places as `2=`."""
    place = places(scorecards)
    shared = [rank for rank in place.values() if list(place.values()).count(rank) > 1]
    for one in sorted(scorecards, key=lambda each: each.subject != ""):
        rank = place.get(one.subject)
        yield ("" if rank is None else f"{rank}=" if rank in shared else str(rank)), one


def levels_of(scorecards: Iterable[Scorecard]) -> list[str]:
    """The service levels that any of the scorecards scores, in the contract's order."""
    return list(dict.fromkeys(line.service_level for one in scorecards for line in one.lines))


def line_of(scorecard: Scorecard, service_level: str) -> ScoreLine:
    """A level's line; a level that an amendment brought in later has an empty one."""
    found = (line for line in scorecard.lines if line.service_level == service_level)
    return next(found, ScoreLine(service_level, None, None, Decimal(0)))


def score_rows(settlements: Sequence[Settlement]) -> list[ScoreRow]:
    """Subjects against periods: those best in the last period first, as its ranking has them, the whole on top.

    Where nothing is compared, the levels' scores stand below the whole's.
    """
    periods = [{one.subject: one for one in settlement.scorecards} for settlement in settlements]
    newest_first = periods[::-1]
    subjects = sorted({name for known in periods for name in known}, key=lambda name: _newest_best(name, newest_first))
    rows = [ScoreRow(name or ALL, not name, tuple(_cell(known.get(name)) for known in periods)) for name in subjects]
    if subjects != [""]:
        return rows
    wholes = [known.get("") for known in periods]
    names = levels_of(one for one in wholes if one is not None)
    return rows + [ScoreRow(name, False, tuple(_line_cell(one, name) for one in wholes)) for name in names]


def _newest_best(subject: str, newest_first: Sequence[dict[str, Scorecard]]) -> tuple[bool, list[Decimal], str]:
    found = [known.get(subject) for known in newest_first]
    # Scores are 0 to 100: one that is missing comes after all of them.
    return subject != "", [Decimal(1) if one is None or one.score is None else -one.score for one in found], subject


def _cell(scorecard: Scorecard | None) -> ScoreCell | None:
    return None if scorecard is None else ScoreCell(scorecard.score, scorecard.band, scorecard.is_partial)


def _line_cell(scorecard: Scorecard | None, service_level: str) -> ScoreCell | None:
    return None if scorecard is None else ScoreCell(line_of(scorecard, service_level).score, "", is_partial=False)


def score_text(score: Decimal | None) -> str:
    """A score from 0 to 100 with its one place; `–` where nothing was measured."""
    return NOTHING if score is None else f"{score:.1f}"


def line_value_text(line: ScoreLine, context: StatementContext) -> str:
    """A level's value in its own unit, `93.21 %`, `2 min 05 s`."""
    if line.value is None:
        return NOTHING
    return value_text(Rounding(places=_VALUE_PLACES).apply(line.value), context.words(line.service_level).unit)


def share_text(share: Decimal) -> str:
    """A weight or a coverage: `60 %`, `33.33 %`."""
    percent = Rounding(places=_SHARE_PLACES).apply(share * 100)
    return f"{percent.normalize():f} %"


def tone_of(score: Decimal | None, band: str, context: StatementContext) -> str:
    """Which of five tones a score is shown in: by its band's place among the contract's bands.

    Without bands, or below the lowest of them, a tone would be a verdict that the contract does not give: none.
    """
    bands = _bands(context)
    names = [each.name for each in bands]
    if score is None or band not in names:
        return ""
    last = len(names) - 1
    return TONES[(names.index(band) * (len(TONES) - 1) * 2 + last) // (2 * last)] if last else TONES[-1]


def _bands(context: StatementContext) -> list[ScorecardBand]:
    """From the lowest up."""
    given = () if context.scorecard is None else context.scorecard.bands
    return sorted(given, key=lambda band: band.score_from)


def band_legend(context: StatementContext) -> list[tuple[str, str, str]]:
    """Each band from the best down: its name, the score it begins at, its tone."""
    return [
        (band.name, f"{band.score_from.normalize():f}", tone_of(band.score_from, band.name, context))
        for band in reversed(_bands(context))
    ]


def scale_sentences(context: StatementContext) -> list[tuple[str, str]]:
    """How a score is made, level by level: its id, and its weight and scale in words."""
    if context.scorecard is None:
        return []
    told = []
    for level_id, scale in context.scorecard.weights.items():
        unit = context.words(level_id).unit
        ends = f"0 points at {value_text(scale.zero_at, unit)}, 100 at {value_text(scale.full_at, unit)}"
        told.append((level_id, f"weight {share_text(scale.weight)}, {ends}"))
    return told


def subject_word(context: StatementContext) -> str:
    """What the compared subjects are: the column's name, `provider`."""
    column = None if context.scorecard is None else context.scorecard.by
    return (column or "subject").replace("_", " ")
