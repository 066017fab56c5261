"""Erlang C: how many of an interval's contacts are answered in time, by what is offered and how many answer.

Contacts come at random, nobody gives up, and whoever waits is answered in order. Patience is not modelled, so that a
crowded interval looks worse than it was; where the load reaches the number of agents the queue has no steady state and
nobody is counted as answered in time. Decimals with fifty digits: the same figures on every machine.
"""

from decimal import Decimal, localcontext
from fractions import Fraction

_PRECISION = 50


def waiting_share(agents: int, load: Fraction) -> Fraction:
    """The share of contacts that wait at all, at an offered load in erlangs (volume × handle time / interval).

    Erlang's B by its stable recursion, one agent after the other, then C from it; exact. 1 where the load reaches the
    agents, 0 where nothing is offered. Raises ValueError for a negative number.
    """
    if agents < 0 or load < 0:
        raise ValueError(f"{agents} agents at a load of {load} erlangs can't be; both are 0 or more")
    if not load:
        return Fraction(0)
    if load >= agents:
        return Fraction(1)
    with localcontext(prec=_PRECISION):
        offered = Decimal(load.numerator) / load.denominator
        inverse = Decimal(1)
        for number in range(1, agents + 1):
            inverse = 1 + inverse * number / offered
        blocked = 1 / inverse
        waits = agents * blocked / (agents - offered * (1 - blocked))
    return Fraction(waits)


def answered_in_time(
    *, volume: Fraction, handle_time: Fraction, agents: Fraction, seconds: int, within: int
) -> Fraction:
    """The share of an interval's contacts answered within a threshold.

    `handle_time`, `seconds` (the interval) and `within` are seconds. Agents may be a part of one, as of a shift that
    ends inside the interval: the share lies on the line between the whole numbers around it. Raises ValueError for an
    interval of no length or a negative number.
    """
    if seconds <= 0 or volume < 0 or handle_time < 0 or within < 0:
        raise ValueError("an interval has a length, and nothing in it is negative")
    load = volume * handle_time / seconds
    below, part = int(agents), agents - int(agents)
    shares = [_in_time(number, load, handle_time, within) for number in ((below, below + 1) if part else (below,))]
    return shares[0] if not part else shares[0] * (1 - part) + shares[1] * part


def _in_time(agents: int, load: Fraction, handle_time: Fraction, within: int) -> Fraction:
    waits = waiting_share(agents, load)
    if load >= agents and load:
        return Fraction(0)
    if not waits or not handle_time:
        return Fraction(1)
    with localcontext(prec=_PRECISION):
        exponent = (agents - load) * within / handle_time
        still_waiting = (-Decimal(exponent.numerator) / exponent.denominator).exp()
    return 1 - waits * Fraction(still_waiting)
