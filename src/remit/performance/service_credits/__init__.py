"""Service credits: from attainments, credit terms and charges to a statement for each period."""

from remit.performance.service_credits.courses import Course, Memory, standard_of
from remit.performance.service_credits.histories import MeasuredPeriod, PeriodCharges, level_months
from remit.performance.service_credits.looking_back import judged_from, settled_from
from remit.performance.service_credits.ratchets import RatchetedLevel, ratchet_is_due, ratcheted_expected
from remit.performance.service_credits.settling import settle
from remit.performance.service_credits.statements import (
    CreditLine,
    CreditStatement,
    LineKind,
    Step,
    TerminationRight,
    Trace,
)

__all__ = [
    "Course",
    "CreditLine",
    "CreditStatement",
    "LineKind",
    "MeasuredPeriod",
    "Memory",
    "PeriodCharges",
    "RatchetedLevel",
    "Step",
    "TerminationRight",
    "Trace",
    "judged_from",
    "level_months",
    "ratchet_is_due",
    "ratcheted_expected",
    "settle",
    "settled_from",
    "standard_of",
]
