"""Scorecards: weights that don't make a whole, scales upside down, bands that coincide."""

from collections.abc import Iterator

from remit.performance.linting.findings import Finding, Path, error, warning
from remit.terms.contracts import Contract


def weights_that_make_no_whole(contract: Contract) -> Iterator[Finding]:
    """Weights are parts of one score; together they are 100 %."""
    if contract.scorecard is not None:
        total = sum(scale.weight for scale in contract.scorecard.weights.values())
        if total != 1:
            what = f"weights add up to {total * 100:f}%"
            yield warning(("scorecard", "weights"), what, "make them add up to 100%", rests_on=["scorecard"])


def scales_upside_down(contract: Contract) -> Iterator[Finding]:
    """Of the values of 0 and of 100 points the better one has the 100."""
    if contract.scorecard is None:
        return
    for level_id, scale in contract.scorecard.weights.items():
        place: Path = ("scorecard", "weights", level_id)
        level = contract.service_levels.get(level_id)
        if level is not None and (scale.full_at < scale.zero_at) != level.at_most:
            better = "lower" if level.at_most else "higher"
            what = f"100 points at {scale.full_at} and 0 at {scale.zero_at}, while {better} is better"
            yield warning(place, what, "swap zero_at and full_at")


def bands_that_coincide(contract: Contract) -> Iterator[Finding]:
    """Two bands that begin at one score can't be told apart."""
    if contract.scorecard is None:
        return
    begins = [band.score_from for band in contract.scorecard.bands]
    for index, score in enumerate(begins):
        if score in begins[:index]:
            yield error(("scorecard", "bands", index, "from"), f"two bands begin at {score}", "give each its own score")
