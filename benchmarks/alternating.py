"""Timing things in turns, so that whatever else the machine does falls on all of them alike."""

import time
from collections.abc import Callable, Mapping
from statistics import median

Clock = Callable[[], float]


def alternate(
    runs: Mapping[str, Callable[[], object]], *, rounds: int, clock: Clock = time.perf_counter
) -> dict[str, float]:
    """Each run's median seconds over `rounds` rounds A B C, A B C, …, after a round that is not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for round_index in range(rounds + 1):
        for name, run in runs.items():
            started = clock()
            run()
            took = clock() - started
            if round_index:
                seconds[name].append(took)
    return {name: median(taken) for name, taken in seconds.items()}
