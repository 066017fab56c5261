"""Credits by points: steps of a monthly total, and severity points that double when a failure repeats."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from remit.performance.service_credits.drafts import Draft, Factor, Outcome, product
from remit.performance.service_credits.factors import charges_factor, measured_step, rate_factor
from remit.performance.service_credits.histories import LevelMonth, Month, judged_value
from remit.performance.service_credits.rates import counted_windows
from remit.performance.service_credits.statements import Step
from remit.performance.service_credits.wording import measured, number, percent, scaled, verdict
from remit.performance.service_levels import Attainment
from remit.terms.credit_terms import PointStepsTerms, SeverityPointsTerms


def stepped(scheme: PointStepsTerms, month: Month) -> Outcome:
    """The month's points looked up in steps; each missed level's line is its points' part of the one amount.

    Where the next month's charges are reduced, the points of a month are only noted in it; `stepped_before` brings
    the amount on the next statement, when those charges are known.
    """
    missed, failed = _missed(scheme, month)
    points = sum(scheme.points[name] for name in missed)
    rate = _rate_at(scheme, points)
    if not rate:
        return Outcome(failed=failed)
    if scheme.charges_of == "next month":
        note = f"{points} points in {month.label}: {percent(rate)} of the next period's charges, on its statement"
        return Outcome(failed=failed, notes=(note,))
    return Outcome(_step_drafts(scheme, month, month, missed), failed)


def stepped_before(scheme: PointStepsTerms, month: Month) -> Outcome:
    """What the points of the month before take off this month's charges."""
    before = month.past[-1]
    earned_in = replace(month, measured=before.measured, levels=before.levels, past=month.past[:-1])
    missed, _ = _missed(scheme, earned_in)
    return Outcome(_step_drafts(scheme, month, earned_in, missed))


def _missed(scheme: PointStepsTerms, month: Month) -> tuple[dict[str, str], dict[str, bool | None]]:
    """The levels that cost points, each with the words for it; and for all levels whether they failed."""
    missed: dict[str, str] = {}
    failed: dict[str, bool | None] = {}
    for name in scheme.levels():
        level = month.levels.get(name)
        if level is None or level.value is None:
            failed[name] = None if level is None or not level.is_measured else False
            continue
        words = _miss_words(scheme, month, level, level.value)
        failed[name] = bool(words)
        if words:
            missed[name] = words
    return missed, failed


def _miss_words(scheme: PointStepsTerms, month: Month, level: LevelMonth, value: Fraction) -> str:
    worst = level.worst
    before = month.past[-1].levels.get(worst.service_level) if month.past else None
    if not scheme.average_with_month_before or before is None or before.value is None:
        return verdict(worst) if worst.standing.is_miss else ""
    average = (value + before.value) / 2
    if worst.expected is None or not _is_short(average, worst):
        return ""
    side = "over" if worst.at_most else "below"
    return (
        f"{worst.service_level} was {measured(worst)} in {month.label}, {scaled(worst, average)} on average with "
        f"{month.past[-1].measured.period.label}, {side} its expected {scaled(worst, worst.expected)}"
    )


def _is_short(value: Fraction, worst: Attainment) -> bool:
    line = Fraction(worst.expected or 0)
    return value > line if worst.at_most else value < line


def _rate_at(scheme: PointStepsTerms, points: int) -> Decimal:
    reached = [step for step in scheme.steps if step <= points]
    return scheme.steps[max(reached)] if reached and points else Decimal(0)


def _step_drafts(scheme: PointStepsTerms, month: Month, earned_in: Month, missed: dict[str, str]) -> tuple[Draft, ...]:
    points = sum(scheme.points[name] for name in missed)
    rate = _rate_at(scheme, points)
    if not rate:
        return ()
    drafts = []
    for name, words in missed.items():
        mine = Fraction(scheme.points[name], points)
        said = f"{scheme.points[name]} of {points} points"
        part = Factor(mine, said, Step("points", said, f"points of {earned_in.label}"))
        step = rate_factor(rate, f"step of {points} points")
        amount, formula, trace = product([part, step, charges_factor(month, scheme, scheme.of)])
        drafts.append(
            Draft(
                scheme=scheme.key,
                service_level=name,
                amount=amount,
                subject=words,
                formula=formula,
                trace=(measured_step(earned_in.levels[name].worst), *trace),
                clause=scheme.clause,
                bundle=scheme.key,
            )
        )
    return tuple(draft for draft in drafts if draft.amount)


def severity_pointed(scheme: SeverityPointsTerms, month: Month) -> Outcome:
    """Points by how far each level missed, more for a failure that repeats; credit = points × rate × charges."""
    drafts: list[Draft] = []
    failed: dict[str, bool | None] = {}
    for name in scheme.levels():
        level = month.levels.get(name)
        if level is None or not level.is_measured:
            failed[name] = None
            continue
        found = [_severity_draft(scheme, month, window) for window in counted_windows(month, level)]
        due = [draft for draft in found if draft is not None]
        failed[name] = bool(due)
        drafts += due
    return Outcome(tuple(drafts), failed)


def _severity_draft(scheme: SeverityPointsTerms, month: Month, window: Attainment) -> Draft | None:
    name = window.service_level
    value = judged_value(window)
    reached = [band for band in scheme.bands[name] if value is not None and band.is_reached_by(value)]
    if not reached:
        return None
    band = max(reached, key=lambda one: one.points)
    points = Factor(
        Fraction(band.points),
        f"{band.points} points ({band.name})",
        Step("points", str(band.points), f"{band.name}: {band.words} {scaled(window, band.value)}"),
    )
    factors = [points]
    if month.running(scheme, name):
        repeat = number(scheme.repeat_factor)
        step = Step("repeat", repeat, "the same level failed in the measured period before")
        factors.append(Factor(Fraction(scheme.repeat_factor), f"{repeat} for a repeat", step))
    factors += [rate_factor(scheme.rate_per_point, "per point"), charges_factor(month, scheme, scheme.of)]
    amount, formula, trace = product(factors)
    return Draft(
        scheme=scheme.key,
        service_level=name,
        amount=amount,
        subject=verdict(window),
        formula=formula,
        trace=(measured_step(window), *trace),
        clause=scheme.clause,
    )
