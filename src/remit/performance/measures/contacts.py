"""Measures of contacts: service factor, speed of answer, handle time, abandonment."""

from fractions import Fraction

from sqlglot import exp

from remit.performance.measures.assembling import exclusion_of, level_condition, waiver_join
from remit.performance.measures.expressions import (
    both,
    coalesce,
    column,
    is_known,
    is_unknown,
    number,
    one_if,
    total,
    where_all,
)
from remit.performance.measures.outcomes import instant_of, key_of
from remit.performance.measures.pruning import within
from remit.performance.measures.queries import RecordParts, Scope
from remit.terms.measure_terms import Abandonment, HandleTime, ServiceFactor, SpeedOfAnswer

_ANSWERED = "answered_at"
_ABANDONED = "abandoned_at"


def _wait() -> exp.Expr:
    """How long a contact waited: as the source says, else until it was answered or given up."""
    ended = coalesce(column(_ANSWERED), column(_ABANDONED))
    return coalesce(column("wait_seconds"), ended - column("queued_at"))


def service_factor(measure: ServiceFactor) -> RecordParts:
    """Each contact's part in the variant's numerator and denominator; an answer exactly on the threshold counts."""
    if measure.of == "interval_counts":
        return _service_factor_of_counts(measure)
    within, short = measure.answer_within.seconds, measure.short_abandon.seconds if measure.short_abandon else 0
    answered, abandoned = is_known(column(_ANSWERED)), is_known(column(_ABANDONED))
    soon = _wait() <= within
    answered_soon = both(answered, soon)
    abandoned_soon = both(abandoned, soon)
    abandoned_short = both(abandoned, _wait() <= short)
    either = exp.or_(answered, abandoned)
    good = {1: exp.or_(answered_soon, abandoned_soon), 5: exp.or_(answered_soon, abandoned_short)}.get(
        measure.variant, answered_soon
    )
    counted = {
        2: answered,
        4: exp.or_(answered, both(abandoned, _wait() > within)),
        6: exp.or_(answered, both(abandoned, _wait() > short)),
    }.get(measure.variant, either)
    return RecordParts(
        source="interactions",
        key=column("interaction_key"),
        at=column("queued_at"),
        numerator=one_if(good),
        denominator=one_if(counted),
        seconds=_wait(),
        target_seconds=number(within),
        where=either,
    )


def _service_factor_of_counts(measure: ServiceFactor) -> RecordParts:
    answered, soon, abandoned = column("answered"), column("answered_within"), column("abandoned")
    abandoned_soon, short = column("abandoned_within"), column("abandoned_short")
    numerator = {1: soon + abandoned_soon, 5: soon + short}.get(measure.variant, soon)
    denominator = {
        2: answered,
        4: answered + (abandoned - abandoned_soon),
        6: answered + (abandoned - short),
    }.get(measure.variant, answered + abandoned)
    return _of_counts(numerator, denominator)


def _of_counts(numerator: exp.Expr, denominator: exp.Expr) -> RecordParts:
    known = both(is_known(numerator.unnest()), is_known(denominator.unnest()))
    return RecordParts(
        source="interval_counts",
        key=column("interval_key"),
        at=column("starts_at"),
        numerator=numerator.copy(),
        denominator=denominator.copy(),
        where=known,
    )


def speed_of_answer(measure: SpeedOfAnswer) -> RecordParts:
    """ASA: the wait of those answered, over those answered."""
    if measure.of == "interval_counts":
        return _of_counts(column("wait_seconds"), column("answered"))
    return RecordParts(
        source="interactions",
        key=column("interaction_key"),
        at=column("queued_at"),
        numerator=_wait(),
        denominator=number(1),
        seconds=_wait(),
        where=is_known(column(_ANSWERED)),
    )


def handle_time(measure: HandleTime) -> RecordParts:
    """AHT: talk, hold and after-contact work of those handled; a contact without a talk time was not handled."""
    if measure.of == "interval_counts":
        return _of_counts(column("handling_seconds"), column("handled"))
    extra = [
        exp.Coalesce(this=column(name), expressions=[number(0)]) for name in ("hold_seconds", "after_contact_seconds")
    ]
    handling = column("talk_seconds") + extra[0] + extra[1]
    return RecordParts(
        source="interactions",
        key=column("interaction_key"),
        at=column("queued_at"),
        numerator=handling,
        denominator=number(1),
        seconds=handling.copy(),
        where=both(is_known(column(_ANSWERED)), is_known(column("talk_seconds"))),
    )


def abandonment(measure: Abandonment) -> RecordParts:
    """Abandoned over offered; short abandons, where named, are in neither."""
    if measure.of == "interval_counts":
        short = column("abandoned_short")
        offered, abandoned = column("offered"), column("abandoned")
        return (
            _of_counts(abandoned - short, offered - short) if measure.short_abandon else _of_counts(abandoned, offered)
        )
    gave_up = is_known(column(_ABANDONED))
    offered_row: exp.Expr = exp.or_(is_known(column(_ANSWERED)), gave_up)
    if measure.short_abandon is not None:
        kept = _wait() > measure.short_abandon.seconds
        offered_row = exp.or_(is_known(column(_ANSWERED)), both(gave_up, kept))
    return RecordParts(
        source="interactions",
        key=column("interaction_key"),
        at=column("queued_at"),
        numerator=one_if(gave_up.copy()),
        denominator=number(1),
        seconds=_wait(),
        where=offered_row,
    )


def share_of_intervals(parts: RecordParts, measure: ServiceFactor, scope: Scope) -> RecordParts:
    """One record an interval: whether Σ numerators / Σ denominators reached the interval's own target.

    Compared by cross-multiplication of integers. An interval without contacts is not in the share. The level's
    condition and its exclusions are about contacts, so they act inside the interval; split by a dimension, each of its
    values has intervals of its own.
    """
    length = number(measure.interval.seconds)
    start = exp.paren(instant_of(measure.of) // length) * length.copy()
    excluded = exclusion_of(scope)
    waivers = waiver_join(scope, key_of(measure.of))
    split = [column(name) for name in scope.dimensions]
    summed = (
        exp.select(
            start.as_("interval_at"),
            *split,
            total(parts.numerator.copy()).as_("good"),
            total(parts.denominator.copy()).as_("counted"),
        )
        .from_(exp.to_table(measure.of).as_("r"))
        .where(
            where_all(
                parts.where,
                level_condition(scope),
                None if excluded is None else is_unknown(excluded),
                # An interval belongs to the window it starts in, with all that came before it ended.
                within(scope, instant_of(measure.of), after=measure.interval.seconds),
            )
        )
        .group_by(start.copy(), *[name.copy() for name in split])
    )
    summed = summed if waivers is None else summed.join(waivers)
    of, out_of = Fraction(measure.interval_target or 0).as_integer_ratio()
    reached = column("good") * out_of >= column("counted") * of
    return RecordParts(
        source=summed,
        key=exp.cast(column("interval_at"), "TEXT"),
        at=column("interval_at"),
        numerator=one_if(reached),
        denominator=number(1),
        where=column("counted") > 0,
        is_conditioned=True,
    )
