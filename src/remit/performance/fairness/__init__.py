"""Fairness and honesty aids: figures made comparable, and patterns worth asking about; signals, never verdicts."""

from remit.performance.fairness.bunching import Bunching, bunched
from remit.performance.fairness.month_edges import LEAST_RECORDS, Crowded, Edge, Moved, Redated, edge_of, moved_over
from remit.performance.fairness.reopenings import SoonReopened, Stop, stops_of
from remit.performance.fairness.signals import BunchedMonth, Signals
from remit.performance.fairness.standardising import Adjusted, Comparison, StratumRate, standardised
from remit.performance.fairness.watermelons import Inside, Watermelon, green_outside

__all__ = [
    "LEAST_RECORDS",
    "Adjusted",
    "BunchedMonth",
    "Bunching",
    "Comparison",
    "Crowded",
    "Edge",
    "Inside",
    "Moved",
    "Redated",
    "Signals",
    "SoonReopened",
    "Stop",
    "StratumRate",
    "Watermelon",
    "bunched",
    "edge_of",
    "green_outside",
    "moved_over",
    "standardised",
    "stops_of",
]
