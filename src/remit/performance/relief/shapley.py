"""Shapley's shares: what each factor adds to a difference, averaged over all orders in which they may have come."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations
from math import factorial


def shapley_shares(factors: Sequence[str], worth: Callable[[frozenset[str]], Fraction | int]) -> dict[str, Fraction]:
    """Each factor's share of worth(all) − worth(none); the shares add up to it exactly.

    `worth` is asked once of each set of factors. No order is better than another: a factor's share is the mean of what
    it adds to the factors before it, over all orders.
    """
    sets = [frozenset(some) for size in range(len(factors) + 1) for some in combinations(factors, size)]
    worths = {some: Fraction(worth(some)) for some in sets}
    whole = factorial(len(factors))
    return {
        factor: sum(
            (
                (worths[some | {factor}] - worths[some])
                * Fraction(factorial(len(some)) * factorial(len(factors) - len(some) - 1), whole)
                for some in sets
                if factor not in some
            ),
            Fraction(0),
        )
        for factor in factors
    }
