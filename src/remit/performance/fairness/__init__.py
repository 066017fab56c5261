"""Fairness and honesty aids: figures made comparable, and patterns worth asking about; signals, never verdicts."""

from remit.performance.fairness.bunching import Bunching, bunched
from remit.performance.fairness.reopenings import SoonReopened, Stop, stops_of
from remit.performance.fairness.signals import BunchedMonth, Signals
from remit.performance.fairness.standardising import Adjusted, Comparison, StratumRate, standardised
from remit.performance.fairness.watermelons import Inside, Watermelon, green_outside

__all__ = [
    "Adjusted",
    "BunchedMonth",
    "Bunching",
    "Comparison",
    "Inside",
    "Signals",
    "SoonReopened",
    "Stop",
    "StratumRate",
    "Watermelon",
    "bunched",
    "green_outside",
    "standardised",
    "stops_of",
]
