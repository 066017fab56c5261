"""The records of performance: loads of facts, and runs with what they measured."""

from remit.web.performance.models.loads import Load, Outcome, Source
from remit.web.performance.models.runs import Attained, Run, SettledMonth, Split

__all__ = ["Attained", "Load", "Outcome", "Run", "SettledMonth", "Source", "Split"]
